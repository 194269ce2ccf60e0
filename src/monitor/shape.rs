//! What a stage must look like, as the contract states it. It never asks what was received before.

use chrono::{DateTime, NaiveDate, Utc};
use prost::Message as _;
use sha2::{Digest as _, Sha256};

use crate::{
    kernel::{Bin, EventId, Kato, Moment, Problem},
    pb::monitoring::v1 as pb,
};

const STAGES: [&str; 16] = [
    "RECEIVED",
    "REGISTERED",
    "IN_REVIEW",
    "AWAITING_SIGNATURE",
    "GRANTED",
    "REFUSED",
    "EXTRACT_SENT",
    "HANDOVER_PENDING",
    "EXTRACT_HANDED_OVER",
    "WITHDRAWN",
    "OVERDUE",
    "COMPLAINT_FILED",
    "COMPLAINT_FORWARDED",
    "COMPLAINT_SATISFIED",
    "COMPLAINT_EXTENDED",
    "COMPLAINT_DECIDED",
];
const PROCEDURES: [&str; 4] = [
    "PARTICIPATION_AGREEMENT",
    "AMENDMENT",
    "ASSIGNMENT",
    "DEREGISTRATION",
];
const FORMS: [&str; 2] = ["ELECTRONIC_COPY", "ELECTRONIC_CONTRACT"];
const RESULTS: [&str; 3] = ["", "GRANTED", "REFUSED"];

/// A well-formed stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Incoming {
    pub(super) event_id: EventId,
    pub(super) application_number: String,
    pub(super) sequence: i32,
    /// The legal day.
    pub(super) occurred_on: NaiveDate,
    pub(super) provider_bin: String,
    /// The whole stage, encoded: two stages are the same if these bytes are.
    pub(super) content: Vec<u8>,
}

impl Incoming {
    /// The stage's own part in the digest of its day.
    pub(super) fn digest(&self) -> [u8; 32] {
        Sha256::digest(&self.content).into()
    }
}

/// Reads a stage, or says what is wrong with it first.
pub(super) fn read(stage: &pb::Stage) -> Result<Incoming, String> {
    let provider = stage.provider.as_ref().ok_or("provider is required")?;
    let event_id = EventId::parse(&stage.event_id).map_err(at("event_id"))?;
    filled("application_number", &stage.application_number)?;
    if stage.sequence < 1 {
        return Err("sequence must be at least 1".to_owned());
    }
    filled("service_code", &stage.service_code)?;
    one_of("procedure", &stage.procedure, &PROCEDURES)?;
    one_of("form", &stage.form, &FORMS)?;
    Bin::parse(&provider.bin).map_err(at("provider.bin"))?;
    Kato::parse(&provider.kato).map_err(at("provider.kato"))?;
    filled("provider.name_kk", &provider.name_kk)?;
    filled("provider.name_ru", &provider.name_ru)?;
    Bin::parse(&stage.recipient_bin).map_err(at("recipient_bin"))?;
    one_of("stage", &stage.stage, &STAGES)?;
    filled("label_kk", &stage.label_kk)?;
    filled("label_ru", &stage.label_ru)?;
    filled("label_en", &stage.label_en)?;
    let occurred_at = stage
        .occurred_at
        .and_then(instant)
        .ok_or("occurred_at must be an instant")?;
    if let Some(due_at) = stage.due_at {
        instant(due_at).ok_or("due_at must be an instant")?;
    }
    one_of("result", &stage.result, &RESULTS)?;
    Ok(Incoming {
        event_id,
        application_number: stage.application_number.clone(),
        sequence: stage.sequence,
        occurred_on: Moment::at(occurred_at).today,
        provider_bin: provider.bin.clone(),
        content: stage.encode_to_vec(),
    })
}

fn at(field: &'static str) -> impl Fn(Problem) -> String {
    move |problem| format!("{field} {problem}")
}

fn filled(field: &str, value: &str) -> Result<(), String> {
    if value.trim().is_empty() {
        Err(format!("{field} is required"))
    } else {
        Ok(())
    }
}

fn one_of(field: &str, value: &str, codes: &[&str]) -> Result<(), String> {
    if codes.contains(&value) {
        Ok(())
    } else {
        Err(format!("{field} must be a known code"))
    }
}

/// The moment of a timestamp, if it is one.
pub(super) fn instant(timestamp: prost_types::Timestamp) -> Option<DateTime<Utc>> {
    let nanos = u32::try_from(timestamp.nanos).ok()?;
    DateTime::from_timestamp(timestamp.seconds, nanos)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A stage with every field that is always there.
    pub(in crate::monitor) fn stage(event: u8, application: &str, sequence: i32) -> pb::Stage {
        pb::Stage {
            event_id: format!("019b5f6e-4c00-7abc-8def-0123456789{event:02x}"),
            application_number: application.to_owned(),
            sequence,
            service_code: "INVENTED-1".to_owned(),
            procedure: "PARTICIPATION_AGREEMENT".to_owned(),
            form: "ELECTRONIC_CONTRACT".to_owned(),
            provider: Some(pb::ServiceProvider {
                bin: "600740000012".to_owned(),
                kato: "750000000".to_owned(),
                name_kk: "Ойдан шығарылған орган".to_owned(),
                name_ru: "Вымышленный орган".to_owned(),
            }),
            recipient_bin: "600740000012".to_owned(),
            stage: "RECEIVED".to_owned(),
            label_kk: "Қабылданды".to_owned(),
            label_ru: "Получено".to_owned(),
            label_en: "Received".to_owned(),
            occurred_at: Some(prost_types::Timestamp {
                seconds: 1_790_000_000,
                nanos: 0,
            }),
            ..pb::Stage::default()
        }
    }

    #[test]
    fn a_full_stage_is_read() {
        let stage = stage(1, "A-1", 1);
        let incoming = read(&stage).unwrap();
        assert_eq!(incoming.event_id.to_string(), stage.event_id);
        assert_eq!(incoming.application_number, "A-1");
        assert_eq!(incoming.sequence, 1);
        assert_eq!(pb::Stage::decode(incoming.content.as_slice()), Ok(stage));
    }

    #[test]
    fn each_broken_field_is_named() {
        type Break = fn(&mut pb::Stage);
        let broken: [(Break, &str); 20] = [
            (|s| s.event_id.clear(), "event_id must be a UUID"),
            (|s| s.event_id.push('0'), "event_id must be a UUID"),
            (
                |s| s.application_number.clear(),
                "application_number is required",
            ),
            (|s| s.sequence = 0, "sequence must be at least 1"),
            (|s| s.sequence = i32::MIN, "sequence must be at least 1"),
            (
                |s| s.service_code = " ".to_owned(),
                "service_code is required",
            ),
            (|s| s.procedure.clear(), "procedure must be a known code"),
            (|s| s.form.push('X'), "form must be a known code"),
            (|s| s.provider = None, "provider is required"),
            (
                |s| s.provider.as_mut().unwrap().bin.clear(),
                "provider.bin must have 12 digits",
            ),
            (
                |s| s.provider.as_mut().unwrap().kato.clear(),
                "provider.kato must",
            ),
            (
                |s| s.provider.as_mut().unwrap().name_kk.clear(),
                "provider.name_kk is required",
            ),
            (
                |s| s.recipient_bin.clear(),
                "recipient_bin must have 12 digits",
            ),
            (
                |s| s.stage = "APPROVED".to_owned(),
                "stage must be a known code",
            ),
            (|s| s.label_kk.clear(), "label_kk is required"),
            (|s| s.label_en.clear(), "label_en is required"),
            (|s| s.occurred_at = None, "occurred_at must be an instant"),
            (
                |s| s.occurred_at.as_mut().unwrap().nanos = -1,
                "occurred_at must be an instant",
            ),
            (
                |s| s.due_at.get_or_insert_default().seconds = i64::MAX,
                "due_at must be an instant",
            ),
            (
                |s| s.result = "MAYBE".to_owned(),
                "result must be a known code",
            ),
        ];
        for (damage, reason) in broken {
            let mut stage = stage(1, "A-1", 1);
            damage(&mut stage);
            let told = read(&stage).unwrap_err();
            assert!(told.starts_with(reason), "{told} instead of {reason}");
        }
    }
}
