//! Delivery of stages to the monitoring system (cl. 13) and to whoever else an installation names: for each
//! sink a reader of the journal with a cursor, a lease and a breaker of its own.
//! It never changes the order within an application, never passes over a stage unless an operator says so,
//! and sends outside of any transaction.
//!
//! ```text
//! look    cursor, pause, lanes                        anew whenever an operator or another process acted
//! drain   lanes that operators let go on
//! pump    read facts behind the cursor ─┬─ send the stages among them, those of parked applications aside
//!                                       └─ meanwhile the next are read
//!         stored          → go on; the cursor is saved now and then, a crash repeats what receivers drop
//!         out of order    → the application's stages from its first again
//!         refused for good→ park the application: its later stages wait in its lane, all others flow
//!         a batch refused → halve it until the stage that is to blame stands alone
//!         away            → back off with full jitter; a breaker lets single stages try
//! ```

mod backoff;
mod beginning;
mod digest;
mod drain;
mod grpc;
mod http;
mod lane;
mod mapping;
mod message;
mod pump;
mod push;
pub(crate) mod rows;
mod send;
mod setup;
mod sink;
mod sinks;
mod status;
#[cfg(test)]
mod tests;
mod told;
mod view;

pub use beginning::Beginning;
pub use digest::{DayDigest, DayRange};
pub use grpc::{GrpcSink, GrpcSinkOptions};
pub use http::{HttpFormat, HttpSink, HttpSinkOptions};
pub use lane::{Lane, LaneState};
pub use mapping::{Codes, Mapping, MappingFault};
pub use message::Outgoing;
pub(crate) use message::outgoing;
pub use push::Pusher;
pub(crate) use rows::{is_paused, lane_of, lanes_apart};
pub use setup::SinkSetupFault;
pub use sink::{Answer, Sink, SinkFault, Verdict};
pub use sinks::{RunningSink, SinkParts, Sinks};
pub use status::{Breaker, Duty, SinkRecord, SinkStatus};
pub(crate) use told::{Told, monitoring_cursor};
