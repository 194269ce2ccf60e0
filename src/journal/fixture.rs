//! Facts for tests, of invented applications. They never say more than a stage fact does.

use super::{ProviderFact, StageFact};
use crate::{
    kernel::{ApplicationId, Localized},
    store::NewFact,
};

pub(crate) const AT: &str = "2026-10-23T04:00:00.123456Z";

pub(crate) fn application_id(application: u8) -> ApplicationId {
    let text = format!("019b5f6e-4c00-7abc-8def-0000000000{application:02x}");
    ApplicationId::parse(&text).unwrap()
}

pub(crate) fn stage_fact(application: u8, sequence: i32, stage: &str) -> StageFact {
    let event = format!("019b5f6e-4c00-7abc-8{application:03x}-{sequence:012x}");
    StageFact {
        event_id: event.parse::<uuid::Uuid>().unwrap().into(),
        application_number: format!("A-{application}"),
        sequence,
        service_code: "INVENTED-1".to_owned(),
        procedure: "PARTICIPATION_AGREEMENT".to_owned(),
        form: "ELECTRONIC_COPY".to_owned(),
        provider: ProviderFact {
            id: "invented".to_owned(),
            bin: "600740000012".to_owned(),
            kato: "750000000".to_owned(),
            name: Localized::of("Орган kk", "Орган ru", "Body"),
        },
        recipient_bin: "600740000012".to_owned(),
        stage: stage.to_owned(),
        label: Localized::of("kk", "ru", "en"),
        occurred_at: AT.parse().unwrap(),
        due_at: None,
        overdue: false,
        filed_late: false,
        official: None,
        result: None,
        refusal_grounds: Vec::new(),
        complaint: None,
    }
}

pub(crate) fn fact(application: u8, sequence: i32, stage: &str) -> NewFact {
    let fact = stage_fact(application, sequence, stage);
    fact.into_new_fact(application_id(application)).unwrap()
}

pub(crate) fn other_fact(application: u8) -> NewFact {
    NewFact {
        subject: application_id(application).get(),
        kind: "other",
        body: "{}".to_owned(),
    }
}
