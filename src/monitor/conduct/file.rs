//! Misbehaviours in a file, TOML. They never mean anything else than the same set by a call.

use std::path::Path;

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::Conduct;
use crate::{kernel::Clock, monitor::MonitorFault, pb::monitoring::v1 as pb};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    seed: i64,
    misbehaviour: Vec<Row>,
}

/// The fields of `Misbehaviour`, by their names there; kinds in small letters, without their prefix.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Row {
    kind: String,
    percent: i32,
    application_number: String,
    calls_max: i32,
    from_at: Option<DateTime<Utc>>,
    until_at: Option<DateTime<Utc>>,
    every_seconds: i32,
    for_seconds: i32,
    delay_milliseconds: i32,
    lost_seconds: i32,
    clock_offset_seconds: i32,
}

impl Conduct {
    /// What a file says.
    pub(in crate::monitor) fn from_file(
        path: &Path,
        clock: &dyn Clock,
    ) -> Result<Self, MonitorFault> {
        let text =
            std::fs::read_to_string(path).map_err(|source| MonitorFault::ReadMisbehaviour {
                path: path.to_owned(),
                source,
            })?;
        let malformed = |problem| MonitorFault::MalformedMisbehaviour {
            path: path.to_owned(),
            problem,
        };
        let file: File = toml::from_str(&text).map_err(|error| malformed(error.to_string()))?;
        let conduct = Self::default();
        let request = pb::SetMisbehaviourRequest {
            misbehaviours: file.misbehaviour.into_iter().map(message).collect(),
            seed: file.seed,
        };
        conduct
            .set(request, clock.now().instant)
            .map_err(malformed)?;
        Ok(conduct)
    }
}

fn message(row: Row) -> pb::Misbehaviour {
    let kind = format!("MISBEHAVIOUR_KIND_{}", row.kind.to_uppercase());
    let kind = pb::MisbehaviourKind::from_str_name(&kind).unwrap_or_default();
    let timestamp = |at: DateTime<Utc>| std::time::SystemTime::from(at).into();
    pb::Misbehaviour {
        kind: kind.into(),
        percent: row.percent,
        application_number: row.application_number,
        calls_max: row.calls_max,
        from_at: row.from_at.map(timestamp),
        until_at: row.until_at.map(timestamp),
        every_seconds: row.every_seconds,
        for_seconds: row.for_seconds,
        delay_milliseconds: row.delay_milliseconds,
        lost_seconds: row.lost_seconds,
        clock_offset_seconds: row.clock_offset_seconds,
    }
}
