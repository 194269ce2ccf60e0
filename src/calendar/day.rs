//! One day: whether it is worked, and why.
//! It never knows the days around it.

use std::fmt;

use chrono::{Datelike as _, NaiveDate, Weekday};

use super::words;
use crate::kernel::Localized;

/// A day of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day<'calendar> {
    /// The day.
    pub on: NaiveDate,
    /// What it is.
    pub kind: DayKind,
    /// Why it is that, with the act, if the table or a change says so; other days go by the week.
    pub stated: Option<&'calendar Localized>,
}

impl Day<'_> {
    /// Whether the day is worked and therefore counts in a term.
    pub const fn is_working(&self) -> bool {
        self.kind.is_working()
    }

    /// Why it is what it is.
    pub fn reason(&self) -> Localized {
        self.stated
            .cloned()
            .unwrap_or_else(|| words::of_the_week(self.on.weekday()))
    }
}

/// Whether a day is off unless something makes it worked.
pub(super) fn is_weekend(on: NaiveDate) -> bool {
    matches!(on.weekday(), Weekday::Sat | Weekday::Sun)
}

/// What a day is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DayKind {
    /// Worked, as usual.
    Working,
    /// Off, as usual or by the Labour Code.
    DayOff,
    /// A national or state holiday.
    Holiday,
    /// Off, because a holiday fell on a day off or a day off was transferred here.
    MovedDayOff,
    /// Worked, because its day off was transferred away.
    WorkedDayOff,
}

impl DayKind {
    /// Every kind, in the order of their declaration.
    pub const ALL: [Self; 5] = [
        Self::Working,
        Self::DayOff,
        Self::Holiday,
        Self::MovedDayOff,
        Self::WorkedDayOff,
    ];

    /// Whether days of this kind are worked.
    pub const fn is_working(self) -> bool {
        match self {
            Self::Working | Self::WorkedDayOff => true,
            Self::DayOff | Self::Holiday | Self::MovedDayOff => false,
        }
    }

    /// The word for it in tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Working => "working",
            Self::DayOff => "day_off",
            Self::Holiday => "holiday",
            Self::MovedDayOff => "moved_day_off",
            Self::WorkedDayOff => "worked_day_off",
        }
    }
}

impl fmt::Display for DayKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
