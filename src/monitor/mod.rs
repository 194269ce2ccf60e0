//! A stub of the monitoring system: a real server that takes stages in, each once and in order.
//! It never knows more of the register than the contract `tizilim.monitoring.v1` tells.

mod answer;
mod conduct;
mod connection;
mod control;
mod digest;
mod fault;
mod inbox;
mod judge;
mod run;
mod schema;
mod service;
mod shape;
mod stub;
#[cfg(test)]
mod tests;
mod token;

pub use fault::MonitorFault;
pub use run::{MonitorArgs, run};
pub use stub::{RunningStub, Stub};
pub use token::TokenDigest;
