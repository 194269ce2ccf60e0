//! The calendar's administration: days are set by an act, and what is due moves only by another.
//! A due moment that is fixed never moves because a day changed (D-3).

mod moves;
mod queries;
mod recalculate;
mod request;
mod rows;
mod service;
mod set_day;
mod wire;

pub(crate) use queries::due_moment_records;
pub use service::CalendarEndpoint;
pub(crate) use wire::{due_date, term_days};
