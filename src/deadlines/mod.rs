//! What happens without anyone calling: registration at opening time, checks, marks of due moments,
//! extracts and letters, each by a clerk that looks into a short queue.
//! A clerk never keeps state of its own: the queue is in the database, so a restart loses nothing.

mod clerk;
mod clerks;
mod queues;
mod registrar;

pub use clerk::Clerk;
pub use clerks::{AdvanceStop, Clerks};
pub(crate) use queues::{
    count_awaiting_checks, count_awaiting_registration, count_near_due, count_overdue,
    first_to_check_at, first_to_register_at,
};
pub use registrar::Registrar;
pub(crate) use registrar::{settled, spared};
