//! The loop that pushes, woken by the journal; after a failure it backs off.
//! It never gives up, and ends only between two batches.

use std::{sync::Arc, time::Duration};

use tokio_util::sync::CancellationToken;

use super::{
    MonitoringSink,
    backoff::{Backoff, MILLION},
};
use crate::store::{ReaderStatus, Store, grown};

/// The name of this reader's cursor.
pub(super) const READER: &str = "monitoring";
/// What another process commits is seen after this at the latest.
const POLL: Duration = Duration::from_secs(1);

/// The reader that pushes.
#[derive(Debug)]
pub struct Pusher {
    pub(super) store: Store,
    pub(super) sink: Arc<dyn MonitoringSink>,
    status: ReaderStatus,
}

impl Pusher {
    /// A reader that does not run yet.
    pub fn new(store: Store, sink: Arc<dyn MonitoringSink>) -> Self {
        Self {
            store,
            sink,
            status: ReaderStatus::of(READER),
        }
    }

    /// Starts the loop; tells how it fares.
    pub fn start(
        store: Store,
        sink: Arc<dyn MonitoringSink>,
        stop: &CancellationToken,
    ) -> ReaderStatus {
        let tasks = store.tasks().clone();
        let pusher = Self::new(store, sink);
        let status = pusher.status.clone();
        tasks.spawn(pusher.run(stop.clone()));
        status
    }

    async fn run(self, stop: CancellationToken) {
        let mut head = self.store.journal_head();
        let mut backoff = Backoff::default();
        while !stop.is_cancelled() {
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
