//! The questions that callers ask of the calendar, read from the contract's messages.
//! It never asks the calendar itself.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use crate::{
    administration::act::{TEXT_CHARACTERS_MAX, act},
    calendar::{CalendarChange, DayKind},
    kernel::{Problem, parse_date},
    pb::registry::v1 as pb,
    rpc::{FieldErrors, Malformed, instant, period},
};

/// How many days one change sets at most.
const CHANGED_DAYS_MAX: usize = 400;

const WORKING_DAYS_MAX: u32 = 250;

/// When is what arrives then registered, and when is it due?
#[derive(Debug, PartialEq, Eq)]
pub(super) struct DueDate {
    pub(super) arrived_at: DateTime<Utc>,
    pub(super) working_days: u32,
    pub(super) provider_id: Option<String>,
}

impl DueDate {
    pub(super) fn parse(message: pb::ComputeDueDateRequest) -> Result<Self, Malformed> {
        let mut errors = FieldErrors::new();
        let arrived_at = errors
            .present("arrived_at", message.arrived_at)
            .and_then(|arrived_at| errors.read("arrived_at", instant(arrived_at)));
        let working_days = errors.read("working_days", working_days(message.working_days));
        let provider_id = Some(message.provider_id).filter(|id| !id.is_empty());
        match (arrived_at, working_days) {
            (Some(arrived_at), Some(working_days)) => errors.into_result(Self {
                arrived_at,
                working_days,
                provider_id,
            }),
            _ => Err(errors.into_malformed()),
        }
    }
}

/// What are these days?
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Days {
    pub(super) from: NaiveDate,
    pub(super) to: NaiveDate,
}

impl Days {
    pub(super) fn parse(message: &pb::GetDaysRequest) -> Result<Self, Malformed> {
        let mut errors = FieldErrors::new();
        match period(&message.from_on, &message.to_on, &mut errors) {
            Some((from, to)) => errors.into_result(Self { from, to }),
            None => Err(errors.into_malformed()),
        }
    }
}

/// Reads the one field of a request that only names a day.
pub(super) fn day(text: &str) -> Result<NaiveDate, Malformed> {
    let mut errors = FieldErrors::new();
    match errors.required("on", text, parse_date) {
        Some(on) => Ok(on),
        None => Err(errors.into_malformed()),
    }
}

/// A change of the calendar, with its days in the order in which they were sent.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) change: CalendarChange,
    pub(super) order: Vec<NaiveDate>,
}

impl Change {
    pub(super) fn parse(message: &pb::CalendarChange, errors: &mut FieldErrors) -> Option<Self> {
        let covers_to = errors.optional("covers_to_on", &message.covers_to_on, parse_date);
        if message.days.is_empty() && message.covers_to_on.is_empty() {
            errors.missing("days");
        }
        if message.days.len() > CHANGED_DAYS_MAX {
            errors.add("days", format_args!("must be at most {CHANGED_DAYS_MAX}"));
            return None;
        }
        let mut days = BTreeMap::new();
        let mut order = Vec::new();
        for (index, day) in message.days.iter().enumerate() {
            errors.item("days", index, |errors| {
                let on = errors.required("on", &day.on, parse_date);
                let kind = day_kind(day.kind, errors);
                let (Some(on), Some(kind)) = (on, kind) else {
                    return;
                };
                if days.insert(on, kind).is_some() {
                    errors.add("on", "must be named only once");
                }
                order.push(on);
            });
        }
        let act = act(message.act.as_ref(), errors);
        let reason = errors.localized::<TEXT_CHARACTERS_MAX>("reason", message.reason.as_ref());
        let change = CalendarChange {
            act: act?,
            reason: reason?,
            days,
            covers_to: covers_to?,
        };
        Some(Self { change, order })
    }
}

fn day_kind(kind: i32, errors: &mut FieldErrors) -> Option<DayKind> {
    let kind = match pb::DayKind::try_from(kind) {
        Ok(pb::DayKind::Unspecified) => {
            errors.missing("kind");
            return None;
        }
        Ok(pb::DayKind::Working) => DayKind::Working,
        Ok(pb::DayKind::DayOff) => DayKind::DayOff,
        Ok(pb::DayKind::Holiday) => DayKind::Holiday,
        Ok(pb::DayKind::MovedDayOff) => DayKind::MovedDayOff,
        Ok(pb::DayKind::WorkedDayOff) => DayKind::WorkedDayOff,
        Err(_unknown) => {
            errors.add("kind", "must be a known kind of day");
            return None;
        }
    };
    Some(kind)
}

fn working_days(count: i32) -> Result<u32, Problem> {
    u32::try_from(count)
        .ok()
        .filter(|count| (1..=WORKING_DAYS_MAX).contains(count))
        .ok_or_else(|| Problem::stated(format!("must be from 1 to {WORKING_DAYS_MAX}")))
}

#[cfg(test)]
mod tests {
    use tonic::Status;
    use tonic_types::StatusExt as _;

    use super::*;

    fn violations(malformed: Malformed) -> Vec<(String, String)> {
        let details = Status::from(malformed).get_error_details();
        let violations = details.bad_request().unwrap().field_violations.clone();
        violations
            .into_iter()
            .map(|found| (found.field, found.description))
            .collect()
    }

    fn found(field: &str, description: &str) -> (String, String) {
        (field.to_owned(), description.to_owned())
    }

    fn days(from_on: &str, to_on: &str) -> Result<Days, Malformed> {
        Days::parse(&pb::GetDaysRequest {
            from_on: from_on.to_owned(),
            to_on: to_on.to_owned(),
        })
    }

    #[test]
    fn a_due_date_needs_a_moment_and_a_length() {
        let arrived_at = prost_types::Timestamp {
            seconds: 1_774_008_000,
            nanos: 123_456_789,
        };
        let message = |arrived_at, working_days| pb::ComputeDueDateRequest {
            arrived_at,
            working_days,
            provider_id: String::new(),
        };
        let question = DueDate::parse(message(Some(arrived_at), 250)).unwrap();
        assert_eq!(
            question.arrived_at.to_rfc3339(),
            "2026-03-20T12:00:00.123456+00:00"
        );
        assert_eq!((question.working_days, question.provider_id), (250, None));

        let wrong = DueDate::parse(message(None, 0)).unwrap_err();
        assert_eq!(
            violations(wrong),
            [
                found("arrived_at", "is required"),
                found("working_days", "must be from 1 to 250")
            ]
        );
        for (seconds, nanos, working_days) in [
            (i64::MAX, 0, 251),
            (i64::MIN, 0, -1),
            (0, -1, i32::MIN),
            (59, 1_000_000_000, i32::MAX),
        ] {
            let arrived_at = prost_types::Timestamp { seconds, nanos };
            let wrong = DueDate::parse(message(Some(arrived_at), working_days)).unwrap_err();
            assert_eq!(
                violations(wrong),
                [
                    found("arrived_at", "must be a timestamp of the years 1 to 9999"),
                    found("working_days", "must be from 1 to 250"),
                ]
            );
        }
    }

    #[test]
    fn days_are_at_most_four_hundred_in_their_order() {
        assert!(days("2026-01-01", "2026-01-01").is_ok());
        assert!(days("2026-01-01", "2027-02-04").is_ok());
        for (from_on, to_on, expected) in [
            (
                "2026-01-01",
                "2027-02-05",
                "must be less than 400 days after from_on",
            ),
            ("2026-01-02", "2026-01-01", "must not be before from_on"),
            (
                "0001-01-01",
                "9999-12-31",
                "must be less than 400 days after from_on",
            ),
            ("2026-01-02", "2026-1-3", "must be a date like 2026-10-23"),
            ("2026-01-02", "", "is required"),
        ] {
            let wrong = days(from_on, to_on).unwrap_err();
            assert_eq!(
                violations(wrong),
                [found("to_on", expected)],
                "{from_on} {to_on}"
            );
        }
        assert_eq!(violations(days("", "").unwrap_err()).len(), 2);
    }
}
