//! One watcher: from its position on, as fast as it reads, until its time is over.
//! It never holds more than one page, and never says that it sent what it did not.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use tokio::{sync::watch, time::Instant};
use tokio_util::sync::CancellationToken;
use tonic::Status;

use super::{
    event::Event,
    filter::Filter,
    position::{self, Start},
    tail::{BATCH, Following, Tail},
};
use crate::{
    authn::Caller,
    authz, journal,
    pb::registry::v1::{self as pb, StageWatchEndReason, watch_stages_response::Event as PbEvent},
    rpc::{Credentials, page::PageTokens, status, timestamp},
    store::{Store, StoreFault},
};

/// Stages taken from the tail at once.
const TAKEN_MAX: usize = 64;

/// What every watcher of a process works with.
#[derive(Clone, Debug)]
pub(super) struct Ground {
    pub(super) store: Store,
    pub(super) tail: Tail,
    pub(super) tokens: Arc<PageTokens>,
    pub(super) stopping: CancellationToken,
}

/// Who watches, and what.
#[derive(Debug)]
pub(super) struct Watcher {
    pub(super) caller: Arc<Caller>,
    pub(super) credentials: Credentials,
    pub(super) filter: Filter,
    pub(super) start: Start,
    pub(super) heartbeat: Duration,
    /// How long it may last.
    pub(super) age_max: Duration,
}

/// A watch that goes on.
#[derive(Debug)]
pub(super) struct Watch {
    ground: Ground,
    who: Watcher,
    /// Wakes when the tail has read more.
    more: watch::Receiver<i64>,
    /// Looked at up to this number.
    looked: i64,
    /// Seen by the caller up to this number.
    sent: i64,
    ready: VecDeque<Arc<Event>>,
    complete_at: Option<DateTime<Utc>>,
    beats_at: Instant,
    ends_at: Instant,
    is_over: bool,
}

impl Watch {
    pub(super) fn begin(ground: Ground, who: Watcher) -> Self {
        let more = ground.tail.watch();
        let now = Instant::now();
        Self {
            more,
            looked: who.start.after,
            sent: who.start.after,
            ready: VecDeque::new(),
            complete_at: None,
            beats_at: now.checked_add(who.heartbeat).unwrap_or(now),
            ends_at: now.checked_add(who.age_max).unwrap_or(now),
            is_over: false,
            ground,
            who,
        }
    }

    /// The next message; none at the end.
    pub(super) async fn next(&mut self) -> Option<Result<pb::WatchStagesResponse, Status>> {
        if self.is_over {
            return None;
        }
        let message = self.message().await;
        self.is_over |= message.is_err();
        Some(message)
    }

    async fn message(&mut self) -> Result<pb::WatchStagesResponse, Status> {
        loop {
            if self.ground.stopping.is_cancelled() {
                return self.end(StageWatchEndReason::Draining);
            }
            let now = Instant::now();
            if self.ends_at <= now {
                return self.end(StageWatchEndReason::Age);
            }
            if self.beats_at <= now {
                self.beats_at = now.checked_add(self.who.heartbeat).unwrap_or(now);
                return self.heartbeat().await;
            }
            if let Some(event) = self.ready.pop_front() {
                self.sent = event.number;
                return self.say(event.shown(&self.who.filter.scope));
            }
            if self
                .look()
                .await
                .map_err(|fault| status::from_store(&fault))?
            {
                continue;
            }
            tokio::select! {
                () = self.ground.stopping.cancelled() => {}
                () = tokio::time::sleep_until(self.beats_at.min(self.ends_at)) => {}
                _ = self.more.changed() => {}
            }
        }
    }

    /// Looks on from where it is; tells whether that was any use.
    async fn look(&mut self) -> Result<bool, StoreFault> {
        self.more.mark_unchanged();
        let (filter, from) = (&self.who.filter, self.who.start.from);
        let admits = |event: &Event| {
            from.is_none_or(|from| from <= event.recorded_at) && filter.admits(event)
        };
        let tail = &self.ground.tail;
        let following = match tail.following(self.looked, TAKEN_MAX, admits) {
            Some(following) => following,
            None => self.page(admits).await?,
        };
        let has_moved = self.looked < following.through;
        self.looked = following.through;
        self.complete_at = following.complete_at.or(self.complete_at);
        self.ready.extend(following.events);
        Ok(has_moved)
    }

    /// A page of the journal, for who is behind the tail.
    async fn page(&self, admits: impl Fn(&Event) -> bool) -> Result<Following, StoreFault> {
        let store = &self.ground.store;
        let reading = journal::read(store.reads(), self.looked, BATCH);
        let rows = store.in_time("read the journal", reading).await?;
        let status = self.ground.tail.status();
        let events = rows.iter().filter_map(|row| Event::read(row, status));
        Ok(Following {
            events: events.filter(admits).map(Arc::new).collect(),
            through: rows.last().map_or(self.looked, |row| row.number),
            complete_at: None,
        })
    }

    /// Says how far it has come, if the caller may still see it.
    async fn heartbeat(&self) -> Result<pb::WatchStagesResponse, Status> {
        let scope = &self.who.filter.scope;
        let credentials = &self.who.credentials;
        credentials.still::<authz::WatchStages>(scope).await?;
        let complete_at = self.complete_at.filter(|_| self.ready.is_empty());
        self.say(PbEvent::Heartbeat(pb::StageHeartbeat {
            complete_through_at: complete_at.map(timestamp),
        }))
    }

    fn end(&mut self, reason: StageWatchEndReason) -> Result<pb::WatchStagesResponse, Status> {
        self.is_over = true;
        let reason = reason.into();
        self.say(PbEvent::End(pb::StageWatchEnd { reason }))
    }

    fn say(&self, event: PbEvent) -> Result<pb::WatchStagesResponse, Status> {
        // What was looked at and not admitted need not be looked at again.
        let after = if self.ready.is_empty() {
            self.looked
        } else {
            self.sent
        };
        let start = Start {
            after,
            ..self.who.start
        };
        let (tokens, filter) = (&self.ground.tokens, &self.who.filter.asked);
        let token = position::seal(tokens, filter, &self.who.caller, start);
        Ok(pb::WatchStagesResponse {
            event: Some(event),
            resume_token: token.map_err(|fault| status::from_store(&fault))?,
        })
    }
}
