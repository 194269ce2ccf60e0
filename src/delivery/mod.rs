//! Delivery of stages to the monitoring system (cl. 13): a reader of the journal with a durable cursor.
//! It never skips a stage, never changes the order, and sends outside of any transaction.
//!
//! ```text
//! read facts after the cursor → push the stages among them → every one accepted or known?
//!   yes → move the cursor → again                 a crash in between repeats: the receiver drops it
//!   no  → out of order? send that application's stages from its first again
//!         else back off with full jitter and send the same again
//! ```

mod backoff;
mod grpc;
mod mapping;
mod push;
mod round;
mod sink;
#[cfg(test)]
mod tests;

pub use grpc::{GrpcSink, GrpcSinkOptions, SinkSetupFault};
pub use push::{Pusher, READER, monitoring_cursor};
pub use sink::{MonitoringSink, SinkFault};
