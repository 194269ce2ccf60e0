//! A moment of the law: one instant and the legal day it falls on.
//! It never asks the clock, and never uses the machine's own time zone.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, SubsecRound, Utc};

/// UTC+5, the one legal time of Kazakhstan since 1 March 2024 (D-4).
const LEGAL_OFFSET: FixedOffset =
    FixedOffset::east_opt(5 * 60 * 60).expect("five hours are less than a day");

/// The instant that one attempt of a command takes place at, with the legal day it falls on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    /// The instant, in whole microseconds: both databases give back exactly what they were given.
    pub instant: DateTime<Utc>,
    /// The day in legal time (D-4).
    pub today: NaiveDate,
}

impl Moment {
    /// Takes an instant down to whole microseconds and finds its legal day.
    pub fn at(instant: DateTime<Utc>) -> Self {
        let instant = instant.trunc_subsecs(6);
        Self {
            instant,
            today: local(instant).date(),
        }
    }
}

/// The offset of legal time from UTC (D-4).
pub const fn legal_offset() -> FixedOffset {
    LEGAL_OFFSET
}

/// What legal clocks show at an instant; the last hours that can be represented at all saturate.
pub fn local(instant: DateTime<Utc>) -> NaiveDateTime {
    instant
        .naive_utc()
        .checked_add_offset(LEGAL_OFFSET)
        .unwrap_or(NaiveDateTime::MAX)
}

/// The instant at which legal clocks show `local`; the first hours of all time saturate.
pub fn instant_of(local: NaiveDateTime) -> DateTime<Utc> {
    local
        .checked_sub_offset(LEGAL_OFFSET)
        .unwrap_or(NaiveDateTime::MIN)
        .and_utc()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_legal_day_begins_at_nineteen_hours_utc() {
        let before: DateTime<Utc> = "2026-03-20T18:59:59.999999999Z".parse().unwrap();
        let after: DateTime<Utc> = "2026-03-20T19:00:00Z".parse().unwrap();
        assert_eq!(Moment::at(before).today.to_string(), "2026-03-20");
        assert_eq!(Moment::at(after).today.to_string(), "2026-03-21");
    }

    #[test]
    fn a_moment_has_whole_microseconds() {
        let fine: DateTime<Utc> = "2026-03-20T10:00:00.123456789Z".parse().unwrap();
        assert_eq!(
            Moment::at(fine).instant.to_rfc3339(),
            "2026-03-20T10:00:00.123456+00:00"
        );
    }

    #[test]
    fn local_time_and_instants_are_inverse() {
        let instant: DateTime<Utc> = "2026-12-31T20:00:00Z".parse().unwrap();
        assert_eq!(local(instant).to_string(), "2027-01-01 01:00:00");
        assert_eq!(instant_of(local(instant)), instant);
    }

    #[test]
    fn the_ends_of_time_saturate() {
        assert_eq!(local(DateTime::<Utc>::MAX_UTC), NaiveDateTime::MAX);
        assert_eq!(instant_of(NaiveDateTime::MIN), DateTime::<Utc>::MIN_UTC);
    }
}
