//! Reconciliation (cl. 13): whether each sink still has every stage that it acknowledged.
//! It never takes a sink's silence for an answer, and never sends anything that nobody asked for.
//!
//! ```text
//! journal  → which days have stages, of which providers, and where they stand
//! a day is over, or an operator asks, and the sink acknowledged all of it
//!   → count and digest of both sides; different? halves, and halves of halves → differences
//! an operator lets differences be sent again → beside the cursor → the day is compared anew
//! ```

mod ask;
mod clerk;
mod compare;
mod days;
mod model;
mod order;
mod pages;
mod queries;
mod queues;
mod resend;
pub(crate) mod rows;
mod search;
mod service;
#[cfg(test)]
mod tests;
mod wire;

pub use clerk::Reconciler;
pub use service::ReconciliationEndpoint;
