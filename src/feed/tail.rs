//! The one reader of the journal that all watchers of a process share; it keeps the newest stages.
//! It never reads while nobody watches, and never waits for a watcher.

use std::{
    collections::VecDeque,
    sync::{Arc, PoisonError, RwLock, RwLockWriteGuard},
    time::Duration,
};

use chrono::{DateTime, Utc};
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

use super::event::Event;
use crate::{
    journal,
    store::{ReaderStatus, Store, StoreFault, grown},
};

/// What is read at once, by the tail and by who is behind it.
pub(super) const BATCH: u64 = 500;
/// Stages kept, about a kilobyte each: whoever is further behind reads the journal.
const KEPT_MAX: usize = 8_192;
/// What another process commits is seen after this at the latest.
const POLL: Duration = Duration::from_millis(200);
/// After a failed read.
const PAUSE: Duration = Duration::from_secs(1);

/// The tail of the journal; clones share it.
#[derive(Clone, Debug)]
pub struct Tail {
    store: Store,
    kept: Arc<RwLock<Kept>>,
    read: watch::Sender<i64>,
    wanted: Arc<Notify>,
    status: ReaderStatus,
}

/// The stages with numbers above `after`, up to `through`.
#[derive(Debug, Default)]
struct Kept {
    after: i64,
    through: i64,
    events: VecDeque<Arc<Event>>,
    /// All that was committed before this moment has been read; none until that is so.
    complete_at: Option<DateTime<Utc>>,
}

/// What follows a position.
#[derive(Debug)]
pub(super) struct Following {
    pub(super) events: Vec<Arc<Event>>,
    /// Everything up to this number has been looked at.
    pub(super) through: i64,
    /// Set if nothing more is kept: all committed before this moment has been looked at.
    pub(super) complete_at: Option<DateTime<Utc>>,
}

impl Tail {
    /// Starts the reader.
    pub fn start(store: Store, stop: CancellationToken) -> Self {
        let tasks = store.tasks().clone();
        let tail = Self {
            store,
            kept: Arc::default(),
            read: watch::Sender::new(0),
            wanted: Arc::default(),
            status: ReaderStatus::of("feed"),
        };
        let reader = tail.clone();
        tasks.spawn(async move {
            tokio::select! {
                () = stop.cancelled() => {}
                () = reader.run() => {}
            }
        });
        tail
    }

    /// How the reader fares.
    pub const fn status(&self) -> &ReaderStatus {
        &self.status
    }

    /// How many watch now.
    pub fn watchers(&self) -> usize {
        self.read.receiver_count()
    }

    /// Wakes a watcher whenever more was read, for as long as it is held.
    pub(super) fn watch(&self) -> watch::Receiver<i64> {
        let read = self.read.subscribe();
        self.wanted.notify_one();
        read
    }

    /// At most `limit` of the admitted stages after a position; none if not all of them are kept.
    pub(super) fn following(
        &self,
        position: i64,
        limit: usize,
        admits: impl Fn(&Event) -> bool,
    ) -> Option<Following> {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        if position < kept.after {
            return None;
        }
        let seen = kept
            .events
            .partition_point(|event| event.number <= position);
        let admitted = kept.events.iter().skip(seen).filter(|event| admits(event));
        let events: Vec<_> = admitted.take(limit).map(Arc::clone).collect();
        let last = events.last().filter(|_| events.len() == limit);
        let (through, complete_at) = match last {
            Some(event) => (event.number, None),
            None => (kept.through.max(position), kept.complete_at),
        };
        Some(Following {
            events,
            through,
            complete_at,
        })
    }

    async fn run(&self) {
        let mut head = self.store.journal_head();
        let mut is_behind = true;
        loop {
            while self.watchers() == 0 {
                self.wanted.notified().await;
                is_behind = true;
            }
            let round = async {
                if is_behind {
                    self.catch_up().await?;
                }
                self.round().await
            };
            match round.await {
                Ok(has_more) => {
                    is_behind = false;
                    self.status.worked();
                    if has_more {
                        continue;
                    }
                }
                Err(fault) => {
                    tracing::warn!(%fault, "the journal could not be read for the feed");
                    self.status.failed(fault.to_string());
                    tokio::time::sleep(PAUSE).await;
                    continue;
                }
            }
            tokio::select! {
                () = grown(&mut head) => {}
                () = tokio::time::sleep(POLL) => {}
            }
        }
    }

    /// Keeps nothing of what came while nobody watched.
    async fn catch_up(&self) -> Result<(), StoreFault> {
        let reading = journal::head(self.store.reads());
        let head = self
            .store
            .in_time("read the journal's head", reading)
            .await?;
        *self.kept_mut() = Kept {
            after: head,
            through: head,
            ..Kept::default()
        };
        // Whoever looked before this may be behind now, and must look again.
        self.read.send_replace(head);
        Ok(())
    }

    /// Reads on; tells whether there may be more.
    async fn round(&self) -> Result<bool, StoreFault> {
        let began_at = self.store.clock().now().instant;
        let through = self.kept_mut().through;
        let reading = journal::read(self.store.reads(), through, BATCH);
        let rows = self.store.in_time("read the journal", reading).await?;
        let has_more = rows.len() >= usize::try_from(BATCH).unwrap_or(usize::MAX);
        let events = rows.iter().filter_map(|row| Event::read(row, &self.status));
        let events: Vec<_> = events.map(Arc::new).collect();
        let mut kept = self.kept_mut();
        kept.through = rows.last().map_or(through, |row| row.number);
        kept.events.extend(events);
        while kept.events.len() > KEPT_MAX
            && let Some(oldest) = kept.events.pop_front()
        {
            kept.after = oldest.number;
        }
        if !has_more {
            kept.complete_at = Some(began_at);
        }
        let through = kept.through;
        drop(kept);
        if !rows.is_empty() {
            self.read.send_replace(through);
        }
        Ok(has_more)
    }

    fn kept_mut(&self) -> RwLockWriteGuard<'_, Kept> {
        self.kept.write().unwrap_or_else(PoisonError::into_inner)
    }
}
