//! JSON that is written in one way only: sorted by names, with two spaces, with a line end; and messages of
//! the contract in it, as the contract names their fields.
//! It never leaves out a number or a yes and no, and never says what is empty.

use std::sync::LazyLock;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::{DateTime, SecondsFormat, Utc};
use prost::Message;
use prost_reflect::{
    DescriptorPool, DynamicMessage, FieldDescriptor, Kind, MapKey, ReflectMessage as _, Value,
};
use serde::Serialize;
use serde_json::{Map, Value as Json};

use crate::store::StoreFault;

static CONTRACT: LazyLock<DescriptorPool> =
    LazyLock::new(|| DescriptorPool::decode(crate::pb::CONTRACT).unwrap_or_default());

/// What a file of a case file says.
const WHAT: &str = "file of a case file";

/// The text of a file.
pub(super) fn text(says: &impl Serialize) -> Result<String, StoreFault> {
    let fault = |error| StoreFault::json(WHAT, error);
    let says = sorted(serde_json::to_value(says).map_err(fault)?);
    let mut text = serde_json::to_string_pretty(&says).map_err(fault)?;
    text.push('\n');
    Ok(text)
}

/// The same whatever order the map of this build keeps.
fn sorted(json: Json) -> Json {
    match json {
        Json::Object(fields) => {
            let mut fields: Vec<(String, Json)> = fields.into_iter().collect();
            fields.sort_by(|(one, _), (other, _)| one.cmp(other));
            let fields = fields
                .into_iter()
                .map(|(name, value)| (name, sorted(value)));
            Json::Object(fields.collect())
        }
        Json::Array(items) => Json::Array(items.into_iter().map(sorted).collect()),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => json,
    }
}

/// An instant as it stands in the files.
pub(super) fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// A message of `tizilim.registry.v1`.
pub(super) fn message(name: &str, message: &impl Message) -> Result<Json, StoreFault> {
    of_bytes(name, &message.encode_to_vec())
}

/// Some messages of one kind.
pub(super) fn messages(name: &str, all: &[impl Message]) -> Result<Vec<Json>, StoreFault> {
    all.iter().map(|one| message(name, one)).collect()
}

/// The message that bytes hold.
pub(super) fn of_bytes(name: &str, bytes: &[u8]) -> Result<Json, StoreFault> {
    let descriptor = CONTRACT.get_message_by_name(&format!("tizilim.registry.v1.{name}"));
    let descriptor = descriptor.ok_or_else(|| corrupt("is of no message of the contract"))?;
    let message = DynamicMessage::decode(descriptor, bytes);
    Ok(of_message(
        &message.map_err(|_unreadable| corrupt("cannot be read"))?,
    ))
}

fn corrupt(problem: &str) -> StoreFault {
    StoreFault::corrupt(WHAT, problem)
}

fn of_message(message: &DynamicMessage) -> Json {
    if message.descriptor().full_name() == "google.protobuf.Timestamp" {
        return of_timestamp(message);
    }
    let mut fields = Map::new();
    for field in message.descriptor().fields() {
        if field.supports_presence() && !message.has_field(&field) {
            continue;
        }
        let value = of_value(&field, &message.get_field(&field));
        if !is_empty(&value) {
            fields.insert(field.name().to_owned(), value);
        }
    }
    Json::Object(fields)
}

fn is_empty(json: &Json) -> bool {
    match json {
        Json::Null => true,
        Json::Bool(_) | Json::Number(_) => false,
        Json::String(text) => text.is_empty(),
        Json::Array(items) => items.is_empty(),
        Json::Object(fields) => fields.is_empty(),
    }
}

fn of_value(field: &FieldDescriptor, value: &Value) -> Json {
    match value {
        Value::Bool(yes) => (*yes).into(),
        Value::I32(number) => (*number).into(),
        Value::I64(number) => (*number).into(),
        Value::U32(number) => (*number).into(),
        Value::U64(number) => (*number).into(),
        Value::F32(number) => (*number).into(),
        Value::F64(number) => (*number).into(),
        Value::String(text) => text.as_str().into(),
        Value::Bytes(bytes) => STANDARD.encode(bytes).into(),
        Value::EnumNumber(number) => of_choice(field, *number),
        Value::Message(message) => of_message(message),
        Value::List(items) => items.iter().map(|item| of_value(field, item)).collect(),
        Value::Map(entries) => entries
            .iter()
            .map(|(key, value)| (key_text(key), of_value(&value_field(field), value)))
            .collect::<Map<_, _>>()
            .into(),
    }
}

/// By its name; nothing for the choice that was not made.
fn of_choice(field: &FieldDescriptor, number: i32) -> Json {
    if number == 0 {
        return Json::Null;
    }
    let Kind::Enum(choice) = field.kind() else {
        return number.into();
    };
    let value = choice.get_value(number);
    value.map_or_else(|| number.into(), |value| value.name().into())
}

fn value_field(field: &FieldDescriptor) -> FieldDescriptor {
    if let Kind::Message(entry) = field.kind()
        && entry.is_map_entry()
    {
        return entry.map_entry_value_field();
    }
    field.clone()
}

fn key_text(key: &MapKey) -> String {
    match key {
        MapKey::Bool(yes) => yes.to_string(),
        MapKey::I32(number) => number.to_string(),
        MapKey::I64(number) => number.to_string(),
        MapKey::U32(number) => number.to_string(),
        MapKey::U64(number) => number.to_string(),
        MapKey::String(text) => text.clone(),
    }
}

fn of_timestamp(message: &DynamicMessage) -> Json {
    let part = |name| message.get_field_by_name(name);
    let seconds = part("seconds").and_then(|seconds| seconds.as_i64());
    let nanos = part("nanos").and_then(|nanos| nanos.as_i32());
    let nanos = nanos.and_then(|nanos| u32::try_from(nanos).ok());
    let at = seconds.zip(nanos);
    let at = at.and_then(|(seconds, nanos)| DateTime::from_timestamp(seconds, nanos));
    at.map_or(Json::Null, |at| instant(at).into())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        application::agreement::fixture::pb_agreement, pb::registry::v1 as pb, rpc::timestamp,
    };

    #[test]
    fn names_are_sorted_whatever_the_order_of_the_map() {
        let backwards: Map<String, Json> = [("b", 1), ("a", 2)]
            .into_iter()
            .map(|(name, number)| (name.to_owned(), number.into()))
            .collect();
        let says = json!({ "z": [backwards], "c": {} });
        let right =
            "{\n  \"c\": {},\n  \"z\": [\n    {\n      \"a\": 2,\n      \"b\": 1\n    }\n  ]\n}\n";
        assert_eq!(text(&says).unwrap(), right);
    }

    #[test]
    fn a_message_reads_as_the_contract_names_it() {
        let application = pb::Application {
            application_number: "A-1".to_owned(),
            stage: pb::ApplicationStage::Refused.into(),
            received_at: Some(timestamp("2026-11-24T05:00:00.25Z".parse().unwrap())),
            findings: vec![pb::Finding {
                check: "C04".to_owned(),
                evidence: [("bin".to_owned(), "1".to_owned())].into(),
                ..Default::default()
            }],
            ..Default::default()
        };
        let right = json!({
            "application_number": "A-1",
            "stage": "APPLICATION_STAGE_REFUSED",
            "received_at": "2026-11-24T05:00:00.250Z",
            "overdue": false,
            "filed_late": false,
            "findings": [{ "check": "C04", "evidence": { "bin": "1" } }],
        });
        assert_eq!(message("Application", &application).unwrap(), right);
        assert!(message("NoSuchMessage", &application).is_err());
        assert!(of_bytes("Application", &[0xFF]).is_err());
    }

    #[test]
    fn what_was_filed_is_told_whole() {
        let told = message("ParticipationAgreement", &pb_agreement()).unwrap();
        let agreement = pb_agreement();
        assert_eq!(told["agreement_number"], json!(agreement.agreement_number));
        assert_eq!(told["share"]["kind"], json!("SHARE_KIND_APARTMENT"));
        let payments = told["contribution"]["payments"].as_array().unwrap();
        assert_eq!(
            payments.len(),
            agreement.contribution.unwrap().payments.len()
        );
    }
}
