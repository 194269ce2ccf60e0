//! Clerks and their common loop: hold the lease, work what is due, then wait until the alarm rings.
//! The loop never works without its lease, and never spins on a fault.

use std::{
    fmt::Debug,
    panic::AssertUnwindSafe,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use async_trait::async_trait;
use futures_util::FutureExt as _;
use tokio::sync::{Mutex, Notify};
use tokio_util::sync::{CancellationToken, DropGuard};

use super::{
    alarm::SLEEP_MAX,
    timetable::{Timer, Timetable},
};
use crate::store::{Lease, Leases, ReaderStatus, Store, StoreFault};

/// Does one kind of work whenever it falls due.
#[async_trait]
pub trait Clerk: Send + Sync + Debug {
    /// For the log, and of its lease.
    fn name(&self) -> &'static str;

    /// What it works; see [`Timer`].
    fn timers(&self) -> &'static [Timer];

    /// Whether there may be work of which no timer tells: then it is rung at every look.
    fn looks_further(&self) -> bool {
        false
    }

    /// Does what is due now, as far as it can and only while the lease is held; tells how much was done.
    async fn work(&self, lease: &Lease) -> Result<usize, StoreFault>;

    /// Makes the next work look at everything, whatever it was spared since the last.
    async fn spare_nothing(&self) {}
}

/// A clerk at a desk: no two tasks of a process let it work at once, no two processes by its lease.
#[derive(Clone, Debug)]
pub(super) struct Desk {
    pub(super) clerk: Arc<Mutex<Box<dyn Clerk>>>,
    pub(super) lease: Lease,
    pub(super) status: ReaderStatus,
    /// Rung by the alarm; one ring is kept for who is still at work.
    pub(super) bell: Arc<Notify>,
    timers: &'static [Timer],
    looks_further: bool,
    /// How much was done since the start, whoever let the clerk work.
    done: Arc<AtomicUsize>,
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
            timers: clerk.timers(),
            looks_further: clerk.looks_further(),
            clerk: Arc::new(Mutex::new(clerk)),
            lease,
            bell: Arc::default(),
            done: Arc::default(),
        };
        let task = desk.clone().run(stop.clone(), guard);
        store.tasks().spawn(task);
        desk
    }

    /// Whether there is, or may be, something to do.
    pub(super) fn hears(&self, timetable: &Timetable) -> bool {
        self.looks_further || timetable.is_any_due(self.timers)
    }

    /// Lets the clerk do what is due now; tells how much was done.
    pub(super) async fn work(&self) -> Result<usize, StoreFault> {
        let clerk = self.clerk.lock().await;
        let done = clerk.work(&self.lease).await?;
        // While it is at the desk, so that nobody finds neither the work nor its count.
        self.done.fetch_add(done, Ordering::Relaxed);
        drop(clerk);
        Ok(done)
    }

    /// How much was done since the start, by its own task and by who moved the clock.
    /// Waits for what is just being done.
    pub(super) async fn done(&self) -> usize {
        let _nobody = self.clerk.lock().await;
        self.done.load(Ordering::Relaxed)
    }

    async fn run(mut self, stop: CancellationToken, _kept: DropGuard) {
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
            let has_failed = match AssertUnwindSafe(self.work()).catch_unwind().await {
                Ok(Ok(0)) => {
                    status.worked();
                    false
                }
                Ok(Ok(_)) => {
                    status.worked();
                    continue;
                }
                Ok(Err(fault)) => {
                    tracing::warn!(clerk = status.name(), %fault, "a clerk failed; it tries again");
                    status.failed(fault.to_string());
                    true
                }
                Err(_panic) => {
                    tracing::error!(clerk = status.name(), "a clerk panicked; it tries again");
                    status.failed("it panicked");
                    true
                }
            };
            let is_to_look = has_failed || self.lease.fence().is_none();
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.bell.notified(), if !has_failed => {}
                () = tokio::time::sleep(SLEEP_MAX), if is_to_look => {}
            }
        }
    }
}
