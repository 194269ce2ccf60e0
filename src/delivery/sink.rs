//! The port to a receiver of stages: takes a batch in order, answers for each stage.
//! It never decides what becomes of a stage that was not stored.

use std::{fmt::Debug, time::Duration};

use async_trait::async_trait;
use thiserror::Error;

use super::{DayDigest, DayRange};
use crate::pb::monitoring::v1::Stage;

/// How many stages are sent at once, as the contract has it.
pub(super) const STAGES_MAX: usize = 500;

/// Where stages go.
#[async_trait]
pub trait Sink: Send + Sync + Debug {
    /// Sends stages; those of one application in their order. What was not answered may or may not have
    /// been stored.
    async fn push(&self, stages: &[&Stage]) -> Answer;

    /// Whether it is of a kind that can be asked what it has.
    fn tells_digests(&self) -> bool {
        false
    }

    /// What it has of a day; none if it does not tell.
    async fn day_digest(&self, _asked: &DayRange) -> Result<Option<DayDigest>, SinkFault> {
        Ok(None)
    }
}

/// What a receiver said to a batch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// One for each stage, in the order of the stages; those that are missing at the end were not answered.
    pub verdicts: Vec<Verdict>,
    /// Why not all were answered.
    pub fault: Option<SinkFault>,
}

/// What a receiver said to one stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It has the stage.
    Stored,
    /// It lacks an earlier stage of the application.
    OutOfOrder,
    /// It will never store the stage as it is, and says why.
    Refused(String),
    /// It failed on this stage, and perhaps always will.
    Failed(String),
    /// It said nothing.
    Unanswered,
}

/// A batch was not answered as it should be. It never repeats the receiver's words.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SinkFault {
    /// The receiver is away, or does not want to be asked now.
    #[error("the receiver answered {what}")]
    Away {
        /// The code of the answer.
        what: String,
        /// When it wants to be asked again.
        retry_after: Option<Duration>,
    },
    /// The batch as a whole was refused: something in it is wrong.
    #[error("the receiver refused the batch with {0}")]
    Refused(String),
    /// The receiver failed on the batch, or its answer does not fit: perhaps because of one stage.
    #[error("the receiver answered the batch with {0}")]
    Failed(String),
}

impl SinkFault {
    /// A receiver that is away and did not say for how long.
    pub fn away(what: impl Into<String>) -> Self {
        Self::Away {
            what: what.into(),
            retry_after: None,
        }
    }

    /// An answer that does not fit what was sent.
    pub fn unfit() -> Self {
        Self::Failed("what does not fit it".to_owned())
    }
}

impl From<SinkFault> for Answer {
    fn from(fault: SinkFault) -> Self {
        Self {
            verdicts: Vec::new(),
            fault: Some(fault),
        }
    }
}
