//! A fact of the journal as the feed sends it: a stage, or a change of the Rules.
//! It never leaves one out: what it does not know it sends as unspecified, what it cannot read as unreadable.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{
    administration::act_to_wire,
    application::{
        Form, Procedure, StageCode,
        refusal::{Ground, wire::ground_code},
        wire,
    },
    authz::Scope,
    journal::{JournalRow, STAGE, StageFact},
    kernel::Bin,
    notice::{PublishedFact, RULES_CHANGE_PUBLISHED},
    pb::registry::v1::{self as pb, watch_stages_response::Event as Shown},
    rpc::{localized, timestamp},
    store::{ReaderStatus, StoreFault},
};

/// What is shown of a fact, with what decides who sees it.
#[derive(Debug)]
pub(super) struct Event {
    /// Its number in the journal.
    pub(super) number: i64,
    /// When it was recorded.
    pub(super) recorded_at: DateTime<Utc>,
    /// What it tells.
    pub(super) tells: Tells,
}

/// What an event tells.
#[derive(Debug)]
pub(super) enum Tells {
    /// A stage of an application.
    Stage(Box<Stage>),
    /// A change of the Rules: no secret.
    RulesChange(Box<pb::RulesChangeEvent>),
}

/// A stage.
#[derive(Debug)]
pub(super) struct Stage {
    /// Whose it is; none if it cannot be read.
    pub(super) parties: Option<Parties>,
    /// As it is sent.
    pub(super) message: pb::StageEvent,
}

/// Whose a stage is.
#[derive(Debug)]
pub(super) struct Parties {
    pub(super) cooperative: Bin,
    pub(super) provider: Bin,
}

impl Event {
    /// Reads a fact; none if it tells of nothing that the feed shows. Of one that cannot be read the operators
    /// are told, too.
    pub(super) fn read(row: &JournalRow, status: &ReaderStatus) -> Option<Self> {
        let read = match row.kind.as_str() {
            STAGE => readable(row),
            RULES_CHANGE_PUBLISHED => rules_change(row),
            _ => return None,
        };
        let tells = read.unwrap_or_else(|fault| {
            status.cannot_read(row.number, &fault);
            unreadable(row)
        });
        Some(Self {
            number: row.number,
            recorded_at: row.at,
            tells,
        })
    }

    /// As it is sent to whom its scope shows it.
    pub(super) fn shown(&self, scope: &Scope) -> Shown {
        match &self.tells {
            Tells::Stage(stage) => Shown::Stage(stage.shown(scope)),
            Tells::RulesChange(change) => Shown::RulesChange((**change).clone()),
        }
    }

    /// The stage as it is sent; none if it tells of no stage.
    pub(super) fn stage_shown(&self, scope: &Scope) -> Option<pb::StageEvent> {
        match &self.tells {
            Tells::Stage(stage) => Some(stage.shown(scope)),
            Tells::RulesChange(_) => None,
        }
    }
}

impl Stage {
    /// Of which application an unreadable one is, only those are told who see all (I-8).
    fn shown(&self, scope: &Scope) -> pb::StageEvent {
        let mut message = self.message.clone();
        if self.parties.is_none() && *scope != Scope::Everything {
            message.application_id.clear();
        }
        message
    }
}

fn rules_change(row: &JournalRow) -> Result<Tells, StoreFault> {
    let fact = PublishedFact::from_body(&row.body)?;
    Ok(Tells::RulesChange(Box::new(pb::RulesChangeEvent {
        rules_change_id: row.subject.to_string(),
        act: Some(act_to_wire(&fact.act())),
        published_on: fact.published_on.to_string(),
        in_force_on: fact.in_force_on.to_string(),
        rule_set: fact.rule_set.unwrap_or_default(),
        recorded_at: Some(timestamp(row.at)),
    })))
}

fn readable(row: &JournalRow) -> Result<Tells, StoreFault> {
    let fact = StageFact::from_body(&row.body)?;
    let bin = |text: &str| {
        Bin::parse(text).map_err(|_problem| StoreFault::corrupt("stage fact", "has a wrong BIN"))
    };
    let parties = Parties {
        cooperative: bin(&fact.recipient_bin)?,
        provider: bin(&fact.provider.bin)?,
    };
    Ok(Tells::Stage(Box::new(Stage {
        parties: Some(parties),
        message: message(row, fact),
    })))
}

/// Repeats are dropped by the event's id: the number makes one that is this fact's own.
fn unreadable(row: &JournalRow) -> Tells {
    if row.kind == RULES_CHANGE_PUBLISHED {
        return Tells::RulesChange(Box::new(pb::RulesChangeEvent {
            rules_change_id: row.subject.to_string(),
            recorded_at: Some(timestamp(row.at)),
            ..Default::default()
        }));
    }
    let id = Uuid::from_u64_pair(0, row.number.unsigned_abs());
    let message = pb::StageEvent {
        event_id: id.to_string(),
        application_id: row.subject.to_string(),
        recorded_at: Some(timestamp(row.at)),
        unreadable_fact: row.number,
        ..Default::default()
    };
    Tells::Stage(Box::new(Stage {
        parties: None,
        message,
    }))
}

fn message(row: &JournalRow, fact: StageFact) -> pb::StageEvent {
    let (complaint_number, complaint_outcome) = match fact.complaint {
        Some(complaint) => (complaint.number, complaint.outcome.unwrap_or_default()),
        None => Default::default(),
    };
    pb::StageEvent {
        event_id: fact.event_id.to_string(),
        application_id: row.subject.to_string(),
        application_number: fact.application_number,
        sequence: fact.sequence,
        service_code: fact.service_code,
        procedure: procedure(&fact.procedure).into(),
        form: form(&fact.form).into(),
        provider: Some(pb::StageProvider {
            bin: fact.provider.bin,
            kato: fact.provider.kato,
            name: Some(localized(fact.provider.name)),
        }),
        cooperative_bin: fact.recipient_bin,
        stage: stage(&fact.stage).into(),
        label: Some(localized(fact.label)),
        occurred_at: Some(timestamp(fact.occurred_at)),
        recorded_at: Some(timestamp(row.at)),
        due_at: fact.due_at.map(timestamp),
        overdue: fact.overdue,
        filed_late: fact.filed_late,
        official: fact.official.map(localized),
        result: fact
            .result
            .as_deref()
            .map_or(pb::ApplicationStage::Unspecified, stage)
            .into(),
        refusal_grounds: fact
            .refusal_grounds
            .iter()
            .map(|code| ground(code).into())
            .collect(),
        unreadable_fact: 0,
        complaint_number,
        complaint_outcome,
    }
}

fn procedure(code: &str) -> pb::Procedure {
    Procedure::from_code(code).map_or(pb::Procedure::Unspecified, wire::procedure)
}

fn form(code: &str) -> pb::ApplicationForm {
    Form::from_code(code).map_or(pb::ApplicationForm::Unspecified, wire::form)
}

fn stage(code: &str) -> pb::ApplicationStage {
    StageCode::from_code(code).map_or(pb::ApplicationStage::Unspecified, wire::stage_code)
}

fn ground(code: &str) -> pb::RefusalGroundCode {
    Ground::from_code(code).map_or(pb::RefusalGroundCode::Unspecified, ground_code)
}
