//! What happens without anyone calling: registration at opening time, checks, marks of due moments,
//! extracts and letters, each by a clerk that looks into a short queue.
//! A clerk never keeps state of its own: the queue is in the database, so a restart loses nothing.
//!
//! ```text
//! timetable   all kinds of moments: in which rows they stand; one statement asks for them all
//! alarm       sleeps until the next of them, or a commit; rings the clerks whose moments have come
//! clerk       works its queue until nothing in it is due; what it writes has the legal moment
//! ```

mod alarm;
mod clerk;
mod clerks;
mod queues;
mod registrar;
mod timetable;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod jumps;
#[cfg(test)]
mod month;
#[cfg(test)]
mod turns;

pub use clerk::Clerk;
pub use clerks::{AdvanceStop, Clerks};
pub(crate) use queues::{
    count_awaiting_checks, count_awaiting_registration, count_handovers_overdue, count_near_due,
    count_overdue, timetable,
};
pub use registrar::Registrar;
pub(crate) use registrar::{one_by_one, settled};
pub use timetable::{Timer, Timetable};
