//! The terms of an application: when it is registered, near its due moment and due, and whether it came
//! late (cl. 5, 7, 8).
//! They never depend on what it says but for one date.

use chrono::{DateTime, NaiveDate, Utc};

use super::form::Form;
use crate::{
    calendar::{Calendar, OutsideCalendar},
    kernel::Moment,
    provider::Provider,
};

/// The cooperative files within this many working days of the document's date (cl. 5).
const FILING_WORKING_DAYS: u32 = 5;

/// The moments of an application (cl. 7, 8).
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_field_names,
    reason = "moments are named alike everywhere"
)]
pub(crate) struct Terms {
    pub(crate) registered_at: DateTime<Utc>,
    pub(crate) due_at: DateTime<Utc>,
    /// From when on it is near its due moment, as its provider wants to be warned.
    pub(crate) near_due_at: DateTime<Utc>,
}

impl Terms {
    /// Of an application that arrives at a moment.
    pub(crate) fn reckon(
        calendar: &Calendar,
        provider: &Provider,
        form: Form,
        moment: Moment,
    ) -> Result<Self, OutsideCalendar> {
        let registered_at = calendar.registration(moment.instant, provider.hours)?;
        Self::of_registration(calendar, provider, form, registered_at)
    }

    /// Of an application that is, or will be, registered at a moment.
    pub(crate) fn of_registration(
        calendar: &Calendar,
        provider: &Provider,
        form: Form,
        registered_at: DateTime<Utc>,
    ) -> Result<Self, OutsideCalendar> {
        let hours = provider.hours;
        let due_at = calendar.due(registered_at, form.working_days(), hours)?.at;
        let minutes = provider.near_due_minutes;
        Ok(Self {
            registered_at,
            due_at,
            near_due_at: calendar.minutes_before(due_at, minutes, hours, registered_at)?,
        })
    }
}

/// Filed after 24:00 of the fifth working day (cl. 5, D-3). An agreement from before the covered
/// days is late; a term that ends after them has not ended yet.
pub(crate) fn is_late(calendar: &Calendar, concluded_on: NaiveDate, moment: Moment) -> bool {
    match calendar.end_of_term(concluded_on, FILING_WORKING_DAYS) {
        Ok(due) => moment.instant >= due.at,
        Err(outside) => outside.on <= moment.today,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agreement_is_late_after_the_fifth_working_day_wherever_the_calendar_ends() {
        let calendar = Calendar::shipped().unwrap();
        for (concluded_on, filed_at, late) in [
            ("2026-03-16", "2026-03-26T18:59:59Z", false),
            ("2026-03-16", "2026-03-26T19:00:00Z", true),
            ("2023-12-29", "2026-03-16T05:00:00Z", true),
            ("2027-12-29", "2027-12-29T05:00:00Z", false),
        ] {
            let moment = Moment::at(filed_at.parse().unwrap());
            let is_late = is_late(&calendar, concluded_on.parse().unwrap(), moment);
            assert_eq!(is_late, late, "{concluded_on} {filed_at}");
        }
    }
}
