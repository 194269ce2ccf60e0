//! A change of the calendar: what days become by an act of a state body, and how far the calendar reaches.
//! It never takes a covered day away.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};

use super::{Calendar, DayKind, day::is_weekend, words};
use crate::kernel::{Localized, Problem, Text};

/// How far beyond its end the calendar may be extended at once, in days.
const EXTENSION_DAYS_MAX: u64 = 800;

/// The act that orders a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    /// Its title.
    pub title: Localized,
    /// Its number.
    pub number: Text<50>,
    /// Its date.
    pub dated_on: NaiveDate,
}

/// What an act changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarChange {
    /// The act.
    pub act: Act,
    /// Why, for people: `day off transferred to 2026-05-08`.
    pub reason: Localized,
    /// What each day becomes.
    pub days: BTreeMap<NaiveDate, DayKind>,
    /// The last day covered from now on, if it is another than before.
    pub covers_to: Option<NaiveDate>,
}

/// What of a change cannot be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChangeProblem {
    /// Of one of its days.
    Day(NaiveDate, Problem),
    /// Of the last day covered.
    CoversTo(Problem),
}

impl CalendarChange {
    /// Why a day it sets is what it is.
    pub fn reason_of_days(&self) -> Localized {
        words::by(&self.act, &self.reason)
    }
}

impl Calendar {
    /// The calendar after a change, or all that is wrong with it.
    pub fn changed(&self, change: &CalendarChange) -> Result<Self, Vec<ChangeProblem>> {
        let mut problems = Vec::new();
        if let Some(to) = change.covers_to {
            problems.extend(self.extension(to).err().map(ChangeProblem::CoversTo));
        }
        let changed = self.overlaid(change);
        for (on, kind) in &change.days {
            let problem = if changed.day(*on).is_err() {
                Some(Problem::new(
                    "must lie in the span that the calendar covers, which covers_to_on extends",
                ))
            } else {
                contradiction(*on, *kind)
            };
            problems.extend(problem.map(|problem| ChangeProblem::Day(*on, problem)));
        }
        if problems.is_empty() {
            Ok(changed)
        } else {
            Err(problems)
        }
    }

    fn extension(&self, to: NaiveDate) -> Result<(), Problem> {
        let end = *self.span().end();
        let furthest = end.checked_add_days(Days::new(EXTENSION_DAYS_MAX));
        if to <= end {
            Err(Problem::new("must be after the last day covered"))
        } else if furthest.is_some_and(|furthest| to > furthest) {
            Err(Problem::stated(format!(
                "must be at most {EXTENSION_DAYS_MAX} days after the last day covered"
            )))
        } else {
            Ok(())
        }
    }
}

/// Why a day of the week cannot become a kind of day.
pub(super) fn contradiction(on: NaiveDate, kind: DayKind) -> Option<Problem> {
    let is_weekend = is_weekend(on);
    match kind {
        DayKind::Working if is_weekend => Some(Problem::new(
            "must be a day of Monday to Friday to be worked as usual",
        )),
        DayKind::WorkedDayOff if !is_weekend => Some(Problem::new(
            "must be a Saturday or Sunday to be a worked day off",
        )),
        DayKind::MovedDayOff if is_weekend => Some(Problem::new(
            "must be a day of Monday to Friday to be a moved day off",
        )),
        DayKind::Working
        | DayKind::DayOff
        | DayKind::Holiday
        | DayKind::MovedDayOff
        | DayKind::WorkedDayOff => None,
    }
}
