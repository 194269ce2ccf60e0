//! Cases in court as they are sent, and as they are told. The wire stops here.

use chrono::{DateTime, Utc};

use super::{
    act::{Act, RecordedAct},
    effect::{Effect, Restraint},
    model::{ActKind, Action, Annulment, Challenge, Claimant, CourtCase},
    papers::{FiledPaper, RecordedResponse},
    restraint::{EntryAct, Restrained},
    rows,
};
use crate::{
    application::{refusal, wire::handover},
    pb::registry::v1 as pb,
    rpc::timestamp,
    store::StoreFault,
};

/// A case as sent, without what was filed and decided in it.
pub(super) fn case(case: CourtCase) -> pb::CourtCase {
    let etag = case.etag();
    let (entry_id, entry_number) = case.entry.map_or_else(Default::default, |entry| {
        (entry.id.to_string(), entry.number)
    });
    pb::CourtCase {
        court_case_id: case.id.to_string(),
        court_case_number: case.number,
        etag,
        provider_id: case.provider_id,
        cooperative_bin: case.cooperative.to_string(),
        application_number: case.application_number,
        entry_id,
        entry_number,
        action: Some(action(&case.action)),
        recorded_at: Some(timestamp(case.recorded_at)),
        recorded_by: case.recorded_by,
        answered_at: case.answered_at.map(timestamp),
        restraint: case
            .restraint
            .map_or(pb::CourtRestraintKind::Unspecified, kind)
            .into(),
        responses: Vec::new(),
        acts: Vec::new(),
        annulment: case.annulment.as_ref().map(annulment),
    }
}

fn annulment(made: &Annulment) -> pb::CourtAnnulment {
    pb::CourtAnnulment {
        entry_version: made.entry_version,
        made_at: Some(timestamp(made.made_at)),
        sent_at: made.sent_at.map(timestamp),
        handover: made.handover.as_ref().map(handover),
    }
}

fn action(action: &Action) -> pb::CourtAction {
    pb::CourtAction {
        application_id: action.application.to_string(),
        complaint_id: action
            .complaint
            .map_or_else(String::new, |id| id.to_string()),
        claimant: claimant(action.claimant).into(),
        challenge: challenge(action.challenge).into(),
        court: action.court.to_string(),
        case_number: action.case_number.to_string(),
        filed_on: action.filed_on.to_string(),
        served_on: action.served_on.to_string(),
        reached_directly: action.reached_directly,
    }
}

/// What was filed with a court, as sent.
pub(super) fn response(recorded: RecordedResponse) -> pb::CourtResponse {
    pb::CourtResponse {
        response: Some(paper(&recorded.response)),
        position: recorded.position.as_ref().map(paper),
        filed_on: recorded.filed_on.to_string(),
        recorded_at: Some(timestamp(recorded.recorded_at)),
        recorded_by: recorded.recorded_by,
    }
}

fn paper(FiledPaper { paper, sha256 }: &FiledPaper) -> pb::CourtPaper {
    pb::CourtPaper {
        document_id: paper.document.to_string(),
        number: paper.number.to_string(),
        signed_on: paper.signed_on.to_string(),
        body: paper.body.to_string(),
        signed_by_post: paper.signed_by_post.to_string(),
        sha256: sha256.clone(),
    }
}

/// An act of a court as sent, on a case against a refusal of its moment.
pub(super) fn act(recorded: RecordedAct, refused_at: Option<DateTime<Utc>>) -> pb::CourtAct {
    let Act {
        kind,
        court,
        number,
        decided_on,
        in_force_on,
        document,
        effect: meant,
    } = recorded.act;
    pb::CourtAct {
        kind: act_kind(kind).into(),
        court: court.map(String::from).unwrap_or_default(),
        number: number.to_string(),
        decided_on: decided_on.to_string(),
        in_force_on: in_force_on.map_or_else(String::new, |on| on.to_string()),
        document_id: document.to_string(),
        effect: effect(meant).into(),
        sha256: recorded.sha256,
        recorded_at: Some(timestamp(recorded.recorded_at)),
        recorded_by: recorded.recorded_by,
        annulled_refusal: recorded
            .annulled_refusal
            .map(|annulled| refusal::wire::refusal(annulled.disclose(), refused_at)),
    }
}

/// What cases mean for an entry, as sent with it.
pub(crate) fn restraints(restraints: Vec<Restrained>) -> Vec<pb::CourtRestraint> {
    let sent = |restrained: Restrained| pb::CourtRestraint {
        court_case_number: restrained.case_number,
        kind: kind(restrained.restraint).into(),
        since_at: Some(timestamp(restrained.since)),
    };
    restraints.into_iter().map(sent).collect()
}

/// An act with its effect on an entry, as sent with the history of a share.
pub(crate) fn effect_record(found: EntryAct) -> Result<pb::CourtEffectRecord, StoreFault> {
    let entry_id = found.act.entry_id.unwrap_or_default();
    let recorded = rows::act_from_row(found.act)?;
    Ok(pb::CourtEffectRecord {
        entry_id: entry_id.to_string(),
        entry_number: found.case.entry_number.unwrap_or_default(),
        court_case_number: found.case.number,
        kind: act_kind(recorded.act.kind).into(),
        number: recorded.act.number.to_string(),
        decided_on: recorded.act.decided_on.to_string(),
        effect: effect(recorded.act.effect).into(),
        recorded_at: Some(timestamp(recorded.recorded_at)),
    })
}

/// Two enumerations of the same words, one of them with a value for none.
macro_rules! told {
    ($sent:ident, $read:ident: $model:ident = $pb:ident { $($variant:ident),+ $(,)? }) => {
        const fn $sent(one: $model) -> pb::$pb {
            match one {
                $($model::$variant => pb::$pb::$variant,)+
            }
        }

        pub(super) const fn $read(one: pb::$pb) -> Option<$model> {
            match one {
                pb::$pb::Unspecified => None,
                $(pb::$pb::$variant => Some($model::$variant),)+
            }
        }
    };
}

told!(claimant, claimant_of: Claimant = CourtClaimant { Cooperative, Shareholder, Another });
told!(challenge, challenge_of: Challenge = CourtChallenge { Refusal, Inaction, Action, Entry });
told!(act_kind, act_kind_of: ActKind = CourtActKind { InterimMeasure, Decision, Appeal, Cassation });
told!(effect, effect_of: Effect = CourtEffect {
    None, Note, NoteRemoved, Suspension, SuspensionLifted, Annulment, DecideAnew,
});

const fn kind(restraint: Restraint) -> pb::CourtRestraintKind {
    match restraint {
        Restraint::Noted => pb::CourtRestraintKind::Noted,
        Restraint::Suspended => pb::CourtRestraintKind::Suspended,
        Restraint::Annulment => pb::CourtRestraintKind::Annulment,
    }
}
