//! Statistics of the service: applications that are alike, added up behind the journal.
//! They are never counted at a call: what a report costs does not grow with the register.
//!
//! ```text
//! facts after the cursor → the histories of their applications → the cell of each, before and after
//!   → one transaction: cells −1 and +1, the cursor moved              so each fact counts exactly once
//! ```

mod counter;
mod figures;
mod model;
mod queries;
mod recount;
pub(crate) mod rows;
mod service;
#[cfg(test)]
mod tests;
mod wire;

pub use counter::Counter;
pub(crate) use counter::counted_through;
pub use service::StatisticsEndpoint;
