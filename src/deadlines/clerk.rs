//! Clerks and their common loop: work what is due, then sleep until something is.
//! The loop never spins on a fault, and the acceptance clock never passes a moment that is due.

use std::{fmt::Debug, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use futures_util::FutureExt as _;
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

use crate::{
    kernel::{Problem, TestClock},
    store::{ReaderStatus, Store, StoreFault, grown},
};

/// The longest sleep: what another process committed is seen after this at the latest.
const SLEEP_MAX: Duration = Duration::from_secs(1);

/// Does one kind of work whenever it falls due.
#[async_trait]
pub trait Clerk: Send + Sync + Debug {
    /// For the log.
    fn name(&self) -> &'static str;

    /// Does what is due now, as far as it can; tells how much was done.
    async fn work(&self) -> Result<usize, StoreFault>;

    /// The next moment after now at which something falls due.
    async fn next_at(&self) -> Result<Option<DateTime<Utc>>, StoreFault>;
}

/// All clerks of a process. No two tasks let the same clerk work at once.
#[derive(Clone, Debug)]
pub struct Clerks {
    store: Store,
    desks: Vec<Desk>,
}

/// A clerk, and how it fares.
#[derive(Clone, Debug)]
struct Desk {
    clerk: Arc<Mutex<Box<dyn Clerk>>>,
    status: ReaderStatus,
}

impl Clerks {
    /// Takes the clerks.
    pub fn of(store: Store, clerks: Vec<Box<dyn Clerk>>) -> Self {
        let desks = clerks
            .into_iter()
            .map(|clerk| Desk {
                status: ReaderStatus::of(clerk.name()),
                clerk: Arc::new(Mutex::new(clerk)),
            })
            .collect();
        Self { store, desks }
    }

    /// How each fares.
    pub fn statuses(&self) -> impl Iterator<Item = &ReaderStatus> {
        self.desks.iter().map(|desk| &desk.status)
    }

    /// Starts one task for each clerk.
    pub fn start(&self, stop: &CancellationToken) {
        for desk in &self.desks {
            let task = run(self.store.clone(), desk.clone(), stop.clone());
            self.store.tasks().spawn(task);
        }
    }

    /// Works until nothing is due.
    pub async fn settle(&self) -> Result<usize, StoreFault> {
        let mut total: usize = 0;
        loop {
            let mut done: usize = 0;
            for desk in &self.desks {
                done = done.saturating_add(desk.clerk.lock().await.work().await?);
            }
            total = total.saturating_add(done);
            if done == 0 {
                return Ok(total);
            }
        }
    }

    /// Moves the acceptance clock to `target`, halting at each moment at which something falls due,
    /// in order.
    pub async fn advance(
        &self,
        clock: &TestClock,
        target: DateTime<Utc>,
    ) -> Result<Result<usize, Problem>, StoreFault> {
        let mut total = self.settle().await?;
        while let Some(next) = self.next_at().await?.filter(|next| *next <= target) {
            if let Err(problem) = clock.set(next) {
                return Ok(Err(problem));
            }
            total = total.saturating_add(self.settle().await?);
        }
        if let Err(problem) = clock.set(target) {
            return Ok(Err(problem));
        }
        Ok(Ok(total.saturating_add(self.settle().await?)))
    }

    async fn next_at(&self) -> Result<Option<DateTime<Utc>>, StoreFault> {
        let mut next: Option<DateTime<Utc>> = None;
        for desk in &self.desks {
            let at = desk.clerk.lock().await.next_at().await?;
            next = [next, at].into_iter().flatten().min();
        }
        Ok(next)
    }
}

async fn run(store: Store, desk: Desk, stop: CancellationToken) {
    let Desk { clerk, status } = desk;
    let mut head = store.journal_head();
    while !stop.is_cancelled() {
        let working = async { clerk.lock().await.work().await };
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
            () = tokio::time::sleep(sleep(&store, &clerk).await) => {}
        }
    }
}

async fn sleep(store: &Store, clerk: &Mutex<Box<dyn Clerk>>) -> Duration {
    let Ok(Some(next)) = clerk.lock().await.next_at().await else {
        return SLEEP_MAX;
    };
    let left = next.signed_duration_since(store.clock().now().instant);
    left.to_std().unwrap_or(SLEEP_MAX).min(SLEEP_MAX)
}
