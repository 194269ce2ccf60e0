//! A stage as a `CloudEvent` 1.0, in JSON: structured, or binary with its attributes in headers.
//! It never holds more than the gRPC contract does.

use std::fmt::Write as _;

use bytes::Bytes;
use chrono::{DateTime, SecondsFormat, Utc};
use http::{HeaderMap, HeaderName, HeaderValue, header::CONTENT_TYPE};
use prost_types::Timestamp;
use serde::Serialize;

use super::HttpFormat;
use crate::pb::monitoring::v1::{ServiceProvider, Stage};

/// The type of every event.
const TYPE: &str = "kz.tizilim.stage.v1";
/// Names the JSON Schema of the data, which stands in the documentation.
const SCHEMA: &str = "urn:tizilim:stage:v1";
const JSON: &str = "application/json";
const CLOUD_EVENT: &str = "application/cloudevents+json";

/// A structured event.
#[derive(Serialize)]
struct Event<'a> {
    specversion: &'static str,
    id: &'a str,
    source: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
    subject: &'a str,
    time: &'a str,
    datacontenttype: &'static str,
    dataschema: &'static str,
    sequence: &'a str,
    data: Data<'a>,
}

/// What the event tells; the fields are those of the gRPC contract, without the empty ones.
#[derive(Serialize)]
struct Data<'a> {
    event_id: &'a str,
    application_number: &'a str,
    sequence: i32,
    service_code: &'a str,
    procedure: &'a str,
    form: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    provider: Option<Provider<'a>>,
    recipient_bin: &'a str,
    stage: &'a str,
    label: Label<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    occurred_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    due_at: Option<String>,
    overdue: bool,
    filed_late: bool,
    #[serde(skip_serializing_if = "str::is_empty")]
    official: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    result: &'a str,
    refusal_grounds: &'a [String],
    #[serde(skip_serializing_if = "str::is_empty")]
    complaint_number: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    complaint_outcome: &'a str,
}

#[derive(Serialize)]
struct Provider<'a> {
    bin: &'a str,
    kato: &'a str,
    name: ProviderName<'a>,
}

#[derive(Serialize)]
struct ProviderName<'a> {
    kk: &'a str,
    ru: &'a str,
}

#[derive(Serialize)]
struct Label<'a> {
    kk: &'a str,
    ru: &'a str,
    en: &'a str,
}

/// The headers and the body of an event, but for its signature.
pub(super) fn encode(
    stage: &Stage,
    source: &str,
    format: HttpFormat,
) -> Result<(HeaderMap, Bytes), serde_json::Error> {
    let time = stage.occurred_at.map(text).unwrap_or_default();
    // As the extension asks: texts that sort as the numbers do.
    let sequence = format!("{:010}", stage.sequence);
    let mut headers = HeaderMap::new();
    let body = match format {
        HttpFormat::Structured => {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(CLOUD_EVENT));
            serde_json::to_vec(&Event {
                specversion: "1.0",
                id: &stage.event_id,
                source,
                kind: TYPE,
                subject: &stage.application_number,
                time: &time,
                datacontenttype: JSON,
                dataschema: SCHEMA,
                sequence: &sequence,
                data: data(stage),
            })?
        }
        HttpFormat::Binary => {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(JSON));
            for (name, value) in [
                ("ce-specversion", "1.0"),
                ("ce-id", stage.event_id.as_str()),
                ("ce-source", source),
                ("ce-type", TYPE),
                ("ce-subject", stage.application_number.as_str()),
                ("ce-time", time.as_str()),
                ("ce-dataschema", SCHEMA),
                ("ce-sequence", sequence.as_str()),
            ] {
                if let Ok(value) = HeaderValue::try_from(in_a_header(value)) {
                    headers.insert(HeaderName::from_static(name), value);
                }
            }
            serde_json::to_vec(&data(stage))?
        }
    };
    Ok((headers, body.into()))
}

fn data(stage: &Stage) -> Data<'_> {
    Data {
        event_id: &stage.event_id,
        application_number: &stage.application_number,
        sequence: stage.sequence,
        service_code: &stage.service_code,
        procedure: &stage.procedure,
        form: &stage.form,
        provider: stage.provider.as_ref().map(provider),
        recipient_bin: &stage.recipient_bin,
        stage: &stage.stage,
        label: Label {
            kk: &stage.label_kk,
            ru: &stage.label_ru,
            en: &stage.label_en,
        },
        occurred_at: stage.occurred_at.map(text),
        due_at: stage.due_at.map(text),
        overdue: stage.overdue,
        filed_late: stage.filed_late,
        official: &stage.official,
        result: &stage.result,
        refusal_grounds: &stage.refusal_grounds,
        complaint_number: &stage.complaint_number,
        complaint_outcome: &stage.complaint_outcome,
    }
}

fn provider(provider: &ServiceProvider) -> Provider<'_> {
    Provider {
        bin: &provider.bin,
        kato: &provider.kato,
        name: ProviderName {
            kk: &provider.name_kk,
            ru: &provider.name_ru,
        },
    }
}

/// RFC 3339, in UTC.
fn text(timestamp: Timestamp) -> String {
    let nanos = u32::try_from(timestamp.nanos).unwrap_or_default();
    let at: Option<DateTime<Utc>> = DateTime::from_timestamp(timestamp.seconds, nanos);
    at.map(|at| at.to_rfc3339_opts(SecondsFormat::Micros, true))
        .unwrap_or_default()
}

/// As the HTTP binding writes what is no visible ASCII: each of its bytes as `%` and two digits.
fn in_a_header(value: &str) -> String {
    let mut header = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_graphic() && byte != b'%' && byte != b'"' {
            header.push(byte.into());
        } else {
            // Writing to a string cannot fail.
            let _infallible = write!(header, "%{byte:02X}");
        }
    }
    header
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::{Value, json};

    use super::*;

    pub(in super::super) fn stage() -> Stage {
        Stage {
            event_id: "019b5f6e-4c00-7abc-8001-000000000002".to_owned(),
            application_number: "A-1".to_owned(),
            sequence: 2,
            service_code: "INVENTED-1".to_owned(),
            procedure: "AMENDMENT".to_owned(),
            form: "ELECTRONIC_COPY".to_owned(),
            provider: Some(ServiceProvider {
                bin: "600740000012".to_owned(),
                kato: "750000000".to_owned(),
                name_kk: "Орган kk".to_owned(),
                name_ru: "Орган ru".to_owned(),
            }),
            recipient_bin: "600740000012".to_owned(),
            stage: "REFUSED".to_owned(),
            label_kk: "kk".to_owned(),
            label_ru: "ru".to_owned(),
            label_en: "en".to_owned(),
            occurred_at: Some(Timestamp {
                seconds: 1_790_000_000,
                nanos: 123_456_000,
            }),
            due_at: Some(Timestamp {
                seconds: 1_790_000_001,
                nanos: 0,
            }),
            overdue: true,
            result: "REFUSED".to_owned(),
            refusal_grounds: vec!["G1".to_owned()],
            ..Stage::default()
        }
    }

    fn expected_data() -> Value {
        json!({
            "event_id": "019b5f6e-4c00-7abc-8001-000000000002",
            "application_number": "A-1",
            "sequence": 2,
            "service_code": "INVENTED-1",
            "procedure": "AMENDMENT",
            "form": "ELECTRONIC_COPY",
            "provider": {
                "bin": "600740000012",
                "kato": "750000000",
                "name": { "kk": "Орган kk", "ru": "Орган ru" },
            },
            "recipient_bin": "600740000012",
            "stage": "REFUSED",
            "label": { "kk": "kk", "ru": "ru", "en": "en" },
            "occurred_at": "2026-09-21T14:13:20.123456Z",
            "due_at": "2026-09-21T14:13:21.000000Z",
            "overdue": true,
            "filed_late": false,
            "result": "REFUSED",
            "refusal_grounds": ["G1"],
        })
    }

    fn json_of(body: &Bytes) -> Value {
        serde_json::from_slice(body).unwrap()
    }

    #[test]
    fn a_structured_event_holds_everything_in_its_body() {
        let (headers, body) = encode(&stage(), "/tizilim", HttpFormat::Structured).unwrap();
        assert_eq!(headers[CONTENT_TYPE], "application/cloudevents+json");
        assert_eq!(headers.len(), 1);
        let expected = json!({
            "specversion": "1.0",
            "id": "019b5f6e-4c00-7abc-8001-000000000002",
            "source": "/tizilim",
            "type": "kz.tizilim.stage.v1",
            "subject": "A-1",
            "time": "2026-09-21T14:13:20.123456Z",
            "datacontenttype": "application/json",
            "dataschema": "urn:tizilim:stage:v1",
            "sequence": "0000000002",
            "data": expected_data(),
        });
        assert_eq!(json_of(&body), expected);
    }

    #[test]
    fn a_binary_event_has_its_attributes_in_headers() {
        let (headers, body) = encode(&stage(), "/реестр 1", HttpFormat::Binary).unwrap();
        assert_eq!(json_of(&body), expected_data());
        let mut told: Vec<_> = headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.to_str().unwrap()))
            .collect();
        told.sort_unstable();
        assert_eq!(
            told,
            [
                ("ce-dataschema", "urn:tizilim:stage:v1"),
                ("ce-id", "019b5f6e-4c00-7abc-8001-000000000002"),
                ("ce-sequence", "0000000002"),
                ("ce-source", "/%D1%80%D0%B5%D0%B5%D1%81%D1%82%D1%80%201"),
                ("ce-specversion", "1.0"),
                ("ce-subject", "A-1"),
                ("ce-time", "2026-09-21T14:13:20.123456Z"),
                ("ce-type", "kz.tizilim.stage.v1"),
                ("content-type", "application/json"),
            ]
        );
    }

    #[test]
    fn the_published_schema_names_every_field_and_requires_those_that_are_always_there() {
        let schema = include_str!("../../../docs/stage-v1.schema.json");
        let schema: Value = serde_json::from_str(schema).unwrap();
        assert_eq!(schema["$id"], SCHEMA);
        let keys =
            |value: &Value| -> Vec<String> { value.as_object().unwrap().keys().cloned().collect() };
        let named = keys(&schema["properties"]);
        let full = serde_json::to_value(data(&Stage {
            official: "x".to_owned(),
            complaint_number: "S-1".to_owned(),
            complaint_outcome: "REJECTED".to_owned(),
            ..stage()
        }));
        assert_eq!(named, keys(&full.unwrap()));
        let bare = serde_json::to_value(data(&Stage {
            due_at: None,
            result: String::new(),
            ..stage()
        }));
        let mut required: Vec<&str> = schema["required"]
            .as_array()
            .unwrap()
            .iter()
            .map(|field| field.as_str().unwrap())
            .collect();
        required.sort_unstable();
        assert_eq!(required, keys(&bare.unwrap()));
    }
}
