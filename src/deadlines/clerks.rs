//! All clerks of a process, and the acceptance clock that waits for them at each moment on its way.
//! The clock never passes a moment at which something falls due, nor moves while another process works.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use tokio::{sync::Mutex, time::timeout};
use tokio_util::sync::CancellationToken;

use super::clerk::{Clerk, Desk};
use crate::{
    kernel::{Problem, TestClock},
    store::{Leases, ReaderStatus, Store, StoreFault},
};

/// How long a process that has just been started may need for its leases.
const LEASES_PATIENCE: Duration = Duration::from_secs(2);

/// All clerks of a process.
#[derive(Clone, Debug)]
pub struct Clerks {
    desks: Arc<[Desk]>,
    /// Held while the acceptance clock moves: two moves at once would overtake each other.
    moving: Arc<Mutex<()>>,
}

/// Why the acceptance clock was not moved all the way.
#[derive(Debug)]
pub enum AdvanceStop {
    /// It cannot show that moment.
    Refused(Problem),
    /// Another process holds the lease of a clerk.
    Elsewhere,
    /// We failed.
    Fault(StoreFault),
}

impl From<Problem> for AdvanceStop {
    fn from(problem: Problem) -> Self {
        Self::Refused(problem)
    }
}

impl From<StoreFault> for AdvanceStop {
    fn from(fault: StoreFault) -> Self {
        Self::Fault(fault)
    }
}

impl Clerks {
    /// Starts one task for each clerk.
    pub fn start(
        store: &Store,
        leases: &Leases,
        clerks: Vec<Box<dyn Clerk>>,
        stop: &CancellationToken,
    ) -> Self {
        let desks = clerks
            .into_iter()
            .map(|clerk| Desk::open(clerk, store, leases, stop));
        Self {
            desks: desks.collect(),
            moving: Arc::default(),
        }
    }

    /// How each fares.
    pub fn statuses(&self) -> impl Iterator<Item = &ReaderStatus> {
        self.desks.iter().map(|desk| &desk.status)
    }

    /// Moves the acceptance clock to `target`, halting at each moment at which something falls due,
    /// in order; tells how much was done.
    pub async fn advance(
        &self,
        clock: &TestClock,
        target: DateTime<Utc>,
    ) -> Result<usize, AdvanceStop> {
        let _moving = self.moving.lock().await;
        let mut total = self.settle().await?;
        while let Some(next) = self.next_at().await?.filter(|next| *next <= target) {
            clock.set(next)?;
            total = total.saturating_add(self.settle().await?);
        }
        clock.set(target)?;
        Ok(total.saturating_add(self.settle().await?))
    }

    /// Works until nothing is due.
    async fn settle(&self) -> Result<usize, AdvanceStop> {
        let mut total: usize = 0;
        loop {
            let mut done: usize = 0;
            for desk in &*self.desks {
                done = done.saturating_add(work(desk).await?);
            }
            total = total.saturating_add(done);
            if done == 0 {
                return Ok(total);
            }
        }
    }

    async fn next_at(&self) -> Result<Option<DateTime<Utc>>, StoreFault> {
        let mut next: Option<DateTime<Utc>> = None;
        for desk in &*self.desks {
            let at = desk.clerk.lock().await.next_at().await?;
            next = [next, at].into_iter().flatten().min();
        }
        Ok(next)
    }
}

async fn work(desk: &Desk) -> Result<usize, AdvanceStop> {
    let mut lease = desk.lease.clone();
    timeout(LEASES_PATIENCE, lease.held())
        .await
        .map_err(|_elapsed| AdvanceStop::Elsewhere)?;
    let clerk = desk.clerk.lock().await;
    clerk.spare_nothing().await;
    let done = clerk.work(&lease).await?;
    drop(clerk);
    // What was left because the lease was lost is not settled.
    lease
        .fence()
        .map_or(Err(AdvanceStop::Elsewhere), |_| Ok(done))
}

#[cfg(test)]
mod tests;
