//! Instants as they are sent. They never have a zone: legal days are dates.

use std::ops::Range;

use chrono::{DateTime, Datelike as _, Utc};
use prost_types::Timestamp;

use crate::kernel::{Moment, Problem};

/// An instant as sent.
pub fn timestamp(at: DateTime<Utc>) -> Timestamp {
    Timestamp {
        seconds: at.timestamp(),
        nanos: i32::try_from(at.timestamp_subsec_nanos()).unwrap_or_default(),
    }
}

/// Reads an instant of the years 1 to 9999, as a timestamp is defined, in whole microseconds.
pub fn instant(timestamp: Timestamp) -> Result<DateTime<Utc>, Problem> {
    const NANOS: Range<u32> = 0..1_000_000_000;
    u32::try_from(timestamp.nanos)
        .ok()
        .filter(|nanos| NANOS.contains(nanos))
        .and_then(|nanos| DateTime::from_timestamp(timestamp.seconds, nanos))
        .filter(|at| (1..=9999).contains(&at.year()))
        .map(|at| Moment::at(at).instant)
        .ok_or(Problem::new("must be a timestamp of the years 1 to 9999"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_read_as_it_was_sent_in_whole_microseconds() {
        let at: DateTime<Utc> = "2026-03-20T12:00:00.123456Z".parse().unwrap();
        let sent = timestamp(at);
        assert_eq!(instant(sent).unwrap(), at);
        let finer = Timestamp {
            nanos: 123_456_789,
            ..sent
        };
        assert_eq!(instant(finer).unwrap(), at);
    }

    #[test]
    fn only_what_a_timestamp_may_hold_is_read() {
        const FIRST: i64 = -62_135_596_800;
        const LAST: i64 = 253_402_300_799;
        let read = |seconds, nanos| instant(Timestamp { seconds, nanos });
        assert!(read(FIRST, 0).is_ok());
        assert!(read(LAST, 999_999_999).is_ok());
        for (seconds, nanos) in [
            (FIRST - 1, 0),
            (LAST + 1, 0),
            (i64::MAX, 0),
            (i64::MIN, 0),
            (0, -1),
            (59, 1_000_000_000),
        ] {
            assert!(read(seconds, nanos).is_err(), "{seconds} {nanos}");
        }
    }
}
