//! Clerks and their common loop: hold the lease, work what is due, then sleep until something is.
//! The loop never works without its lease, and never spins on a fault.

use std::{fmt::Debug, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use futures_util::FutureExt as _;
use tokio::sync::Mutex;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::store::{Lease, Leases, ReaderStatus, Store, StoreFault, grown};

/// The longest sleep: what another process committed is seen after this at the latest.
const SLEEP_MAX: Duration = Duration::from_secs(1);

/// Does one kind of work whenever it falls due.
#[async_trait]
pub trait Clerk: Send + Sync + Debug {
    /// For the log, and of its lease.
    fn name(&self) -> &'static str;

    /// Does what is due now, as far as it can and only while the lease is held; tells how much was done.
    async fn work(&self, lease: &Lease) -> Result<usize, StoreFault>;

    /// Makes the next work look at everything, whatever it was spared since the last.
    async fn spare_nothing(&self) {}

    /// The next moment after now at which something falls due.
    async fn next_at(&self) -> Result<Option<DateTime<Utc>>, StoreFault>;
}

/// A clerk at a desk: no two tasks of a process let it work at once, no two processes by its lease.
#[derive(Clone, Debug)]
pub(super) struct Desk {
    pub(super) clerk: Arc<Mutex<Box<dyn Clerk>>>,
    pub(super) lease: Lease,
    pub(super) status: ReaderStatus,
}

impl Desk {
    /// Starts the clerk's task, which gives the lease back when it ends.
    pub(super) fn open(
        clerk: Box<dyn Clerk>,
        store: &Store,
        leases: &Leases,
        stop: &CancellationToken,
    ) -> Self {
        let (lease, guard) = leases.keep(clerk.name(), store.tasks());
        let desk = Self {
            status: ReaderStatus::of(clerk.name()),
            clerk: Arc::new(Mutex::new(clerk)),
            lease,
        };
        let task = desk.clone().run(store.clone(), stop.clone(), guard);
        store.tasks().spawn(task);
        desk
    }

    async fn run(mut self, store: Store, stop: CancellationToken, _kept: DropGuard) {
        let mut head = store.journal_head();
        loop {
            if self.lease.fence().is_none() {
                self.status.stood_aside();
            }
            tokio::select! {
                biased;
                () = stop.cancelled() => return,
                _ = self.lease.held() => {}
            }
            let status = &self.status;
            let working = async { self.clerk.lock().await.work(&self.lease).await };
            match AssertUnwindSafe(working).catch_unwind().await {
                Ok(Ok(0)) => status.worked(),
                Ok(Ok(_)) => {
                    status.worked();
                    continue;
                }
                Ok(Err(fault)) => {
                    tracing::warn!(clerk = status.name(), %fault, "a clerk failed; it tries again");
                    status.failed(fault.to_string());
                }
                Err(_panic) => {
                    tracing::error!(clerk = status.name(), "a clerk panicked; it tries again");
                    status.failed("it panicked");
                }
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = grown(&mut head) => {}
                () = tokio::time::sleep(sleep(&store, &self.clerk).await) => {}
            }
        }
    }
}

async fn sleep(store: &Store, clerk: &Mutex<Box<dyn Clerk>>) -> Duration {
    let clerk = clerk.lock().await;
    let looking = store.in_time("look for what falls due next", clerk.next_at());
    let Ok(Some(next)) = looking.await else {
        return SLEEP_MAX;
    };
    let left = next.signed_duration_since(store.clock().now().instant);
    left.to_std().unwrap_or(SLEEP_MAX).min(SLEEP_MAX)
}
