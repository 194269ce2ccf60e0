//! The terms of a complaint: until when it is filed, and when each act on it is due (cl. 14, 15; D-16, D-21).
//! They never turn a complaint away: one that is late is marked.

use chrono::{DateTime, Months, NaiveDate, Utc};

use super::codes::{Addressee, Subject};
use crate::{
    calendar::{Calendar, OutsideCalendar, WorkingHours},
    kernel::Moment,
};

/// A complaint to a reviewing body is forwarded or satisfied within this many working days (cl. 14).
const FORWARDING_WORKING_DAYS: u32 = 3;

/// A complaint to the provider, or to the higher body, is decided within this many (cl. 15; services law,
/// article 25(2), which names them together).
const DECISION_WORKING_DAYS: u32 = 5;

/// A complaint to the authority for the quality of state services is decided within this many (cl. 15).
const QUALITY_AUTHORITY_WORKING_DAYS: u32 = 15;

/// Whoever complains is told of an extension within this many (D-18; services law, article 25(4)).
const TELLING_WORKING_DAYS: u32 = 3;

/// Months to complain of a refusal, which tells how to (APPK 92).
const MONTHS: u32 = 3;

/// Months to complain of what nobody told how to complain of (APPK 92).
const MONTHS_UNTOLD: u32 = 6;

/// When a complaint that arrives is registered (D-1), and when the provider's act on it is due.
pub(super) fn of_filing(
    calendar: &Calendar,
    hours: WorkingHours,
    addressee: Addressee,
    arrived_at: DateTime<Utc>,
) -> Result<(DateTime<Utc>, DateTime<Utc>), OutsideCalendar> {
    let registered_at = calendar.registration(arrived_at, hours)?;
    let due_at = of_registration(calendar, hours, addressee, registered_at)?;
    Ok((registered_at, due_at))
}

/// When the provider's act is due on a complaint that is registered at a moment.
pub(super) fn of_registration(
    calendar: &Calendar,
    hours: WorkingHours,
    addressee: Addressee,
    registered_at: DateTime<Utc>,
) -> Result<DateTime<Utc>, OutsideCalendar> {
    let working_days = match addressee {
        Addressee::Provider => DECISION_WORKING_DAYS,
        Addressee::HigherBody | Addressee::QualityAuthority => FORWARDING_WORKING_DAYS,
    };
    let due = calendar.due(registered_at, working_days, hours)?;
    Ok(due.at)
}

/// When the reviewing body's decision is due: its term begins when it registers the complaint that reached it
/// (cl. 15; D-1), and it works as the provider does.
pub(super) fn of_review(
    calendar: &Calendar,
    hours: WorkingHours,
    addressee: Addressee,
    forwarded_at: DateTime<Utc>,
) -> Result<DateTime<Utc>, OutsideCalendar> {
    let working_days = match addressee {
        Addressee::Provider | Addressee::HigherBody => DECISION_WORKING_DAYS,
        Addressee::QualityAuthority => QUALITY_AUTHORITY_WORKING_DAYS,
    };
    let registered_at = calendar.registration(forwarded_at, hours)?;
    let due = calendar.due(registered_at, working_days, hours)?;
    Ok(due.at)
}

/// When a term ends that is extended, counted from where it ended before (D-18).
pub(super) fn extended(
    calendar: &Calendar,
    hours: WorkingHours,
    due_at: DateTime<Utc>,
    working_days: u32,
) -> Result<DateTime<Utc>, OutsideCalendar> {
    let due = calendar.due(due_at, working_days, hours)?;
    Ok(due.at)
}

/// Until when whoever complains is told of an extension.
pub(super) fn of_telling(
    calendar: &Calendar,
    hours: WorkingHours,
    extended_at: DateTime<Utc>,
) -> Result<DateTime<Utc>, OutsideCalendar> {
    extended(calendar, hours, extended_at, TELLING_WORKING_DAYS)
}

/// Whether a complaint comes after its term: at 24:00 of the same day so many months on, or of the next
/// working day if that is none (D-3, D-21). A term that begins before the covered days is over; one that
/// ends after them is not.
pub(super) fn is_late(
    calendar: &Calendar,
    subject: Subject,
    learned_on: NaiveDate,
    moment: Moment,
) -> bool {
    let months = match subject {
        Subject::Refusal => MONTHS,
        Subject::Overdue | Subject::Action | Subject::Extract => MONTHS_UNTOLD,
    };
    let last = learned_on.checked_add_months(Months::new(months));
    let Some(before) = last.and_then(|last| last.pred_opt()) else {
        return false;
    };
    // The first working day behind the day before the last is the last, or the next that is worked.
    match calendar.end_of_term(before, 1) {
        Ok(due) => moment.instant >= due.at,
        Err(outside) => outside.on <= moment.today,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        format!("{text}:00+05:00").parse().unwrap()
    }

    /// Arrival, registration, and the ends of the terms to forward or satisfy (3), to decide (5), and of the
    /// quality authority (15, from the end of the first).
    const TERMS: [[&str; 5]; 5] = [
        // The working Sunday counts as the day of the event; 7 January is off.
        [
            "2025-01-05T11:00",
            "2025-01-05T11:00",
            "2025-01-09T18:30",
            "2025-01-13T18:30",
            "2025-01-30T18:30",
        ],
        // The eve of five days off in a chain.
        [
            "2026-03-20T17:00",
            "2026-03-20T17:00",
            "2026-03-30T18:30",
            "2026-04-01T18:30",
            "2026-04-20T18:30",
        ],
        // A minute after closing time.
        [
            "2026-11-24T18:31",
            "2026-11-25T09:00",
            "2026-11-30T18:30",
            "2026-12-02T18:30",
            "2026-12-22T18:30",
        ],
        // The very moment of closing time, before a holiday in the week.
        [
            "2026-05-26T18:30",
            "2026-05-26T18:30",
            "2026-06-01T18:30",
            "2026-06-03T18:30",
            "2026-06-22T18:30",
        ],
        // New Year's Eve, after hours.
        [
            "2026-12-31T20:00",
            "2027-01-05T09:00",
            "2027-01-11T18:30",
            "2027-01-13T18:30",
            "2027-02-01T18:30",
        ],
    ];

    #[test]
    fn each_term_ends_on_its_working_day_whatever_lies_between() {
        let calendar = Calendar::shipped().unwrap();
        let hours = WorkingHours::default();
        for [arrives, registered, forwarding, decision, authority] in TERMS {
            let filed = |addressee| of_filing(&calendar, hours, addressee, at(arrives)).unwrap();
            let own = filed(Addressee::Provider);
            assert_eq!(own, (at(registered), at(decision)), "{arrives}");
            for addressee in [Addressee::HigherBody, Addressee::QualityAuthority] {
                let (registered_at, due_at) = filed(addressee);
                assert_eq!(registered_at, at(registered), "{arrives}");
                assert_eq!(due_at, at(forwarding), "{arrives}");
            }
            let review = |addressee, from| of_review(&calendar, hours, addressee, from).unwrap();
            let reviewed = review(Addressee::QualityAuthority, at(forwarding));
            assert_eq!(reviewed, at(authority), "{arrives}");
            let reviewed = review(Addressee::HigherBody, at(registered));
            assert_eq!(reviewed, at(decision), "{arrives}");
        }
    }

    #[test]
    fn what_reaches_the_reviewing_body_after_hours_is_registered_there_at_its_opening() {
        let calendar = Calendar::shipped().unwrap();
        let hours = WorkingHours::default();
        for (forwarded, expected) in [
            // A Friday, at closing time and a minute later; Monday is the day of the registration then.
            ("2026-11-27T18:30", "2026-12-04T18:30"),
            ("2026-11-27T18:31", "2026-12-07T18:30"),
            ("2026-11-28T11:00", "2026-12-07T18:30"),
        ] {
            let due = of_review(&calendar, hours, Addressee::HigherBody, at(forwarded));
            assert_eq!(due.unwrap(), at(expected), "{forwarded}");
        }
    }

    #[test]
    fn an_extension_runs_on_from_where_the_term_ended_over_the_new_year_too() {
        let calendar = Calendar::shipped().unwrap();
        let hours = WorkingHours::default();
        for (due, working_days, expected) in [
            ("2026-12-30T18:30", 1, "2026-12-31T18:30"),
            ("2026-12-30T18:30", 2, "2027-01-05T18:30"),
            ("2026-12-30T18:30", 10, "2027-01-18T18:30"),
            ("2025-01-03T18:30", 1, "2025-01-05T18:30"),
        ] {
            let extended = extended(&calendar, hours, at(due), working_days).unwrap();
            assert_eq!(extended, at(expected), "{due} + {working_days}");
        }
        let told = of_telling(&calendar, hours, at("2026-12-30T12:00")).unwrap();
        assert_eq!(told, at("2027-01-06T18:30"));
        let outside = extended(&calendar, hours, at("2027-12-30T18:30"), 10);
        assert!(outside.is_err(), "the calendar ends");
    }

    #[test]
    fn a_complaint_is_late_after_as_many_months_as_it_has_and_never_on_a_day_off() {
        let calendar = Calendar::shipped().unwrap();
        for (subject, learned_on, last_moment) in [
            (Subject::Refusal, "2026-08-24", "2026-11-24T23:59"),
            // 28 February 2027, a Sunday: there is no 30th.
            (Subject::Refusal, "2026-11-30", "2027-03-01T23:59"),
            (Subject::Overdue, "2026-05-25", "2026-11-25T23:59"),
            // 20 December 2026, a Sunday.
            (Subject::Action, "2026-06-20", "2026-12-21T23:59"),
            (Subject::Extract, "2026-07-02", "2027-01-05T23:59"),
        ] {
            let learned_on = learned_on.parse().unwrap();
            let last = at(last_moment);
            for (moment, expected) in [(last, false), (last + chrono::TimeDelta::minutes(1), true)]
            {
                let late = is_late(&calendar, subject, learned_on, Moment::at(moment));
                assert_eq!(late, expected, "{subject:?} {learned_on} {moment}");
            }
        }
        let learned_on = "2023-01-10".parse().unwrap();
        let moment = Moment::at(at("2026-03-16T10:00"));
        assert!(is_late(&calendar, Subject::Refusal, learned_on, moment));
        let learned_on = "2027-12-30".parse().unwrap();
        let moment = Moment::at(at("2027-12-31T10:00"));
        assert!(!is_late(&calendar, Subject::Refusal, learned_on, moment));
    }
}
