//! The stage feed (cl. 13): every stage in the order of the journal, listed or watched, for whoever may see it.
//! It never skips a stage, never makes one watcher wait for another, and has no personal data to show.
//!
//! ```text
//! journal ──► tail      one reader for all watchers of a process; keeps the newest stages
//!               │ wakes
//!               ▼
//!             watch     each from its own position: what the tail still keeps, else a page of the journal
//! ```

mod event;
mod filter;
mod list;
mod position;
mod service;
mod tail;
#[cfg(test)]
mod tests;
mod watch;

pub use service::StageFeedEndpoint;
pub use tail::Tail;
