//! The calendar's answers as the contract's messages.
//! It never decides what a day is.

use chrono::NaiveDate;

use super::{
    moves::{Case, Move, Term},
    rows::{Moved, version_before},
};
use crate::{
    administration::act,
    application::model::Application,
    calendar::{Calendar, Day, DayKind, ExplainedDay, Explanation, OutsideCalendar},
    complaint::Complaint,
    correction::Correction,
    pb::registry::v1 as pb,
    reference::rows::StoredChange,
    rpc::{Reason, Refused, localized, timestamp},
};

/// How a term was reckoned, as sent.
pub(crate) fn due_date(
    calendar: &Calendar,
    explanation: Explanation,
) -> pb::ComputeDueDateResponse {
    pb::ComputeDueDateResponse {
        registered_at: Some(timestamp(explanation.registered_at)),
        due_at: Some(timestamp(explanation.due.at)),
        days: explanation.days.into_iter().map(explained_day).collect(),
        calendar_version: calendar.version().to_owned(),
    }
}

pub(super) fn days<'calendar>(
    calendar: &'calendar Calendar,
    days: impl Iterator<Item = Day<'calendar>>,
) -> pb::GetDaysResponse {
    pb::GetDaysResponse {
        days: days.map(calendar_day).collect(),
        calendar_version: calendar.version().to_owned(),
    }
}

/// The days from one to another, those that the calendar covers.
pub(crate) fn term_days(
    calendar: &Calendar,
    from: NaiveDate,
    to: NaiveDate,
) -> Vec<pb::CalendarDay> {
    let days = calendar.days(from, to);
    days.map_or_else(
        |_outside| Vec::new(),
        |days| days.map(calendar_day).collect(),
    )
}

fn explained_day(day: ExplainedDay) -> pb::ExplainedDay {
    pb::ExplainedDay {
        on: day.on.to_string(),
        kind: day_kind(day.kind).into(),
        counted: day.counted,
        reason: Some(localized(day.reason)),
    }
}

/// What a day is.
pub(super) fn calendar_day(day: Day<'_>) -> pb::CalendarDay {
    pb::CalendarDay {
        on: day.on.to_string(),
        working: day.is_working(),
        kind: day_kind(day.kind).into(),
        reason: Some(localized(day.reason())),
    }
}

/// What a day was by the shipped table, or by its day of the week.
pub(super) fn first_record(calendar: &Calendar, day: Day<'_>) -> pb::DayRecord {
    pb::DayRecord {
        day: Some(calendar_day(day)),
        calendar_version: calendar.version().to_owned(),
        ..Default::default()
    }
}

/// What a day became by each change that set it.
pub(super) fn records(stored: &StoredChange) -> impl Iterator<Item = pb::DayRecord> {
    let reason = stored.change.reason_of_days();
    stored.change.days.iter().map(move |(on, kind)| {
        let day = Day {
            on: *on,
            kind: *kind,
            stated: Some(&reason),
        };
        pb::DayRecord {
            day: Some(calendar_day(day)),
            act: Some(act::to_wire(&stored.change.act)),
            set_by: stored.set_by.clone(),
            set_at: Some(timestamp(stored.set_at)),
            calendar_version: stored.calendar_version.clone(),
        }
    })
}

/// A move without moments: which application it is of.
pub(super) fn case_of_application(application: &Application) -> pb::DueMomentMove {
    pb::DueMomentMove {
        application_id: application.id.to_string(),
        application_number: application.number.clone(),
        provider_id: application.provider_id.clone(),
        ..Default::default()
    }
}

/// A move without moments: which correction it is of.
pub(super) fn case_of_correction(correction: &Correction) -> pb::DueMomentMove {
    pb::DueMomentMove {
        application_id: correction.application.to_string(),
        provider_id: correction.provider_id.clone(),
        correction_id: correction.id.to_string(),
        correction_number: correction.number.clone(),
        ..Default::default()
    }
}

/// A move without moments: which complaint it is of.
pub(super) fn case_of_complaint(complaint: &Complaint) -> pb::DueMomentMove {
    pb::DueMomentMove {
        application_id: complaint.application.to_string(),
        provider_id: complaint.provider_id.clone(),
        complaint_id: complaint.id.to_string(),
        complaint_number: complaint.number.clone(),
        ..Default::default()
    }
}

/// A move that could be made, or is.
pub(super) fn due_moment_move(moved: &Move) -> pb::DueMomentMove {
    let case = &moved.case;
    pb::DueMomentMove {
        registered_at: Some(timestamp(case.registered_at_before())),
        new_registered_at: Some(timestamp(case.registered_at())),
        due_at: Some(timestamp(case.due_at_before())),
        new_due_at: Some(timestamp(case.due_at())),
        calendar_version: version_before(moved),
        new_calendar_version: moved.calendar_version.clone(),
        term: term(case.term()).into(),
        ..match case {
            Case::Application(application, _) => case_of_application(application),
            Case::Correction(correction, _) => case_of_correction(correction),
            Case::Complaint(complaint, _) => case_of_complaint(complaint),
        }
    }
}

/// A move that was made, of a case as it is now.
pub(super) fn due_moment_record(moved: Moved, case: pb::DueMomentMove) -> pb::DueMomentRecord {
    pb::DueMomentRecord {
        r#move: Some(pb::DueMomentMove {
            registered_at: Some(timestamp(moved.row.registered_at_before)),
            new_registered_at: Some(timestamp(moved.row.registered_at_after)),
            due_at: Some(timestamp(moved.row.due_at_before)),
            new_due_at: Some(timestamp(moved.row.due_at_after)),
            calendar_version: moved.row.calendar_version_before,
            new_calendar_version: moved.row.calendar_version_after,
            term: term(moved.term).into(),
            ..case
        }),
        act: Some(act::to_wire(&moved.act)),
        reason: Some(localized(moved.reason)),
        moved_by: moved.row.moved_by,
        moved_at: Some(timestamp(moved.row.moved_at)),
    }
}

const fn term(term: Term) -> pb::DueTerm {
    match term {
        Term::Decision => pb::DueTerm::Decision,
        Term::Handover => pb::DueTerm::Handover,
        Term::Sending => pb::DueTerm::Sending,
        Term::Forwarding => pb::DueTerm::Forwarding,
    }
}

const fn day_kind(kind: DayKind) -> pb::DayKind {
    match kind {
        DayKind::Working => pb::DayKind::Working,
        DayKind::DayOff => pb::DayKind::DayOff,
        DayKind::Holiday => pb::DayKind::Holiday,
        DayKind::MovedDayOff => pb::DayKind::MovedDayOff,
        DayKind::WorkedDayOff => pb::DayKind::WorkedDayOff,
    }
}

impl Refused for OutsideCalendar {
    fn reason(&self) -> Reason {
        Reason::new(pb::ErrorReason::OutsideCalendar, self.to_string()).with("on", self.on)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{calendar::WorkingHours, rpc::status};

    #[test]
    fn an_explanation_is_answered_with_moments_days_and_version() {
        let calendar = Calendar::shipped().unwrap();
        let arrived_at = "2026-03-20T12:00:00.5Z".parse().unwrap();
        let explanation = calendar
            .explain(arrived_at, 1, WorkingHours::default())
            .unwrap();
        let days = explanation.days.clone();
        let answer = due_date(&calendar, explanation);
        let registered_at = answer.registered_at.unwrap();
        assert_eq!(
            (registered_at.seconds, registered_at.nanos),
            (1_774_008_000, 500_000_000)
        );
        assert_eq!(answer.due_at.unwrap().seconds, 1_774_531_800);
        assert_eq!(answer.calendar_version, calendar.version());
        assert_eq!(answer.days.len(), days.len());
        let last = answer.days.last().unwrap();
        assert_eq!(
            *last,
            pb::ExplainedDay {
                on: "2026-03-26".to_owned(),
                kind: pb::DayKind::Working.into(),
                counted: true,
                reason: Some(pb::LocalizedText {
                    kk: "әдеттегі жұмыс күні: мерзімнің 1-күні, барлығы 1".to_owned(),
                    ru: "обычный рабочий день: день 1 из 1".to_owned(),
                    en: "ordinary working day: day 1 of 1".to_owned(),
                }),
            }
        );
    }

    #[test]
    fn days_are_answered_with_what_they_are() {
        let calendar = Calendar::shipped().unwrap();
        let [from, to] = ["2025-01-02", "2025-01-06"].map(|on| on.parse().unwrap());
        let answer = days(&calendar, calendar.days(from, to).unwrap());
        let kinds: Vec<_> = answer
            .days
            .iter()
            .map(|day| (day.kind(), day.working))
            .collect();
        assert_eq!(
            kinds,
            [
                (pb::DayKind::Holiday, false),
                (pb::DayKind::MovedDayOff, false),
                (pb::DayKind::DayOff, false),
                (pb::DayKind::WorkedDayOff, true),
                (pb::DayKind::Working, true),
            ]
        );
        assert_eq!(answer.days[0].on, "2025-01-02");
        assert_eq!(
            answer.days[0].reason.as_ref().unwrap().ru,
            "Новый год; Закон «О праздниках в Республике Казахстан» № 267-II"
        );
        assert_eq!(answer.calendar_version, calendar.version());
    }

    #[test]
    fn a_day_outside_the_calendar_is_named_in_the_refusal() {
        let outside = OutsideCalendar {
            on: "2028-01-01".parse().unwrap(),
        };
        let status = status::refused(&outside);
        assert_eq!(status.code(), tonic::Code::FailedPrecondition);
        assert_eq!(status.message(), "the calendar does not cover 2028-01-01");
    }
}
