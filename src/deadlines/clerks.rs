//! All clerks of a process, and the acceptance clock that waits for them at each moment on its way.
//! The clock never passes a moment at which something falls due, nor moves while another process works.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use tokio::{sync::Mutex, time::timeout};
use tokio_util::sync::CancellationToken;

use super::{
    alarm::Alarm,
    clerk::{Clerk, Desk},
    queues::timetable,
    timetable::Timetable,
};
use crate::{
    kernel::{Problem, TestClock},
    store::{Leases, ReaderStatus, Store, StoreFault},
};

/// How long a process that has just been started may need for its leases.
const LEASES_PATIENCE: Duration = Duration::from_secs(2);

/// All clerks of a process.
#[derive(Clone, Debug)]
pub struct Clerks {
    store: Store,
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
    /// Starts one task for each clerk, and the alarm that rings them.
    pub fn start(
        store: &Store,
        leases: &Leases,
        clerks: Vec<Box<dyn Clerk>>,
        stop: &CancellationToken,
    ) -> Self {
        let desks = clerks
            .into_iter()
            .map(|clerk| Desk::open(clerk, store, leases, stop));
        let desks: Vec<Desk> = desks.collect();
        let alarm = Alarm {
            store: store.clone(),
            desks: desks.clone(),
        };
        store.tasks().spawn(alarm.run(stop.clone()));
        Self {
            store: store.clone(),
            desks: desks.into(),
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
        let before = self.done().await;
        self.spare_nothing().await;
        self.settle().await?;
        while let Some(next) = self.next_at().await?.filter(|next| *next <= target) {
            clock.set(next)?;
            self.settle().await?;
        }
        clock.set(target)?;
        self.spare_nothing().await;
        self.settle().await?;
        Ok(self.done().await.saturating_sub(before))
    }

    /// Works until nothing is due. The clerks' own tasks are rung too, so theirs counts as well: what one of
    /// them did may be what makes another's work due.
    async fn settle(&self) -> Result<(), AdvanceStop> {
        loop {
            let before = self.done().await;
            let timetable = self.timetable().await?;
            for desk in &*self.desks {
                work(desk, &timetable).await?;
            }
            if self.done().await == before {
                return Ok(());
            }
        }
    }

    /// How much was done since the start.
    async fn done(&self) -> usize {
        let mut done: usize = 0;
        for desk in &*self.desks {
            done = done.saturating_add(desk.done().await);
        }
        done
    }

    /// What one process commits, others have not looked at.
    async fn spare_nothing(&self) {
        for desk in &*self.desks {
            desk.clerk.lock().await.spare_nothing().await;
        }
    }

    async fn next_at(&self) -> Result<Option<DateTime<Utc>>, StoreFault> {
        Ok(self.timetable().await?.next_at())
    }

    async fn timetable(&self) -> Result<Timetable, StoreFault> {
        let (reads, clock) = (self.store.reads(), self.store.clock());
        let looking = timetable(reads, clock.now().instant);
        self.store.in_time("look what falls due", looking).await
    }
}

/// Works once if there may be anything to do, and never where another process may do it.
async fn work(desk: &Desk, timetable: &Timetable) -> Result<(), AdvanceStop> {
    let mut lease = desk.lease.clone();
    timeout(LEASES_PATIENCE, lease.held())
        .await
        .map_err(|_elapsed| AdvanceStop::Elsewhere)?;
    if !desk.hears(timetable) {
        return Ok(());
    }
    desk.work().await?;
    // What was left because the lease was lost is not settled.
    lease
        .fence()
        .map_or(Err(AdvanceStop::Elsewhere), |_| Ok(()))
}

#[cfg(test)]
mod tests;
