//! A stage fact of the journal as the feed sends it.
//! It never fails on what a newer release recorded: what it does not know it sends as unspecified.

use chrono::{DateTime, Utc};

use crate::{
    application::{
        Form, Procedure, StageCode,
        refusal::{Ground, wire::ground_code},
        wire,
    },
    journal::{JournalRow, STAGE, StageFact},
    kernel::Bin,
    pb::registry::v1 as pb,
    rpc::{localized, timestamp},
    store::StoreFault,
};

/// A stage, with what decides who sees it.
#[derive(Debug)]
pub(super) struct Event {
    /// Its number in the journal.
    pub(super) number: i64,
    /// When it was recorded.
    pub(super) recorded_at: DateTime<Utc>,
    pub(super) cooperative: Bin,
    pub(super) provider: Bin,
    /// As it is sent.
    pub(super) message: pb::StageEvent,
}

impl Event {
    /// Reads a fact; none if it tells of no stage.
    pub(super) fn read(row: &JournalRow) -> Result<Option<Self>, StoreFault> {
        if row.kind != STAGE {
            return Ok(None);
        }
        let fact = StageFact::from_body(&row.body)?;
        let bin = |text: &str| {
            Bin::parse(text)
                .map_err(|_problem| StoreFault::corrupt("stage fact", "has a wrong BIN"))
        };
        Ok(Some(Self {
            number: row.number,
            recorded_at: row.at,
            cooperative: bin(&fact.recipient_bin)?,
            provider: bin(&fact.provider.bin)?,
            message: message(row, fact),
        }))
    }
}

fn message(row: &JournalRow, fact: StageFact) -> pb::StageEvent {
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
