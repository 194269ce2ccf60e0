//! The port to a monitoring system: takes a batch in order, answers for each stage.

use std::fmt::Debug;

use async_trait::async_trait;
use thiserror::Error;

use crate::pb::monitoring::v1::{Stage, StageResult};

/// Where stages go.
#[async_trait]
pub trait MonitoringSink: Send + Sync + Debug {
    /// Pushes a batch; the results stand in the order of the stages. What was not answered may or may
    /// not have been stored.
    async fn push(&self, stages: Vec<Stage>) -> Result<Vec<StageResult>, SinkFault>;
}

/// A batch was not answered. It never repeats the receiver's words.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SinkFault {
    /// The receiver answered with a status.
    #[error("the monitoring system answered {0}")]
    Status(String),
    /// The receiver's answer does not fit what was sent.
    #[error("the monitoring system's answer does not fit the batch")]
    Unfit,
}
