//! A stage fact as the contract spells it, in the words of one receiver.
//! It never adds anything that the fact does not hold.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::Mapping;
use crate::{
    journal::{JournalRow, STAGE, StageFact},
    lag::Acknowledged,
    pb::monitoring::v1::{ServiceProvider, Stage},
    rpc::timestamp,
    store::StoreFault,
};

/// A stage as it is sent, with the fact it is made of.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// The fact's number in the journal.
    pub number: i64,
    /// The application.
    pub application: Uuid,
    /// Its number: a receiver's words may not be logged, this may.
    pub application_number: String,
    /// The stage's code, as the journal has it.
    pub code: String,
    /// When the stage was recorded.
    pub recorded_at: DateTime<Utc>,
    /// In the receiver's words.
    pub stage: Stage,
}

impl Outgoing {
    /// That the receiver has it, since a moment.
    pub(super) const fn acknowledged(&self, acknowledged_at: DateTime<Utc>) -> Acknowledged {
        Acknowledged {
            number: self.number,
            recorded_at: self.recorded_at,
            acknowledged_at,
        }
    }
}

/// The stages among facts.
pub(crate) fn outgoing(
    rows: &[JournalRow],
    mapping: &Mapping,
) -> Result<Vec<Outgoing>, StoreFault> {
    rows.iter()
        .filter(|row| row.kind == STAGE)
        .map(|row| {
            let fact = StageFact::from_body(&row.body)?;
            Ok(Outgoing {
                number: row.number,
                application: row.subject,
                application_number: fact.application_number.clone(),
                code: fact.stage.clone(),
                recorded_at: row.at,
                stage: mapping.apply(stage(fact)),
            })
        })
        .collect()
}

fn stage(fact: StageFact) -> Stage {
    let (complaint_number, complaint_outcome) = match fact.complaint {
        Some(complaint) => (complaint.number, complaint.outcome.unwrap_or_default()),
        None => Default::default(),
    };
    Stage {
        event_id: fact.event_id.to_string(),
        application_number: fact.application_number,
        sequence: fact.sequence,
        service_code: fact.service_code,
        procedure: fact.procedure,
        form: fact.form,
        provider: Some(ServiceProvider {
            bin: fact.provider.bin,
            kato: fact.provider.kato,
            name_kk: fact.provider.name.kk,
            name_ru: fact.provider.name.ru,
        }),
        recipient_bin: fact.recipient_bin,
        stage: fact.stage,
        label_kk: fact.label.kk,
        label_ru: fact.label.ru,
        label_en: fact.label.en,
        occurred_at: Some(timestamp(fact.occurred_at)),
        due_at: fact.due_at.map(timestamp),
        overdue: fact.overdue,
        filed_late: fact.filed_late,
        official: fact.official.map(|post| post.kk).unwrap_or_default(),
        result: fact.result.unwrap_or_default(),
        refusal_grounds: fact.refusal_grounds,
        complaint_number,
        complaint_outcome,
    }
}
