//! A stage fact as the monitoring system's contract spells it.
//! It never adds anything that the fact does not hold.

use crate::{
    journal::StageFact,
    pb::monitoring::v1::{ServiceProvider, Stage},
    rpc::timestamp,
};

/// The message of a fact.
pub(super) fn stage(fact: StageFact) -> Stage {
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
    }
}
