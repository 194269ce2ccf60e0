//! How terms run: when an arrival is registered, when a term ends, and why then.
//! It never ends a term on a day that is not worked.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};

use crate::kernel::{Localized, instant_of, local};

use super::{
    Calendar, Day, DayKind, OutsideCalendar, WorkingHours,
    words::{self, Role},
};

/// The end of a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Due {
    /// The last day of the term.
    pub on: NaiveDate,
    /// The moment it ends; what is done at that moment is done in time.
    pub at: DateTime<Utc>,
}

/// How a term was reckoned, from the arrival to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// When the application is registered (D-1).
    pub registered_at: DateTime<Utc>,
    /// When the term ends (D-3).
    pub due: Due,
    /// Each day from the arrival to the end.
    pub days: Vec<ExplainedDay>,
}

/// A day of a term, with what it does to the term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExplainedDay {
    /// The day.
    pub on: NaiveDate,
    /// What it is.
    pub kind: DayKind,
    /// Whether it is one of the term's working days.
    pub counted: bool,
    /// Why it is that, and what it does.
    pub reason: Localized,
}

impl Calendar {
    /// When what arrives is registered: at once until closing time of a working day, even before the
    /// opening; otherwise at the opening of the next working day (cl. 7, D-1).
    pub fn registration(
        &self,
        arrived_at: DateTime<Utc>,
        hours: WorkingHours,
    ) -> Result<DateTime<Utc>, OutsideCalendar> {
        let arrival = local(arrived_at);
        let arrival_day = self.day(arrival.date())?;
        if arrival_day.is_working() && arrival.time() <= hours.closes() {
            return Ok(arrived_at);
        }
        let next = self.end_of_count(arrival_day.on, 1)?;
        Ok(instant_of(next.and_time(hours.opens())))
    }

    /// When a term of the provider ends: at closing time of the n-th working day after the day of
    /// the event, which is not counted (D-3).
    pub fn due(
        &self,
        from: DateTime<Utc>,
        working_days: u32,
        hours: WorkingHours,
    ) -> Result<Due, OutsideCalendar> {
        let on = self.end_of_count(local(from).date(), working_days)?;
        Ok(Due {
            on,
            at: instant_of(on.and_time(hours.closes())),
        })
    }

    /// When a term of the cooperative ends: at 24:00 of the n-th working day after the day of the
    /// event, which is not counted (D-3).
    pub fn end_of_term(&self, from: NaiveDate, working_days: u32) -> Result<Due, OutsideCalendar> {
        let on = self.end_of_count(from, working_days)?;
        let midnight = on
            .succ_opt()
            .map_or(NaiveDateTime::MAX, |next| next.and_time(NaiveTime::MIN));
        Ok(Due {
            on,
            at: instant_of(midnight),
        })
    }

    /// When so many working minutes are left until the end of a term; its beginning if it never has so many.
    pub fn minutes_before(
        &self,
        due_at: DateTime<Utc>,
        working_minutes: u32,
        hours: WorkingHours,
        begun_at: DateTime<Utc>,
    ) -> Result<DateTime<Utc>, OutsideCalendar> {
        let (begun, end) = (local(begun_at), local(due_at));
        let mut left = TimeDelta::minutes(working_minutes.into());
        let (mut on, mut until) = (end.date(), end.time());
        while on >= begun.date() {
            let worked = until.signed_duration_since(hours.opens());
            if self.day(on)?.is_working() && worked > TimeDelta::zero() {
                if left <= worked {
                    let moment = on.and_time(until).checked_sub_signed(left);
                    return Ok(moment.map_or(begun_at, instant_of).max(begun_at));
                }
                left = left.checked_sub(&worked).unwrap_or_default();
            }
            on = on.pred_opt().ok_or(OutsideCalendar { on })?;
            until = hours.closes();
        }
        Ok(begun_at)
    }

    /// Reckons registration and end of a term and tells what each day does to it.
    pub fn explain(
        &self,
        arrived_at: DateTime<Utc>,
        working_days: u32,
        hours: WorkingHours,
    ) -> Result<Explanation, OutsideCalendar> {
        let registered_at = self.registration(arrived_at, hours)?;
        let due = self.due(registered_at, working_days, hours)?;
        let registered_on = local(registered_at).date();
        let mut counted = 0_u32;
        let days = self.days(local(arrived_at).date(), due.on)?.map(|day| {
            let role = if day.on < registered_on {
                before_registration(day)
            } else if day.on == registered_on {
                Role::Registration
            } else if day.is_working() {
                counted = counted.saturating_add(1);
                Role::Counted(counted, working_days)
            } else {
                Role::NotCounted
            };
            ExplainedDay {
                on: day.on,
                kind: day.kind,
                counted: day.is_working() && day.on > registered_on,
                reason: day.reason().joined(": ", &words::role(role)),
            }
        });
        Ok(Explanation {
            registered_at,
            due,
            days: days.collect(),
        })
    }

    /// The n-th working day after a day. No count at all ends on the day itself or, if it is not
    /// worked, on the next one that is.
    fn end_of_count(
        &self,
        from: NaiveDate,
        working_days: u32,
    ) -> Result<NaiveDate, OutsideCalendar> {
        let mut left = working_days;
        let mut day = self.day(from)?;
        while left > 0 || !day.is_working() {
            let next = day.on.succ_opt().ok_or(OutsideCalendar { on: day.on })?;
            day = self.day(next)?;
            left = left.saturating_sub(u32::from(day.is_working()));
        }
        Ok(day.on)
    }
}

const fn before_registration(day: Day<'_>) -> Role {
    if day.is_working() {
        Role::ArrivedLate
    } else {
        Role::WaitsForOpening
    }
}
