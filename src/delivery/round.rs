//! One batch: reads on from the cursor, sends, moves the cursor.
//! It never moves the cursor past a stage that the receiver did not say it has.

use chrono::{DateTime, Utc};
use thiserror::Error;
use uuid::Uuid;

use super::{Pusher, SinkFault, mapping, push::READER};
use crate::{
    journal::{self, Cursor, JournalRow, STAGE, StageFact},
    lag::Acknowledged,
    pb::monitoring::v1::{Stage, StageOutcome, StageResult},
    store::{CommitStop, Fence, Origin, StoreFault, faults},
};

/// How many facts are read, and at most stages pushed, at once; the contract allows 500.
const BATCH: u64 = 500;

/// Why a round ended early.
#[derive(Debug, Error)]
pub(super) enum PushFault {
    #[error(transparent)]
    Sink(#[from] SinkFault),
    #[error(transparent)]
    Store(#[from] StoreFault),
    #[error(
        "the monitoring system does not store stage {sequence} of {application_number}: {outcome}"
    )]
    NotStored {
        application_number: String,
        sequence: i32,
        outcome: &'static str,
    },
    #[error("another process took the lease, or moved the cursor")]
    Overtaken,
    #[error("the store is busy; the cursor was not moved")]
    Busy,
}

/// A stage as it is sent, with the fact it is made of.
#[derive(Debug)]
struct Outgoing {
    number: i64,
    application: Uuid,
    recorded_at: DateTime<Utc>,
    stage: Stage,
}

/// How far a batch was stored at the receiver: its facts before `held`, or all of them.
#[derive(Debug)]
struct Pushed {
    held: Option<(i64, PushFault)>,
}

impl Pusher {
    /// Pushes one batch; tells how many facts the cursor moved on.
    pub(super) async fn round(&self) -> Result<usize, PushFault> {
        // Asked first: what is read and sent after it was lost moves no cursor.
        let Some(fence) = self.lease.fence() else {
            return Ok(0);
        };
        let reads = self.store.reads();
        let reading = async {
            let cursor = Cursor::load(reads, READER).await?;
            let rows = journal::read(reads, cursor.position(), BATCH).await?;
            Ok::<_, StoreFault>((cursor, rows))
        };
        let (cursor, rows) = self.store.in_time("read the journal", reading).await?;
        let Some(last) = rows.last().map(|row| row.number) else {
            return Ok(0);
        };
        let stages = outgoing(&rows)?;
        let pushed = self.push(&stages).await?;
        let acknowledged_at = self.store.clock().now().instant;
        faults::point("push.acknowledged");
        // Numbers have no gaps: all facts up to the one before the held stage are done with.
        let done = match &pushed.held {
            Some((held, _)) => held.saturating_sub(1),
            None => last,
        };
        if done > cursor.position() {
            let passed = stages.iter().filter(|stage| stage.number <= done);
            let acknowledged = passed.map(|stage| stage.acknowledged(acknowledged_at));
            self.move_cursor(&cursor, done, acknowledged.collect(), fence)
                .await?;
        }
        match pushed.held {
            Some((_, fault)) => Err(fault),
            None => Ok(rows.len()),
        }
    }

    async fn move_cursor(
        &self,
        cursor: &Cursor,
        to: i64,
        acknowledged: Vec<Acknowledged>,
        fence: Fence,
    ) -> Result<(), PushFault> {
        let origin = Origin {
            caller: "system".to_owned(),
            method: READER,
            at: self.store.clock().now().instant,
        };
        let changes = cursor.moved(to, origin).under(Some(fence));
        let reads = self.store.reads();
        let counting = self.lag.passed(reads, READER, &acknowledged, changes);
        let (changes, counted) = self.store.in_time("count lag", counting).await?;
        let moved = self.store.commit(changes).await;
        moved.map_err(|stop| match stop {
            CommitStop::Lost(_) => PushFault::Overtaken,
            CommitStop::Full => PushFault::Busy,
            CommitStop::Fault(fault) => PushFault::from(fault),
        })?;
        self.lag.show(&counted);
        Ok(())
    }

    /// Pushes stages in order, up to the first that the receiver does not store.
    async fn push(&self, stages: &[Outgoing]) -> Result<Pushed, PushFault> {
        let outcomes = self.answered(stages).await?;
        for (outgoing, outcome) in stages.iter().zip(outcomes) {
            let stored = match outcome {
                StageOutcome::Accepted | StageOutcome::Duplicate => Ok(()),
                StageOutcome::OutOfOrder => self.push_from_the_first(outgoing).await,
                StageOutcome::Rejected | StageOutcome::Unspecified => {
                    Err(not_stored(outgoing, outcome))
                }
            };
            if let Err(fault) = stored {
                let held = Some((outgoing.number, fault));
                return Ok(Pushed { held });
            }
        }
        Ok(Pushed { held: None })
    }

    /// The receiver lacks earlier stages of this application: it gets all of them up to this one.
    async fn push_from_the_first(&self, last: &Outgoing) -> Result<(), PushFault> {
        let reading = journal::stage_rows_of(self.store.reads(), last.application);
        let rows = self.store.in_time("read the journal", reading).await?;
        let mut stages = outgoing(&rows)?;
        stages.retain(|outgoing| outgoing.number <= last.number);
        let outcomes = self.answered(&stages).await?;
        let held = stages.iter().zip(outcomes).find(|(_, outcome)| {
            !matches!(outcome, StageOutcome::Accepted | StageOutcome::Duplicate)
        });
        match held {
            Some((outgoing, outcome)) => Err(not_stored(outgoing, outcome)),
            None => Ok(()),
        }
    }

    /// One outcome for each stage, of that stage.
    async fn answered(&self, stages: &[Outgoing]) -> Result<Vec<StageOutcome>, PushFault> {
        if stages.is_empty() {
            return Ok(Vec::new());
        }
        let batch = stages.iter().map(|outgoing| outgoing.stage.clone());
        let results = self.sink.push(batch.collect()).await?;
        let is_of = |(outgoing, result): (&Outgoing, &StageResult)| {
            outgoing.stage.event_id == result.event_id
        };
        if stages.len() == results.len() && stages.iter().zip(&results).all(is_of) {
            Ok(results.iter().map(StageResult::outcome).collect())
        } else {
            Err(SinkFault::Unfit.into())
        }
    }
}

impl Outgoing {
    const fn acknowledged(&self, at: DateTime<Utc>) -> Acknowledged {
        Acknowledged {
            number: self.number,
            recorded_at: self.recorded_at,
            acknowledged_at: at,
        }
    }
}

fn not_stored(outgoing: &Outgoing, outcome: StageOutcome) -> PushFault {
    PushFault::NotStored {
        application_number: outgoing.stage.application_number.clone(),
        sequence: outgoing.stage.sequence,
        outcome: outcome.as_str_name(),
    }
}

/// The stages among facts.
fn outgoing(rows: &[JournalRow]) -> Result<Vec<Outgoing>, StoreFault> {
    rows.iter()
        .filter(|row| row.kind == STAGE)
        .map(|row| {
            Ok(Outgoing {
                number: row.number,
                application: row.subject,
                recorded_at: row.at,
                stage: mapping::stage(StageFact::from_body(&row.body)?),
            })
        })
        .collect()
}
