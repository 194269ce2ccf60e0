//! The loop that compares and sends again, while it holds its lease.
//! It never asks a sink while nothing is to be done, and never spins on a fault.

use std::{collections::BTreeMap, time::Duration};

use chrono::NaiveDate;
use thiserror::Error;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::{
    queues::{self, Place},
    search::SearchFault,
};
use crate::{
    delivery::{Beginning, RunningSink, SinkFault, Sinks},
    journal::Cursor,
    store::{
        Changes, CommitStop, Fence, Lease, Leases, Origin, ReaderStatus, Store, StoreFault, grown,
    },
};

/// The name of this reader's cursor and of its lease.
pub(super) const READER: &str = "reconciliation";
/// What was asked of another process is seen after this at the latest.
const POLL: Duration = Duration::from_secs(1);
/// How long facts are let gather.
const REST: Duration = Duration::from_millis(250);
/// How long a sink that failed is left alone.
const PAUSE: Duration = Duration::from_secs(5);

/// Why a round ended early.
#[derive(Debug, Error)]
pub(super) enum ReconcileFault {
    #[error(transparent)]
    Store(#[from] StoreFault),
    #[error(transparent)]
    Search(#[from] SearchFault),
    #[error(transparent)]
    Sink(#[from] SinkFault),
    #[error("another process took the lease, or somebody asked for the same")]
    Overtaken,
    #[error("the day changed while it was compared")]
    Moved,
    #[error("the store is busy; nothing was written")]
    Busy,
}

/// How far the looks for days to compare have come: what is compared is not looked through again.
#[derive(Clone, Copy, Debug, Default)]
struct Looked {
    /// No day before this one was left to compare.
    from: NaiveDate,
    /// The day on which none was left at all that was over.
    done_on: Option<NaiveDate>,
}

/// Where a day to compare is looked for.
#[derive(Clone, Copy, Debug)]
enum Look {
    /// Among those that somebody asked for.
    Asked,
    /// Among those that are over.
    Over,
    /// Among those that could not be compared when they were last tried.
    Failed,
}

/// Compares days with sinks.
#[derive(Debug)]
pub struct Reconciler {
    pub(super) store: Store,
    pub(super) sinks: Sinks,
    lease: Lease,
    status: ReaderStatus,
    /// By sink, how far the looks for days to compare have come.
    looked: BTreeMap<String, Looked>,
    /// By sink, and whether such have failed: the comparison that is due and was last tried in vain.
    tried: BTreeMap<(String, bool), Place>,
    /// The names of the marks where sinks began that were not told of everything before.
    beginnings: BTreeMap<&'static str, &'static str>,
}

impl Reconciler {
    pub(super) fn new(store: Store, sinks: Sinks, lease: Lease) -> Self {
        let began_late = sinks.all().filter(|sink| sink.from == Beginning::Now);
        // Kept for as long as the process lives: sinks are few, and named once.
        let mark = |sink: &RunningSink| &*format!("{READER}:{}", sink.reader).leak();
        Self {
            beginnings: began_late.map(|sink| (sink.reader, mark(sink))).collect(),
            store,
            sinks,
            lease,
            status: ReaderStatus::of(READER),
            looked: BTreeMap::new(),
            tried: BTreeMap::new(),
        }
    }

    /// Starts the loop; tells how it fares.
    pub fn start(
        store: Store,
        sinks: Sinks,
        leases: &Leases,
        stop: &CancellationToken,
    ) -> ReaderStatus {
        let tasks = store.tasks().clone();
        let (lease, guard) = leases.keep(READER, &tasks);
        let reconciler = Self::new(store, sinks, lease);
        let status = reconciler.status.clone();
        tasks.spawn(reconciler.run(stop.clone(), guard));
        status
    }

    /// The lease is given back at the end.
    pub(super) async fn run(mut self, stop: CancellationToken, _kept: DropGuard) {
        let mut head = self.store.journal_head();
        loop {
            if self.lease.fence().is_none() {
                self.status.stood_aside();
                self.looked.clear();
            }
            tokio::select! {
                biased;
                () = stop.cancelled() => return,
                _ = self.lease.held() => {}
            }
            // What a round began and did not write down is begun again by whoever holds the lease next.
            let round = tokio::select! {
                biased;
                () = stop.cancelled() => return,
                round = self.round() => round,
            };
            let pause = match round {
                Ok(true) => {
                    self.status.worked();
                    continue;
                }
                Ok(false) => {
                    self.status.worked();
                    POLL
                }
                // Nothing failed, and there is something to look at.
                Err(ReconcileFault::Overtaken | ReconcileFault::Moved) => REST,
                Err(fault) => {
                    tracing::warn!(%fault, "sinks could not be compared; they are asked again");
                    self.status.failed(fault.to_string());
                    PAUSE
                }
            };
            let more = async {
                grown(&mut head).await;
                tokio::time::sleep(REST.max(pause.saturating_sub(POLL))).await;
            };
            tokio::select! {
                () = stop.cancelled() => return,
                () = more => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Does one piece of what is to be done; tells whether more may be.
    pub(super) async fn round(&mut self) -> Result<bool, ReconcileFault> {
        // Asked first: what is read and asked after it was lost is not written.
        let Some(fence) = self.lease.fence() else {
            return Ok(false);
        };
        let is_behind = self.follow(fence).await?;
        let mut last = Ok(false);
        for sink in self.sinks.clone().all() {
            // One sink that is away keeps no other from being compared.
            match self.see_to(sink, fence).await {
                Ok(true) => return Ok(true),
                Ok(false) => {}
                Err(fault) => last = Err(fault),
            }
        }
        // Nor does it keep the journal from being read.
        if is_behind { Ok(true) } else { last }
    }

    async fn see_to(&mut self, sink: &RunningSink, fence: Fence) -> Result<bool, ReconcileFault> {
        if !sink.sink.tells_digests() {
            return Ok(false);
        }
        if self.resend(sink, fence).await? {
            return Ok(true);
        }
        let mut last = Ok(false);
        // A day that cannot be compared now keeps no other from it.
        for look in [Look::Asked, Look::Over, Look::Failed] {
            let compared = match look {
                Look::Asked => self.see_to_due(sink, false, fence).await,
                Look::Over => self.see_to_over(sink, fence).await,
                Look::Failed => self.see_to_due(sink, true, fence).await,
            };
            match compared {
                Ok(false) => {}
                Err(ReconcileFault::Moved) => last = compared,
                Ok(true) | Err(_) => return compared,
            }
        }
        last
    }

    /// Looks at the next comparison that is due behind the one that was tried in vain.
    async fn see_to_due(
        &mut self,
        sink: &RunningSink,
        has_failed: bool,
        fence: Fence,
    ) -> Result<bool, ReconcileFault> {
        let name = sink.status.name().as_str();
        let store = self.store.clone();
        let tried = self.tried.remove(&(name.to_owned(), has_failed));
        let looking = async {
            let behind = tried.unwrap_or_default();
            let next = queues::next_due(store.reads(), name, has_failed, &behind).await?;
            if next.is_some() || behind == Place::default() {
                return Ok(next);
            }
            queues::next_due(store.reads(), name, has_failed, &Place::default()).await
        };
        let Some(due) = store.in_time("look for what is due", looking).await? else {
            return Ok(false);
        };
        let place = (due.day_on.clone(), due.provider_bin.clone());
        let compared = self.compare_due(sink, due, fence).await;
        if !matches!(compared, Ok(true)) {
            self.tried.insert((name.to_owned(), has_failed), place);
        }
        compared
    }

    /// Looks at the first day that is over and was not compared.
    async fn see_to_over(
        &mut self,
        sink: &RunningSink,
        fence: Fence,
    ) -> Result<bool, ReconcileFault> {
        let name = sink.status.name().as_str();
        let store = self.store.clone();
        let today = store.clock().now().today;
        let looked = self.looked.get(name).copied().unwrap_or_default();
        if looked.done_on == Some(today) {
            return Ok(false);
        }
        let Some(began_at) = self.began_at(sink, fence).await? else {
            return Ok(false);
        };
        let days = looked.from..today;
        let looking = queues::first_uncompared(store.reads(), name, days, began_at);
        let found = store.in_time("look for what is due", looking).await?;
        let looked = Looked {
            from: found.as_ref().map_or(today, |(day, _)| day.on),
            done_on: found.is_none().then_some(today),
        };
        self.looked.insert(name.to_owned(), looked);
        match found {
            Some(seen) => self.compare(sink, &seen, fence).await,
            None => Ok(false),
        }
    }

    /// A day has stages that were not compared; it may be over.
    pub(super) fn look_again_from(&mut self, day: NaiveDate) {
        for looked in self.looked.values_mut() {
            looked.from = looked.from.min(day);
            looked.done_on = None;
        }
    }

    /// The number behind which a sink was told everything; none before it began.
    async fn began_at(
        &self,
        sink: &RunningSink,
        fence: Fence,
    ) -> Result<Option<i64>, ReconcileFault> {
        let Some(marker) = self.beginnings.get(sink.reader).copied() else {
            return Ok(Some(0));
        };
        let (store, reads) = (&self.store, self.store.reads());
        let loading = async {
            let began = Cursor::load(reads, marker).await?;
            let cursor = Cursor::load(reads, sink.reader).await?;
            Ok::<_, StoreFault>((began, cursor))
        };
        let (began, cursor) = store.in_time("read where a sink began", loading).await?;
        if !began.is_new() {
            return Ok(Some(began.position()));
        }
        if cursor.is_new() {
            return Ok(None);
        }
        let changes = began.moved(cursor.position(), self.origin());
        self.commit(changes, fence).await?;
        Ok(Some(cursor.position()))
    }

    pub(super) fn origin(&self) -> Origin {
        Origin::of_system(READER, self.store.clock().now())
    }

    pub(super) async fn commit(
        &self,
        changes: Changes,
        fence: Fence,
    ) -> Result<(), ReconcileFault> {
        let committed = self.store.commit(changes.under(Some(fence))).await;
        committed.map_err(|stop| match stop {
            CommitStop::Lost(_) => ReconcileFault::Overtaken,
            CommitStop::Full => ReconcileFault::Busy,
            CommitStop::Fault(fault) => fault.into(),
        })
    }
}
