//! Complaints as they are sent. The wire stops here.
//! It never sends what a complaint says but by `GetComplaint`: that is personal data.

use super::{
    codes::{Act, Addressee, LeftReason, Outcome, State, Subject},
    model::{Complaint, Decision, Remedy},
};
use crate::{
    application::refusal,
    kernel::{Localized, Personal},
    pb::registry::v1 as pb,
    rpc::{localized, timestamp},
};

/// A complaint as sent, without what it says and what was done.
pub(super) fn complaint(complaint: Complaint) -> pb::Complaint {
    let etag = complaint.etag();
    let extension = complaint.extension.map(|extension| pb::ComplaintExtension {
        extended_at: Some(timestamp(extension.at)),
        working_days: extension.working_days,
        told_due_at: Some(timestamp(extension.told_due_at)),
        told_on: extension
            .told_on
            .map(|on| on.to_string())
            .unwrap_or_default(),
    });
    let forwarding = complaint
        .forwarding
        .map(|forwarding| pb::ComplaintForwarding {
            forwarded_at: Some(timestamp(forwarding.at)),
            reviewing_body_bin: forwarding.to.to_string(),
            case_file_sha256: forwarding.case_file_sha256.unwrap_or_default(),
        });
    pb::Complaint {
        complaint_id: complaint.id.to_string(),
        complaint_number: complaint.number,
        etag,
        state: state(complaint.state).into(),
        addressee: addressee(complaint.addressee).into(),
        subject: subject(complaint.subject).into(),
        provider_id: complaint.provider_id,
        cooperative_bin: complaint.cooperative.to_string(),
        application_id: complaint.application.to_string(),
        application_number: complaint.application_number,
        received_at: Some(timestamp(complaint.received_at)),
        registered_at: Some(timestamp(complaint.registered_at)),
        due_at: Some(timestamp(complaint.due_at)),
        calendar_version: complaint.calendar_version,
        filed_late: complaint.filed_late,
        silent_at: complaint.silent_at.map(timestamp),
        not_forwarded_at: complaint.not_forwarded_at.map(timestamp),
        extension,
        forwarding,
        decision: complaint.decision.as_ref().map(decision),
        content: Vec::new(),
        signature: Vec::new(),
        acts: Vec::new(),
        annulled_refusal: None,
    }
}

fn decision(decision: &Decision) -> pb::ComplaintDecision {
    let remedy = decision.remedy.as_ref();
    let correction_id = match remedy {
        Some(Remedy::EntryCorrected(correction)) => correction.to_string(),
        Some(Remedy::DecidedAnew(_) | Remedy::DecidedMeanwhile | Remedy::Acted) | None => {
            String::new()
        }
    };
    pb::ComplaintDecision {
        decided_at: Some(timestamp(decision.at)),
        outcome: outcome(decision.outcome).into(),
        left_reason: decision
            .left_reason
            .map_or(pb::ComplaintLeftReason::Unspecified, left_reason)
            .into(),
        remedy: remedy
            .map_or(pb::ComplaintRemedy::Unspecified, self::remedy)
            .into(),
        correction_id,
    }
}

/// The refusal that a complaint did away with, as sent.
pub(super) fn annulled_refusal(complaint: &Complaint) -> Option<pb::Refusal> {
    let remedy = complaint.decision.as_ref()?.remedy.as_ref()?;
    let Remedy::DecidedAnew(Some(annulled)) = remedy else {
        return None;
    };
    let refused_at = complaint.refused_at;
    Some(refusal::wire::refusal(annulled.disclose(), refused_at))
}

/// An act as sent.
pub(super) fn act(
    kind: Act,
    (acted_at, acted_by): (chrono::DateTime<chrono::Utc>, String),
    text: Option<Personal<Localized>>,
) -> pb::ComplaintAct {
    let kind = match kind {
        Act::Filed => pb::ComplaintActKind::Filed,
        Act::Registered => pb::ComplaintActKind::Registered,
        Act::Extended => pb::ComplaintActKind::Extended,
        Act::ExtensionTold => pb::ComplaintActKind::ExtensionTold,
        Act::Forwarded => pb::ComplaintActKind::Forwarded,
        Act::Satisfied => pb::ComplaintActKind::Satisfied,
        Act::Decided => pb::ComplaintActKind::Decided,
        Act::Withdrawn => pb::ComplaintActKind::Withdrawn,
        Act::Silent => pb::ComplaintActKind::Silent,
        Act::NotForwarded => pb::ComplaintActKind::NotForwarded,
        Act::TermMoved => pb::ComplaintActKind::TermMoved,
    };
    pb::ComplaintAct {
        kind: kind.into(),
        acted_at: Some(timestamp(acted_at)),
        acted_by,
        text: text.map(|text| localized(text.into_disclosed())),
    }
}

const fn state(state: State) -> pb::ComplaintState {
    match state {
        State::Received => pb::ComplaintState::Received,
        State::Registered => pb::ComplaintState::Registered,
        State::Forwarded => pb::ComplaintState::Forwarded,
        State::Satisfied => pb::ComplaintState::Satisfied,
        State::Decided => pb::ComplaintState::Decided,
        State::Withdrawn => pb::ComplaintState::Withdrawn,
    }
}

const fn addressee(addressee: Addressee) -> pb::ComplaintAddressee {
    match addressee {
        Addressee::Provider => pb::ComplaintAddressee::Provider,
        Addressee::HigherBody => pb::ComplaintAddressee::HigherBody,
        Addressee::QualityAuthority => pb::ComplaintAddressee::QualityAuthority,
    }
}

const fn subject(subject: Subject) -> pb::ComplaintSubject {
    match subject {
        Subject::Refusal => pb::ComplaintSubject::Refusal,
        Subject::Overdue => pb::ComplaintSubject::Overdue,
        Subject::Action => pb::ComplaintSubject::Action,
        Subject::Extract => pb::ComplaintSubject::Extract,
    }
}

const fn outcome(outcome: Outcome) -> pb::ComplaintOutcome {
    match outcome {
        Outcome::Satisfied => pb::ComplaintOutcome::Satisfied,
        Outcome::Annulled => pb::ComplaintOutcome::Annulled,
        Outcome::AnnulledWithNewDecision => pb::ComplaintOutcome::AnnulledWithNewDecision,
        Outcome::OrderedToAct => pb::ComplaintOutcome::OrderedToAct,
        Outcome::Rejected => pb::ComplaintOutcome::Rejected,
        Outcome::LeftWithoutReview => pb::ComplaintOutcome::LeftWithoutReview,
    }
}

const fn left_reason(reason: LeftReason) -> pb::ComplaintLeftReason {
    match reason {
        LeftReason::NoAuthority => pb::ComplaintLeftReason::NoAuthority,
        LeftReason::AlreadyDecided => pb::ComplaintLeftReason::AlreadyDecided,
        LeftReason::BeforeCourt => pb::ComplaintLeftReason::BeforeCourt,
        LeftReason::TermMissed => pb::ComplaintLeftReason::TermMissed,
        LeftReason::NotCompetent => pb::ComplaintLeftReason::NotCompetent,
    }
}

const fn remedy(remedy: &Remedy) -> pb::ComplaintRemedy {
    match remedy {
        Remedy::DecidedAnew(_) => pb::ComplaintRemedy::DecidedAnew,
        Remedy::DecidedMeanwhile => pb::ComplaintRemedy::DecidedMeanwhile,
        Remedy::EntryCorrected(_) => pb::ComplaintRemedy::EntryCorrected,
        Remedy::Acted => pb::ComplaintRemedy::Acted,
    }
}
