//! The decisions of this process that are on their way, by their moments: whoever tells what stood at a
//! moment waits until no more of it can be committed. It never holds a decision up.
//!
//! ```text
//! decision  moment 05:00:00 ── load ── decide ── commit ─▶
//! export            as of 05:00:01 ── waits ─────────────▶ reads: the decision is in, whenever it asks
//! ```

use std::{
    collections::BTreeMap,
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::Notify;

use super::{Engine, Store};
use crate::kernel::{Clock, Moment};

/// How long the decisions of other processes are waited for, which nobody here sees.
const OTHERS_SETTLE: Duration = Duration::from_secs(2);

/// The decisions that are on their way; clones share them.
#[derive(Clone, Debug, Default)]
pub(super) struct Deciding(Arc<Underway>);

#[derive(Debug, Default)]
struct Underway {
    /// How many there are of each moment.
    moments: Mutex<BTreeMap<DateTime<Utc>, u32>>,
    ended: Notify,
}

/// One of them, until it is dropped.
#[derive(Debug)]
pub(super) struct Decision {
    at: DateTime<Utc>,
    of: Deciding,
}

impl Deciding {
    /// Begins a decision. The clock is asked under the lock: whoever looks afterwards sees the decision,
    /// or it has a later moment.
    pub(super) fn begin(&self, clock: &dyn Clock) -> (Moment, Decision) {
        let mut moments = self.moments();
        let moment = clock.now();
        let at = moment.instant;
        let count = moments.entry(at).or_default();
        *count = count.saturating_add(1);
        let of = self.clone();
        (moment, Decision { at, of })
    }

    fn moments(&self) -> MutexGuard<'_, BTreeMap<DateTime<Utc>, u32>> {
        self.0
            .moments
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn is_settled(&self, at: DateTime<Utc>) -> bool {
        let moments = self.moments();
        moments.keys().next().is_none_or(|first| *first > at)
    }

    async fn settled(&self, at: DateTime<Utc>) {
        loop {
            let mut ended = pin!(self.0.ended.notified());
            // Before the look: what ends in between is heard.
            ended.as_mut().enable();
            if self.is_settled(at) {
                return;
            }
            ended.await;
        }
    }
}

impl Drop for Decision {
    fn drop(&mut self) {
        let mut moments = self.of.moments();
        if let Some(count) = moments.get_mut(&self.at) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                moments.remove(&self.at);
            }
        }
        drop(moments);
        self.of.0.ended.notify_waiters();
    }
}

impl Store {
    /// Waits until what was decided by a moment is committed, or never will be: whatever this process
    /// decides; of other processes, which a server may have, what is committed within two seconds.
    pub(crate) async fn settled(&self, at: DateTime<Utc>) {
        let since = self.clock.now().instant.signed_duration_since(at);
        let others = TimeDelta::from_std(OTHERS_SETTLE).unwrap_or_default();
        if self.engine() == Engine::PostgreSql && since < others {
            tokio::time::sleep(OTHERS_SETTLE).await;
        }
        self.deciding.settled(at).await;
    }
}
