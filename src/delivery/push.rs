//! The loop that pushes to one sink while it holds its lease, woken by the journal; after a failure it
//! backs off. It never gives up, and ends only between two batches.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::{Duration, Instant},
};

use thiserror::Error;
use tokio_util::sync::{CancellationToken, DropGuard};
use uuid::Uuid;

use super::{
    Beginning, Duty, Mapping, Sink, SinkFault, SinkStatus,
    backoff::{Backoff, MILLION},
    view::View,
};
use crate::{
    kernel::SinkName,
    lag::LagBook,
    store::{Lease, REST, Store, StoreFault, grown_since},
};

/// What another process commits is seen after this at the latest.
const POLL: Duration = Duration::from_secs(1);

/// Who lost the lease without knowing it is not to send the same again and again.
const AFTER_AN_ACT: Duration = Duration::from_millis(100);

/// Why a push ended early.
#[derive(Debug, Error)]
pub(super) enum PushFault {
    #[error(transparent)]
    Sink(#[from] SinkFault),
    #[error(transparent)]
    Store(#[from] StoreFault),
    #[error("the receiver does not store stage {sequence} of {application_number}")]
    NotStored {
        application_number: String,
        sequence: i32,
    },
    #[error("another process took the lease, or an operator moved the cursor")]
    Overtaken,
    #[error("the store is busy; the cursor was not moved")]
    Busy,
}

impl PushFault {
    /// Whether the receiver failed; one that refuses stages answers.
    const fn is_the_receiver_s(&self) -> bool {
        matches!(self, Self::Sink(_))
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Sink(SinkFault::Away { retry_after, .. }) => *retry_after,
            Self::Sink(SinkFault::Refused(_) | SinkFault::Failed(_))
            | Self::Store(_)
            | Self::NotStored { .. }
            | Self::Overtaken
            | Self::Busy => None,
        }
    }
}

/// The reader that pushes to one sink.
#[derive(Debug)]
pub struct Pusher {
    pub(super) store: Store,
    pub(super) name: SinkName,
    pub(super) reader: &'static str,
    pub(super) sink: Arc<dyn Sink>,
    pub(super) mapping: Arc<Mapping>,
    pub(super) from: Beginning,
    pub(super) lag: LagBook,
    pub(super) lease: Lease,
    pub(super) status: SinkStatus,
    pub(super) view: Option<View>,
    /// How often a stage was refused alone.
    pub(super) doubts: BTreeMap<i64, u32>,
    /// The applications of which stages were refused since the receiver stored one.
    pub(super) refused: BTreeSet<Uuid>,
}

impl Pusher {
    /// The lease is given back at the end.
    pub(super) async fn run(mut self, stop: CancellationToken, _kept: DropGuard) {
        let mut head = self.store.journal_head();
        let mut backoff = Backoff::default();
        loop {
            if self.lease.fence().is_none() {
                self.view = None;
                self.status.on_duty(Duty::StandingBy);
            }
            tokio::select! {
                biased;
                () = stop.cancelled() => return self.leave().await,
                _ = self.lease.held() => {}
            }
            let looked_at = Instant::now();
            let stored = self.status.record().acknowledged;
            let worked = self.work(&stop).await;
            if self.status.record().acknowledged > stored {
                backoff.reset();
            }
            match worked {
                Ok(_) => self.status.reader().worked(),
                // An act or a hand-over: nothing failed, and there is something to look at.
                Err(fault @ PushFault::Overtaken) => {
                    tracing::info!(sink = %self.name, %fault, "the push to a receiver looks anew where it stands");
                    tokio::time::sleep(AFTER_AN_ACT).await;
                    continue;
                }
                Err(fault) => {
                    let pause = backoff.next(rand::random_range(0..=MILLION), fault.retry_after());
                    self.note(&fault);
                    tokio::select! {
                        () = stop.cancelled() => {}
                        () = self.rest(pause) => {}
                    }
                    continue;
                }
            }
            let due = self.view.as_ref().and_then(View::save_is_due_in);
            tokio::select! {
                () = stop.cancelled() => {}
                () = grown_since(&mut head, looked_at, REST) => {}
                () = tokio::time::sleep(due.unwrap_or(POLL)) => {}
            }
        }
    }

    /// Does all there is to do; tells how many facts were passed.
    pub(super) async fn work(&mut self, stop: &CancellationToken) -> Result<u64, PushFault> {
        // Asked first: what is read and sent after it was lost moves no cursor.
        let Some(fence) = self.lease.fence() else {
            return Ok(0);
        };
        self.look(fence).await?;
        let is_paused = self.view.as_ref().is_some_and(|view| view.paused);
        if is_paused {
            self.save(&[]).await?;
            self.status.on_duty(Duty::Paused);
            return Ok(0);
        }
        self.status.on_duty(Duty::Pushing);
        self.drain().await?;
        let passed = self.pump(stop).await?;
        if passed == 0 && self.status.is_to_be_probed() {
            // Nothing else is there to try the receiver with.
            self.drain_next().await?;
        }
        let due = self.view.as_ref().and_then(View::save_is_due_in);
        if due.is_some_and(|left| left.is_zero()) {
            self.save(&[]).await?;
        }
        Ok(passed)
    }

    fn note(&self, fault: &PushFault) {
        tracing::warn!(sink = %self.name, %fault, "stages could not be pushed; they are sent again");
        self.status.reader().failed(fault.to_string());
        if fault.is_the_receiver_s() {
            self.status.failed();
        }
    }

    /// Leaves the receiver alone, unless an operator acts on it meanwhile.
    async fn rest(&mut self, pause: Duration) {
        let ends_at = Instant::now().checked_add(pause);
        loop {
            let left = ends_at.map_or(POLL, |at| at.saturating_duration_since(Instant::now()));
            tokio::time::sleep(left.min(POLL)).await;
            if left <= POLL || self.has_been_acted_on().await {
                return;
            }
        }
    }

    /// A store that is away tells of no act.
    async fn has_been_acted_on(&mut self) -> bool {
        let Some(fence) = self.lease.fence() else {
            return true;
        };
        let before = self.view.as_ref().map(View::seen);
        self.look(fence).await.is_ok() && self.view.as_ref().map(View::seen) != before
    }

    /// What the receiver has need not be sent again by who comes next.
    async fn leave(mut self) {
        if let Err(fault) = self.save(&[]).await {
            tracing::info!(sink = %self.name, %fault, "the last move of a cursor was not saved");
        }
    }
}
