//! Lag: how long a stage takes from the moment it is recorded until a sink says that it has it (cl. 13).
//! Lag is an obligation of its own; it never says anything of the terms of the service.
//!
//! ```text
//! record a stage ──commit──▶ push ──▶ acknowledged
//! └──────────────── lag ─────────────────────┘     one change: cursor, mark, histogram of the day
//! into a lane: owed, with the same change; counted when it leaves the lane for the receiver
//! ```

mod book;
mod histogram;
mod queues;
mod rows;
#[cfg(test)]
mod tests;

pub use book::{Acknowledged, Counted, LagBook, Passed};
pub use histogram::Histogram;
pub use queues::passed_over;
pub use rows::{DayLag, Waiting, begun, lag_of_days, oldest_unacknowledged};
