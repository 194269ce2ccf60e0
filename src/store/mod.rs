//! The store: many decisions, each guarded, become rows and numbered facts in one transaction.
//! It never decides anything and knows no capability.
//!
//! ```text
//! execute(command)
//!   │ load      rows → what the decision needs                   a snapshot
//!   │ decide    pure                                             → Changes | refusal
//!   ▼ commit    Changes → the committer; a lost guard → answered before? that answer : decide again (bounded)
//! committer     what queued up while the last commit ran, as one transaction:
//!               guards first, rows, journal head last, facts, COMMIT
//! ```

mod batch;
mod changes;
mod checkpoint;
mod code;
mod committer;
mod connect;
mod deciding;
mod engine;
mod execute;
mod fault;
pub mod faults;
mod head;
mod lease;
mod meter;
mod pace;
mod parts;
mod reader;
mod reads;
mod reference;
mod request;
mod rows;
mod schema;
mod secret;
mod server;
mod statement;
#[cfg(test)]
pub(crate) mod test_support;
#[cfg(test)]
mod tests;
mod trace;
pub(crate) mod waiting;
mod write;
mod writer_thread;

pub use changes::{Changes, Guard, Insert, NewFact, Origin, Update};
pub(crate) use committer::CommitStop;
pub use connect::{Connections, StoreConfig};
pub use engine::{Engine, Pool};
pub use execute::{Command, Executed, Stop};
pub use fault::StoreFault;
pub(crate) use fault::during;
pub use lease::{Fence, Lease, LeaseState, Leases, TERM_MAX, leases};
pub use meter::CommitMeter;
pub use reader::ReaderStatus;
pub(crate) use reads::{Batched, Lookup};
pub use reference::ReferenceMark;
pub use request::RequestKey;
pub(crate) use rows::{journal as journal_row, journal_head, read_journal_head};

use std::{
    future::Future,
    sync::Arc,
    time::{Duration, Instant},
};

use sea_orm::DatabaseConnection;
use tokio::sync::watch;
use tokio_util::task::TaskTracker;

use crate::kernel::{Clock, IdSource};
use committer::Committer;
use connect::Patience;
use deciding::Deciding;

/// The one way to change and to read the register.
#[derive(Clone, Debug)]
pub struct Store {
    reads: DatabaseConnection,
    patience: Patience,
    committer: Committer,
    deciding: Deciding,
    reference: ReferenceMark,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
    tasks: TaskTracker,
}

impl Store {
    /// Opens the store on connections that [`connect`](Connections::open) made and migrated; its
    /// committer runs in `tasks` until the last clone of the store is gone.
    pub async fn open(
        connections: Connections,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn IdSource>,
        tasks: TaskTracker,
    ) -> Result<Self, StoreFault> {
        let number = read_journal_head(&connections.reads).await?;
        let reference = ReferenceMark::at(head::reference(&connections.reads).await?);
        let committer = Committer::start(&connections, number, &reference, &tasks);
        if connections.is_embedded() {
            tasks.spawn(checkpoint::run(connections.reads.clone(), committer.head()));
        }
        Ok(Self {
            reads: connections.reads,
            patience: connections.patience,
            committer,
            deciding: Deciding::default(),
            reference,
            clock,
            ids,
            tasks,
        })
    }

    /// The connection for reads: it never waits behind a write.
    pub const fn reads(&self) -> &DatabaseConnection {
        &self.reads
    }

    /// The clock, for readers that must know whether something fell due.
    pub fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    /// The maker of ids.
    pub fn ids(&self) -> &dyn IdSource {
        &*self.ids
    }

    /// Where work that must outlive its caller runs; the drain waits for it.
    pub const fn tasks(&self) -> &TaskTracker {
        &self.tasks
    }

    /// A read that gives up on a database which does not answer; commands are loaded so by themselves.
    pub(crate) fn in_time<T>(
        &self,
        operation: &'static str,
        read: impl Future<Output = Result<T, StoreFault>>,
    ) -> impl Future<Output = Result<T, StoreFault>> {
        self.patience.with(operation, read)
    }

    /// Commits changes that no command decided, such as the move of a reader's cursor.
    pub(crate) async fn commit(&self, changes: Changes) -> Result<(), CommitStop> {
        self.committer.commit(changes).await
    }

    /// How the commits of this process fare.
    pub const fn meter(&self) -> &CommitMeter {
        self.committer.meter()
    }

    /// How many shares this process has claimed: whoever looks for rivals need not look while it stays.
    pub(crate) fn claims(&self) -> u64 {
        self.committer.claims()
    }

    /// Which reference data this process decides on.
    pub const fn reference(&self) -> &ReferenceMark {
        &self.reference
    }

    /// Asks the database for the number of the reference data in force.
    pub(crate) async fn look_at_reference(&self) -> Result<i64, StoreFault> {
        let looking = head::reference(&self.reads);
        let number = self.in_time("look at reference data", looking).await?;
        self.reference.saw(number);
        Ok(number)
    }

    /// Wakes readers of the journal: the number of the last fact that this process committed.
    pub fn journal_head(&self) -> watch::Receiver<i64> {
        self.committer.head()
    }
}

/// How long whoever is woken by the journal lets it grow on: under load one look is for many commits.
pub(crate) const REST: Duration = Duration::from_millis(20);

/// Waits until the journal has grown; for ever, once the committer is gone: its end is no news.
pub(crate) async fn grown(head: &mut watch::Receiver<i64>) {
    if head.changed().await.is_err() {
        std::future::pending::<()>().await;
    }
    tokio::time::sleep(REST).await;
    head.mark_unchanged();
}

/// The same for whoever looked last at a moment and rests from looking: what comes alone is told at once, and
/// only what comes soon after a look is let gather.
pub(crate) async fn grown_since(
    head: &mut watch::Receiver<i64>,
    looked_at: Instant,
    rest: Duration,
) {
    if head.changed().await.is_err() {
        std::future::pending::<()>().await;
    }
    tokio::time::sleep(rest.saturating_sub(looked_at.elapsed())).await;
    head.mark_unchanged();
}
