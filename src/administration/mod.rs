//! What operators decide beside the register: the days of the calendar, and the due moments that follow.
//! It never decides an application.

mod calendar;

pub use calendar::CalendarEndpoint;
