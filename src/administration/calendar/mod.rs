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

pub use service::CalendarEndpoint;
