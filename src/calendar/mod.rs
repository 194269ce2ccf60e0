//! The calendar by which terms are counted: which days are worked, and when a term ends.
//! It never guesses about a day that its table does not cover.

mod cause;
mod change;
mod command;
mod day;
mod hours;
mod table;
mod term;
mod words;

pub use change::{Act, CalendarChange, ChangeProblem};
pub use command::{PrintFault, print_days};
pub use day::{Day, DayKind};
pub use hours::WorkingHours;
pub use table::{Calendar, CalendarFault, OutsideCalendar};
pub use term::{Due, ExplainedDay, Explanation};

#[cfg(test)]
mod tests;
