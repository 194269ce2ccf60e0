//! Leases: what one process may do at a time, it does while the database says that it may.
//! Nothing is ever written under a lease that another process has taken since.
//!
//! ```text
//! keeper   one statement, every third of the term: ours → renewed, expired → taken with the next
//!          fence, another's → nothing; by the database's clock, the only one that all share
//! holder   stops by its own monotonic clock before the database lets another take the lease
//! commit   looks at the fence in its own transaction: who was frozen for longer than its lease and
//!          knows nothing of all this writes nothing
//! ```

mod rows;
#[cfg(test)]
mod tests;

use std::time::{Duration, Instant};

use sea_orm::DatabaseConnection;
use tokio::{sync::watch, time::timeout};
use tokio_util::{
    sync::{CancellationToken, DropGuard},
    task::TaskTracker,
};

use super::{Connections, StoreFault};
pub use rows::LeaseState;

/// The longest term. An expiry beyond it was written before the database's clock was set back: nobody
/// waits for it.
pub const TERM_MAX: Duration = Duration::from_mins(1);

/// How long a lease that was given back may stay unnoticed.
const POLL: Duration = Duration::from_secs(1);

/// A lease that was taken, with the number it was taken under: the next holder has a higher one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fence {
    pub(crate) lease: &'static str,
    pub(crate) number: i64,
}

/// Takes and keeps leases for one process.
#[derive(Clone, Debug)]
pub struct Leases {
    connections: Connections,
    holder: String,
    term: Duration,
}

impl Leases {
    /// For a process that operators know by that name; the name is no proof of anything.
    pub const fn of(connections: Connections, holder: String, term: Duration) -> Self {
        Self {
            connections,
            holder,
            term,
        }
    }

    /// Lets all leases expire: for who knows that no process but itself is on the database.
    pub async fn expire_all(&self) -> Result<(), StoreFault> {
        let expiring = async |writes| rows::expire_all(&writes).await;
        self.connections.write(expiring).await
    }

    /// Takes a lease as soon as it is free, and keeps it until the guard is dropped.
    pub fn keep(&self, name: &'static str, tasks: &TaskTracker) -> (Lease, DropGuard) {
        let (told, held) = watch::channel(None);
        let done = CancellationToken::new();
        let keeper = Keeper {
            leases: self.clone(),
            name,
            ours: None,
            told,
            failures: 0,
        };
        tasks.spawn(keeper.run(done.clone()));
        (Lease(held), done.drop_guard())
    }
}

/// All leases, as the database has them.
pub async fn leases(reads: &DatabaseConnection) -> Result<Vec<LeaseState>, StoreFault> {
    rows::all(reads).await
}

/// A lease as the process that keeps it knows it.
#[derive(Clone, Debug)]
pub struct Lease(watch::Receiver<Option<Held>>);

/// A lease that is held until then, by the monotonic clock of this process.
#[derive(Clone, Copy, Debug)]
struct Held {
    fence: Fence,
    until: Instant,
}

impl Held {
    fn now(held: Option<Self>) -> Option<Fence> {
        held.filter(|held| Instant::now() < held.until)
            .map(|held| held.fence)
    }
}

impl Lease {
    /// What to work under; none while this process does not hold the lease.
    pub fn fence(&self) -> Option<Fence> {
        Held::now(*self.0.borrow())
    }

    /// Waits until this process holds the lease; for ever, once nobody keeps it any more.
    pub async fn held(&mut self) -> Fence {
        loop {
            if let Some(fence) = Held::now(*self.0.borrow_and_update()) {
                return fence;
            }
            if self.0.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }
}

/// The task that keeps one lease.
struct Keeper {
    leases: Leases,
    name: &'static str,
    ours: Option<Fence>,
    told: watch::Sender<Option<Held>>,
    failures: u32,
}

impl Keeper {
    async fn run(mut self, done: CancellationToken) {
        while !done.is_cancelled() {
            let pause = self.pause().await;
            tokio::select! {
                () = done.cancelled() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
        self.told.send_replace(None);
        let Some(fence) = self.ours else {
            return;
        };
        let releasing = async move |writes| rows::release(&writes, fence).await;
        if let Err(fault) = self.leases.connections.write(releasing).await {
            tracing::info!(lease = self.name, %fault, "a lease was left to expire");
        }
    }

    /// Sees to the lease; gives the time until it must be seen to again.
    async fn pause(&mut self) -> Duration {
        let term = self.leases.term;
        // A statement that hangs must not hang the keeper: a connection may be lost without a word.
        let looked = timeout(term, self.look()).await;
        match looked.unwrap_or_else(|_elapsed| Err(rows::too_long())) {
            Ok(pause) => {
                self.failures = 0;
                pause
            }
            Err(fault) => {
                self.failures = self.failures.saturating_add(1);
                // A lease outlives a single failure.
                if self.failures == 2 {
                    tracing::warn!(lease = self.name, %fault, "a lease cannot be kept now");
                } else {
                    tracing::debug!(lease = self.name, %fault, "a lease was not seen to");
                }
                tenth(term)
            }
        }
    }

    async fn look(&mut self) -> Result<Duration, StoreFault> {
        let Leases {
            connections,
            holder,
            term,
        } = &self.leases;
        let (name, ours, term) = (self.name, self.ours, *term);
        if ours.is_none()
            && let Some(left) = rows::left(&connections.reads, name).await?
        {
            return Ok(left.min(POLL));
        }
        // The term of the database begins later than this, so it never ends earlier.
        let asked_at = Instant::now();
        let holder = holder.clone();
        let holding = async move |writes| rows::hold(&writes, name, &holder, ours, term).await;
        let held = connections.write(holding).await?;
        self.tell(held, asked_at);
        Ok(held.map_or(Duration::ZERO, |_| third(term)))
    }

    fn tell(&mut self, fence: Option<Fence>, asked_at: Instant) {
        let lease = self.name;
        if let Some(fence) = fence.filter(|_| fence != self.ours) {
            tracing::info!(lease, fence = fence.number, "a lease was taken");
        }
        if fence.is_none() && self.ours.is_some() {
            tracing::warn!(lease, "a lease was lost to another process");
        }
        self.ours = fence;
        let term = self.leases.term;
        let usable = term.saturating_sub(tenth(term));
        let until = asked_at.checked_add(usable).unwrap_or(asked_at);
        let held = fence.map(|fence| Held { fence, until });
        self.told.send_replace(held);
    }
}

/// What two clocks may differ by over a term, generously.
fn tenth(term: Duration) -> Duration {
    term.checked_div(10).unwrap_or_default()
}

/// Two renewals may fail before the lease is lost.
fn third(term: Duration) -> Duration {
    term.checked_div(3).unwrap_or_default()
}
