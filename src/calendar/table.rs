//! The table of days that are not what their day of the week says, and the span that it covers.
//! It never answers for a day outside that span.

use std::{collections::BTreeMap, ops::RangeInclusive};

use chrono::NaiveDate;
use sha2::{Digest as _, Sha256};
use thiserror::Error;

use super::{
    CalendarChange, Day, DayKind, cause::Cause, change::contradiction, day::is_weekend, words,
};
use crate::kernel::{Localized, Problem, parse_date};

const SHIPPED: &str = include_str!("days.csv");

const HEADING: &str = "date,kind,occasion,other_day";

/// How many hexadecimal digits of the table's SHA-256 make its version.
const VERSION_LENGTH: usize = 12;

/// Working days and days off, day by day, from the first day to the last one covered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    span: RangeInclusive<NaiveDate>,
    exceptions: BTreeMap<NaiveDate, Exception>,
    version: String,
}

/// What a day is, against its day of the week or with a reason of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Exception {
    kind: DayKind,
    reason: Localized,
}

/// What a line says of its day.
struct Row {
    line: usize,
    cause: Cause,
}

/// A day that the calendar was asked about but does not cover.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the calendar does not cover {on}")]
pub struct OutsideCalendar {
    /// The day.
    pub on: NaiveDate,
}

/// Why a text is not a calendar.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CalendarFault {
    /// A line breaks a rule.
    #[error("line {line} of the calendar {problem}")]
    Line {
        /// Its number, from 1.
        line: usize,
        /// The rule.
        problem: Problem,
    },
    /// The lines end before the first day.
    #[error("the calendar has no lines `covers,FROM,TO` and `date,kind,occasion,other_day`")]
    NoHead,
}

impl Calendar {
    /// The table that the program carries.
    pub fn shipped() -> Result<Self, CalendarFault> {
        Self::parse(SHIPPED)
    }

    /// Reads a table: `covers,FROM,TO`, the heading `date,kind,occasion,other_day`, then one day a line, in
    /// order. Lines that begin with `#` say nothing.
    pub fn parse(table: &str) -> Result<Self, CalendarFault> {
        let lines = (1..).zip(table.lines().map(str::trim_end));
        let lines: Vec<_> = lines.filter(|(_, line)| !line.starts_with('#')).collect();
        let [(line, covers), (_, HEADING), rows @ ..] = lines.as_slice() else {
            return Err(CalendarFault::NoHead);
        };
        let at = |line| move |problem| CalendarFault::Line { line, problem };
        let span = span(covers).map_err(at(*line))?;
        let mut days = BTreeMap::new();
        for (line, text) in rows {
            let added = row(text).and_then(|(on, cause)| {
                let row = Row { line: *line, cause };
                add(&mut days, &span, on, row)
            });
            added.map_err(at(*line))?;
        }
        let cause_of = |on| days.get(&on).map(|row: &Row| row.cause);
        for (on, Row { line, cause }) in &days {
            cause.confirm(*on, cause_of).map_err(at(*line))?;
        }
        let exceptions = days.into_iter().map(|(on, Row { cause, .. })| {
            let exception = Exception {
                kind: cause.kind(),
                reason: words::because(cause, on),
            };
            (on, exception)
        });
        Ok(Self::of(span, exceptions.collect()))
    }

    fn of(span: RangeInclusive<NaiveDate>, exceptions: BTreeMap<NaiveDate, Exception>) -> Self {
        let version = version(&span, &exceptions);
        Self {
            span,
            exceptions,
            version,
        }
    }

    /// The same table for days up to a last one, if that is later than its own.
    #[must_use]
    pub fn reaching(&self, to: NaiveDate) -> Self {
        let end = to.max(*self.span.end());
        Self::of(*self.span.start()..=end, self.exceptions.clone())
    }

    /// The calendar under a change that was checked when it was made; a table of a later release may
    /// reach further than the change did.
    #[must_use]
    pub fn overlaid(&self, change: &CalendarChange) -> Self {
        let mut exceptions = self.exceptions.clone();
        let reason = change.reason_of_days();
        exceptions.extend(change.days.iter().map(|(on, kind)| {
            let exception = Exception {
                kind: *kind,
                reason: reason.clone(),
            };
            (*on, exception)
        }));
        let changed = Self::of(self.span.clone(), exceptions);
        match change.covers_to {
            Some(to) => changed.reaching(to),
            None => changed,
        }
    }

    /// Names the days and what they are: equal versions count equal terms (invariant I-5).
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The days covered, first to last.
    pub const fn span(&self) -> &RangeInclusive<NaiveDate> {
        &self.span
    }

    /// Whether both days, and so all between them, are covered.
    pub fn covers(&self, from: NaiveDate, to: NaiveDate) -> bool {
        self.span.contains(&from) && self.span.contains(&to)
    }

    /// What a day is.
    pub fn day(&self, on: NaiveDate) -> Result<Day<'_>, OutsideCalendar> {
        if self.span.contains(&on) {
            Ok(self.covered_day(on))
        } else {
            Err(OutsideCalendar { on })
        }
    }

    /// All days from one to another, both included; none if they are in the wrong order.
    pub fn days(
        &self,
        from: NaiveDate,
        to: NaiveDate,
    ) -> Result<impl Iterator<Item = Day<'_>>, OutsideCalendar> {
        for on in [from, to] {
            self.day(on)?;
        }
        Ok(from
            .iter_days()
            .take_while(move |on| *on <= to)
            .map(|on| self.covered_day(on)))
    }

    fn covered_day(&self, on: NaiveDate) -> Day<'_> {
        let exception = self.exceptions.get(&on);
        let kind = match exception {
            Some(exception) => exception.kind,
            None if is_weekend(on) => DayKind::DayOff,
            None => DayKind::Working,
        };
        Day {
            on,
            kind,
            stated: exception.map(|exception| &exception.reason),
        }
    }
}

fn span(head: &str) -> Result<RangeInclusive<NaiveDate>, Problem> {
    let (from, to) = head
        .strip_prefix("covers,")
        .and_then(|dates| dates.split_once(','))
        .ok_or(Problem::new("must be `covers,FROM,TO`"))?;
    let span = parse_date(from)?..=parse_date(to)?;
    if span.is_empty() {
        Err(Problem::new("must cover at least one day"))
    } else {
        Ok(span)
    }
}

fn row(line: &str) -> Result<(NaiveDate, Cause), Problem> {
    let cells: Vec<_> = line.split(',').collect();
    let [on, kind, occasion, other_day] = cells.as_slice() else {
        return Err(Problem::new("must be `date,kind,occasion,other_day`"));
    };
    let on = parse_date(on)?;
    let kind = DayKind::ALL
        .into_iter()
        .find(|known| known.as_str() == *kind)
        .ok_or(Problem::new("names no known kind of day"))?;
    let cause = Cause::parse(kind, occasion, other_day)?;
    match contradiction(on, kind) {
        Some(problem) => Err(problem),
        None => Ok((on, cause)),
    }
}

fn add(
    days: &mut BTreeMap<NaiveDate, Row>,
    span: &RangeInclusive<NaiveDate>,
    on: NaiveDate,
    row: Row,
) -> Result<(), Problem> {
    if !span.contains(&on) {
        return Err(Problem::new("is outside the span that the calendar covers"));
    }
    if days
        .last_key_value()
        .is_some_and(|(before, _)| *before >= on)
    {
        return Err(Problem::new("is not later than the one before"));
    }
    days.insert(on, row);
    Ok(())
}

/// Hashes what terms are counted by, as lines; the words that say why are not part of it.
fn version(
    span: &RangeInclusive<NaiveDate>,
    exceptions: &BTreeMap<NaiveDate, Exception>,
) -> String {
    let mut hash = Sha256::new();
    hash.update(format!("covers,{},{}\n", span.start(), span.end()));
    for (on, Exception { kind, .. }) in exceptions {
        hash.update(format!("{on},{kind}\n"));
    }
    let mut version = hex::encode(hash.finalize());
    version.truncate(VERSION_LENGTH);
    version
}
