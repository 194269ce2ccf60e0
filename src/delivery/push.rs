//! The loop that pushes: reads on from the cursor, sends, moves the cursor.
//! It never moves the cursor past a stage that was not acknowledged.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{
    MonitoringSink, SinkFault,
    backoff::{Backoff, MILLION},
    cursor, mapping,
};
use crate::{
    journal::{self, JournalRow, STAGE, StageFact},
    pb::monitoring::v1::{Stage, StageOutcome, StageResult},
    store::{CommitStop, Store, StoreFault, faults},
};

/// The name of this reader's cursor.
pub(super) const READER: &str = "monitoring";
/// How many facts are read, and at most stages pushed, at once; the contract allows 500.
const BATCH: u64 = 500;
/// What another process commits is seen after this at the latest.
const POLL: Duration = Duration::from_secs(1);

/// How the push fares, for operators.
#[derive(Clone, Debug, Default)]
pub struct PushStatus(Arc<Mutex<Option<String>>>);

impl PushStatus {
    /// What the last attempt failed on, without personal data; none while it works.
    pub fn last_fault(&self) -> Option<String> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn set(&self, fault: Option<String>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = fault;
    }
}

/// The reader that pushes.
#[derive(Debug)]
pub struct Pusher {
    store: Store,
    sink: Arc<dyn MonitoringSink>,
    status: PushStatus,
}

/// Why a round ended early.
#[derive(Debug, thiserror::Error)]
pub(super) enum PushFault {
    #[error(transparent)]
    Sink(#[from] SinkFault),
    #[error(transparent)]
    Store(#[from] StoreFault),
    #[error("the monitoring system rejects stage {sequence} of {application_number} for good")]
    Rejected {
        application_number: String,
        sequence: i32,
    },
    #[error("another process moved the cursor")]
    Overtaken,
}

impl Pusher {
    /// A reader that does not run yet.
    pub fn new(store: Store, sink: Arc<dyn MonitoringSink>) -> Self {
        Self {
            store,
            sink,
            status: PushStatus::default(),
        }
    }

    /// Starts the loop; tells how it fares.
    pub fn start(
        store: Store,
        sink: Arc<dyn MonitoringSink>,
        stop: &CancellationToken,
    ) -> PushStatus {
        let pusher = Self::new(store.clone(), sink);
        let status = pusher.status.clone();
        store.tasks().spawn(pusher.run(stop.clone()));
        status
    }

    async fn run(self, stop: CancellationToken) {
        let mut head = self.store.journal_head();
        let mut backoff = Backoff::default();
        while !stop.is_cancelled() {
            let pause = match self.round().await {
                Ok(0) => POLL,
                Ok(_) => {
                    self.status.set(None);
                    backoff.reset();
                    continue;
                }
                Err(fault) => {
                    tracing::warn!(%fault, "stages could not be pushed; they are sent again");
                    self.status.set(Some(fault.to_string()));
                    let pause = backoff.next(rand::random_range(0..=MILLION));
                    tokio::select! {
                        () = stop.cancelled() => return,
                        () = tokio::time::sleep(pause) => continue,
                    }
                }
            };
            tokio::select! {
                () = stop.cancelled() => return,
                _ = head.changed() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Pushes one batch; tells how many facts the cursor moved on.
    pub(super) async fn round(&self) -> Result<usize, PushFault> {
        let reads = self.store.reads();
        let before = cursor::load(reads).await?;
        let position = before.as_ref().map_or(0, |cursor| cursor.position);
        let rows = journal::read(reads, position, BATCH).await?;
        let Some(last) = rows.last().map(|row| row.number) else {
            return Ok(0);
        };
        let stages = stages_of(&rows)?;
        if !stages.is_empty() {
            self.push(stages).await?;
        }
        faults::point("push.acknowledged");
        let at = self.store.clock().now().instant;
        match self
            .store
            .commit(cursor::moved(before.as_ref(), last, at))
            .await
        {
            Ok(()) => Ok(rows.len()),
            Err(CommitStop::Lost(_) | CommitStop::Full) => Err(PushFault::Overtaken),
            Err(CommitStop::Fault(fault)) => Err(fault.into()),
        }
    }

    /// Pushes stages until each is stored at the receiver.
    async fn push(&self, stages: Vec<(Uuid, Stage)>) -> Result<(), PushFault> {
        let results = self.answered(&stages).await?;
        for ((application, stage), result) in stages.iter().zip(&results) {
            match result.outcome() {
                StageOutcome::Accepted | StageOutcome::Duplicate => {}
                StageOutcome::OutOfOrder => self.push_from_the_first(*application, stage).await?,
                StageOutcome::Rejected | StageOutcome::Unspecified => {
                    return Err(PushFault::Rejected {
                        application_number: stage.application_number.clone(),
                        sequence: stage.sequence,
                    });
                }
            }
        }
        Ok(())
    }

    /// The receiver lacks earlier stages of this application: it gets all of them up to this one.
    async fn push_from_the_first(&self, application: Uuid, stage: &Stage) -> Result<(), PushFault> {
        let rows = journal::stage_rows_of(self.store.reads(), application).await?;
        let mut earlier = stages_of(&rows)?;
        earlier.retain(|(_, earlier)| earlier.sequence <= stage.sequence);
        let results = self.answered(&earlier).await?;
        let is_stored = |result: &StageResult| {
            matches!(
                result.outcome(),
                StageOutcome::Accepted | StageOutcome::Duplicate
            )
        };
        if results.iter().all(is_stored) {
            return Ok(());
        }
        Err(PushFault::Rejected {
            application_number: stage.application_number.clone(),
            sequence: stage.sequence,
        })
    }

    /// One result for each stage, of that stage.
    async fn answered(&self, stages: &[(Uuid, Stage)]) -> Result<Vec<StageResult>, PushFault> {
        let batch = stages.iter().map(|(_, stage)| stage.clone()).collect();
        let results = self.sink.push(batch).await?;
        let is_of = |((_, stage), result): (&(Uuid, Stage), &StageResult)| {
            stage.event_id == result.event_id
        };
        let fits = stages.len() == results.len() && stages.iter().zip(&results).all(is_of);
        if fits {
            Ok(results)
        } else {
            Err(SinkFault::Unfit.into())
        }
    }
}

/// The stages among facts, each with its application.
fn stages_of(rows: &[JournalRow]) -> Result<Vec<(Uuid, Stage)>, StoreFault> {
    rows.iter()
        .filter(|row| row.kind == STAGE)
        .map(|row| {
            Ok((
                row.subject,
                mapping::stage(StageFact::from_body(&row.body)?),
            ))
        })
        .collect()
}
