//! The reader that counts: it follows the journal, and adds each application to the cell it is in.
//! It never counts a fact twice: cells and cursor change in one transaction, under one lease.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use sea_orm::DatabaseConnection;
use thiserror::Error;
use tokio_util::sync::{CancellationToken, DropGuard};
use uuid::Uuid;

use super::{
    model::{Cell, Told},
    rows::{self, Recorded},
};
use crate::{
    journal::{self, Cursor, JournalRow, STAGE, StageFact},
    provider::Providers,
    reference::References,
    store::{
        Changes, CommitStop, Fence, Lease, Leases, Origin, ReaderStatus, Store, StoreFault, faults,
        grown,
    },
};

/// The name of this reader's cursor and of its lease.
pub(super) const READER: &str = "statistics";
/// Where the cursor stands while the cells are emptied, to be counted anew.
pub(super) const ANEW: i64 = -1;
/// How many facts are counted in one transaction, and cells emptied.
const BATCH: u64 = 500;
/// What another process commits is seen after this at the latest.
const POLL: Duration = Duration::from_secs(1);
/// How long facts are let gather: counting many costs little more than counting one.
const REST: Duration = Duration::from_millis(230);

/// The sequence of an application's first stage.
const FIRST: i32 = 1;

/// Why a round ended early.
#[derive(Debug, Error)]
pub(super) enum CountFault {
    #[error(transparent)]
    Store(#[from] StoreFault),
    #[error("another process took the lease, or moved the cursor")]
    Overtaken,
    #[error("the store is busy; nothing was counted")]
    Busy,
}

/// How far the journal is counted.
pub(crate) async fn counted_through(reads: &DatabaseConnection) -> Result<i64, StoreFault> {
    let cursor = Cursor::load(reads, READER).await?;
    Ok(cursor.position().max(0))
}

/// The reader that counts.
#[derive(Debug)]
pub struct Counter {
    store: Store,
    references: References,
    lease: Lease,
    status: ReaderStatus,
}

impl Counter {
    pub(super) fn new(store: Store, references: References, lease: Lease) -> Self {
        Self {
            store,
            references,
            lease,
            status: ReaderStatus::of(READER),
        }
    }

    /// Starts the loop; tells how it fares.
    pub fn start(
        store: Store,
        references: References,
        leases: &Leases,
        stop: &CancellationToken,
    ) -> ReaderStatus {
        let tasks = store.tasks().clone();
        let (lease, guard) = leases.keep(READER, &tasks);
        let counter = Self::new(store, references, lease);
        let status = counter.status().clone();
        tasks.spawn(counter.run(stop.clone(), guard));
        status
    }

    /// How the counter fares.
    pub(super) const fn status(&self) -> &ReaderStatus {
        &self.status
    }

    /// The lease is given back at the end.
    async fn run(mut self, stop: CancellationToken, _kept: DropGuard) {
        let mut head = self.store.journal_head();
        loop {
            if self.lease.fence().is_none() {
                self.status.stood_aside();
            }
            tokio::select! {
                biased;
                () = stop.cancelled() => return,
                _ = self.lease.held() => {}
            }
            match self.round().await {
                Ok(true) => {
                    self.status.worked();
                    continue;
                }
                Ok(false) => self.status.worked(),
                Err(fault) => {
                    tracing::warn!(%fault, "statistics were not counted; they are tried again");
                    self.status.failed(fault.to_string());
                }
            }
            let more = async {
                grown(&mut head).await;
                tokio::time::sleep(REST).await;
            };
            tokio::select! {
                () = stop.cancelled() => return,
                () = more => {}
                () = tokio::time::sleep(POLL) => {}
            }
        }
    }

    /// Counts one batch; tells whether more is there at once. What came meanwhile is let gather.
    pub(super) async fn round(&self) -> Result<bool, CountFault> {
        // Asked first: what is read after it was lost is not written.
        let Some(fence) = self.lease.fence() else {
            return Ok(false);
        };
        let store = &self.store;
        let reads = store.reads();
        let loading = Cursor::load(reads, READER);
        let cursor = store.in_time("read the cursor", loading).await?;
        if cursor.position() == ANEW {
            self.begin_anew(&cursor, fence).await?;
            return Ok(true);
        }
        let reading = journal::read(reads, cursor.position(), BATCH);
        let facts = store.in_time("read the journal", reading).await?;
        let Some(last) = facts.last().map(|fact| fact.number) else {
            return Ok(false);
        };
        let counting = self.counted(&cursor, &facts, last);
        let changes = store.in_time("count statistics", counting).await?;
        faults::point("statistics.counted");
        self.commit(changes, fence).await?;
        Ok(facts.len().try_into() == Ok(BATCH))
    }

    /// The change that moves the cursor over some facts, and counts what they tell.
    async fn counted(
        &self,
        cursor: &Cursor,
        facts: &[JournalRow],
        last: i64,
    ) -> Result<Changes, StoreFault> {
        let reads = self.store.reads();
        let (mut histories, older) = begun(facts);
        histories.append(&mut rows::histories(reads, &older, last).await?);
        // One for the whole batch: by another calendar an application would leave a cell that it is not in.
        let reference = self.references.current();
        let mut more = BTreeMap::<Cell, i64>::new();
        for history in histories.into_values() {
            let (counted, history) = self.told(history, &reference.providers, cursor.position());
            let before = history.get(..counted).unwrap_or_default();
            for (history, by) in [(before, -1), (history.as_slice(), 1)] {
                if let Some(cell) = Cell::of(history, &reference.calendar) {
                    let more = more.entry(cell).or_default();
                    *more = more.saturating_add(by);
                }
            }
        }
        let changes = cursor.moved(last, self.origin());
        rows::counted(reads, more, changes).await
    }

    /// What a history tells, and how much of that was counted before. A fact that cannot be read tells
    /// nothing; whoever operates the service is told of it.
    fn told(
        &self,
        history: Vec<Recorded>,
        providers: &Providers,
        position: i64,
    ) -> (usize, Vec<Told>) {
        let mut counted: usize = 0;
        let mut all = Vec::with_capacity(history.len());
        for (number, fact) in history {
            match fact.and_then(|fact| Told::read(&fact, providers)) {
                Ok(told) => {
                    counted = counted.saturating_add(usize::from(number <= position));
                    all.push(told);
                }
                Err(fault) => self.status.cannot_read(number, &fault),
            }
        }
        (counted, all)
    }

    /// Empties all cells, some in each transaction, and sets the cursor before the first fact.
    async fn begin_anew(&self, cursor: &Cursor, fence: Fence) -> Result<(), CountFault> {
        let store = &self.store;
        let origin = self.origin();
        let mut after = String::new();
        loop {
            let changes = Changes::by(origin.clone());
            let emptying = rows::emptied(store.reads(), &after, BATCH, changes);
            let (changes, last) = store.in_time("empty statistics", emptying).await?;
            let Some(last) = last else {
                return self.commit(cursor.moved(0, origin), fence).await;
            };
            self.commit(changes, fence).await?;
            after = last;
        }
    }

    fn origin(&self) -> Origin {
        Origin::of_system(READER, self.store.clock().now())
    }

    async fn commit(&self, changes: Changes, fence: Fence) -> Result<(), CountFault> {
        let committed = self.store.commit(changes.under(Some(fence))).await;
        committed.map_err(|stop| match stop {
            CommitStop::Lost(_) => CountFault::Overtaken,
            CommitStop::Full => CountFault::Busy,
            CommitStop::Fault(fault) => fault.into(),
        })
    }
}

/// The histories of the applications that begin among some facts: all of it is there. Those of the others
/// have to be read.
fn begun(facts: &[JournalRow]) -> (BTreeMap<Uuid, Vec<Recorded>>, BTreeSet<Uuid>) {
    let mut begun = BTreeMap::<Uuid, Vec<Recorded>>::new();
    let mut older = BTreeSet::new();
    for row in facts.iter().filter(|row| row.kind == STAGE) {
        let fact = StageFact::from_body(&row.body);
        let is_first = fact.as_ref().is_ok_and(|fact| fact.sequence == FIRST);
        if is_first {
            begun.insert(row.subject, Vec::new());
        }
        match begun.get_mut(&row.subject) {
            Some(history) => history.push((row.number, fact)),
            None => {
                older.insert(row.subject);
            }
        }
    }
    (begun, older)
}
