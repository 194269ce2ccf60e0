//! Instants as they are sent. They never have a zone: legal days are dates.

use chrono::{DateTime, Utc};
use prost_types::Timestamp;

use crate::kernel::{Moment, Problem};

/// An instant as sent.
pub fn timestamp(at: DateTime<Utc>) -> Timestamp {
    Timestamp {
        seconds: at.timestamp(),
        nanos: i32::try_from(at.timestamp_subsec_nanos()).unwrap_or_default(),
    }
}

/// Reads an instant, in whole microseconds.
pub fn instant(timestamp: Timestamp) -> Result<DateTime<Utc>, Problem> {
    u32::try_from(timestamp.nanos)
        .ok()
        .and_then(|nanos| DateTime::from_timestamp(timestamp.seconds, nanos))
        .map(|at| Moment::at(at).instant)
        .ok_or(Problem::new("must be a timestamp of the years 1 to 9999"))
}
