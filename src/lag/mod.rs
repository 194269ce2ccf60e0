//! Lag: how long a stage takes from the moment it is recorded until a sink says that it has it (cl. 13).
//! Lag is an obligation of its own; it never says anything of the terms of the service.
//!
//! ```text
//! record a stage ──commit──▶ push ──▶ acknowledged
//! └──────────────── lag ─────────────────────┘     one change: cursor, mark, histogram of the day
//! ```

mod book;
mod histogram;
mod rows;
#[cfg(test)]
mod tests;

pub use book::{Acknowledged, Counted, LagBook};
pub use histogram::Histogram;
pub use rows::{DayLag, Waiting, lag_of_days, oldest_after};
