//! The duty of the cooperative to hand the extract over in person (cl. 11, O-32, D-15).
//! It begins when the cooperative is told by the stage; it never begins twice.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use super::{
    Office,
    model::{Application, Handover, HandoverReason, Step},
    objection::Objection,
    stage::Stage,
};
use crate::{
    calendar::{Calendar, Due, OutsideCalendar},
    kernel::{Moment, instant_of, local},
    rpc::FieldError,
};

/// The cooperative hands over within this many working days.
const HANDOVER_WORKING_DAYS: u32 = 3;

/// The moment of a hand-over on a day: not in the future, not before the entry was made.
pub(crate) fn handed_over_at(
    on: NaiveDate,
    entered_at: Option<DateTime<Utc>>,
    moment: Moment,
) -> Result<DateTime<Utc>, Objection> {
    let entered_on = entered_at.map(|at| local(at).date());
    if on <= moment.today && entered_on.is_some_and(|entered_on| on >= entered_on) {
        return Ok(instant_of(on.and_time(NaiveTime::MIN)));
    }
    Err(Objection::Field(FieldError::wrong(
        "handed_over_on",
        "must not be in the future nor before the entry was made",
    )))
}

/// When the term ends that begins on a day (D-15).
pub(crate) fn end_of_handover(
    calendar: &Calendar,
    known_on: NaiveDate,
) -> Result<Due, OutsideCalendar> {
    calendar.end_of_term(known_on, HANDOVER_WORKING_DAYS)
}

/// The duty as it begins.
pub(crate) fn duty(
    office: &Office,
    reason: HandoverReason,
    moment: Moment,
) -> Result<Handover, Objection> {
    let due = end_of_handover(&office.calendar(), moment.today)?;
    Ok(Handover {
        reason,
        known_at: moment.instant,
        due_at: due.at,
        handed_over_at: None,
        overdue: false,
    })
}

/// Begins the duty for an application.
pub(crate) fn begin(
    office: &Office,
    application: Application,
    reason: HandoverReason,
    moment: Moment,
) -> Result<Step, Objection> {
    let handover = duty(office, reason, moment)?;
    Ok(Step::of(application, moment.instant)
        .with(|application| application.handover = Some(handover))
        .reach(Stage::HandoverPending))
}
