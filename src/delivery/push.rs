//! The loop that pushes while it holds its lease, woken by the journal; after a failure it backs off.
//! It never gives up, and ends only between two batches.

use std::{sync::Arc, time::Duration};

use sea_orm::DatabaseConnection;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::{
    MonitoringSink,
    backoff::{Backoff, MILLION},
};
use crate::{
    journal::Cursor,
    lag::LagBook,
    store::{Lease, Leases, ReaderStatus, Store, StoreFault, grown},
};

/// The name of this reader's cursor, of its lease, and of its sink in the book of lag.
pub const READER: &str = "monitoring";
/// What another process commits is seen after this at the latest.
const POLL: Duration = Duration::from_secs(1);

/// The number of the last fact that the monitoring system acknowledged; 0 before the first.
pub async fn monitoring_cursor(reads: &DatabaseConnection) -> Result<i64, StoreFault> {
    Ok(Cursor::load(reads, READER).await?.position())
}

/// The reader that pushes.
#[derive(Debug)]
pub struct Pusher {
    pub(super) store: Store,
    pub(super) sink: Arc<dyn MonitoringSink>,
    pub(super) lease: Lease,
    pub(super) lag: LagBook,
    status: ReaderStatus,
}

impl Pusher {
    /// A reader that does not run yet.
    pub fn new(store: Store, sink: Arc<dyn MonitoringSink>, lease: Lease, lag: LagBook) -> Self {
        Self {
            store,
            sink,
            lease,
            lag,
            status: ReaderStatus::of(READER),
        }
    }

    /// Starts the loop; tells how it fares.
    pub fn start(
        store: Store,
        sink: Arc<dyn MonitoringSink>,
        leases: &Leases,
        lag: LagBook,
        stop: &CancellationToken,
    ) -> ReaderStatus {
        let tasks = store.tasks().clone();
        let (lease, guard) = leases.keep(READER, &tasks);
        let pusher = Self::new(store, sink, lease, lag);
        let status = pusher.status.clone();
        tasks.spawn(pusher.run(stop.clone(), guard));
        status
    }

    /// The lease is given back at the end.
    async fn run(mut self, stop: CancellationToken, _kept: DropGuard) {
        let mut head = self.store.journal_head();
        let mut backoff = Backoff::default();
        loop {
            if self.lease.fence().is_none() {
                self.status.stood_aside();
            }
            tokio::select! {
                biased;
                () = stop.cancelled() => return,
                _ = self.lease.held() => {}
            }
            let pause = match self.round().await {
                Ok(0) => {
                    self.status.worked();
                    POLL
                }
                Ok(_) => {
                    self.status.worked();
                    backoff.reset();
                    continue;
                }
                Err(fault) => {
                    tracing::warn!(%fault, "stages could not be pushed; they are sent again");
                    self.status.failed(fault.to_string());
                    let pause = backoff.next(rand::random_range(0..=MILLION));
                    tokio::select! {
                        () = stop.cancelled() => return,
                        () = tokio::time::sleep(pause) => continue,
                    }
                }
            };
            tokio::select! {
                () = stop.cancelled() => return,
                () = grown(&mut head) => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    }
}
