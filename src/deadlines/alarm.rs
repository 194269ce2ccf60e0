//! The alarm: sleeps until the next moment of the timetable, and rings the clerks whose timers are due.
//! It never decides that something is due for good: a clerk that is rung looks for itself.

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use tokio_util::sync::CancellationToken;

use super::{clerk::Desk, queues::timetable};
use crate::store::{REST, Store, grown_since};

/// The longest sleep. A moment passes unseen for so long at most when the machine's clock jumps over it, or
/// when another process commits it: nobody tells of either.
pub(super) const SLEEP_MAX: Duration = Duration::from_secs(1);
/// What is committed soon after a look is let gather for so many times as long as the look took: whatever
/// the load, a thirtieth of the time at most is spent on looks.
const RESTS: u32 = 29;

/// Rings the desks of a process.
pub(super) struct Alarm {
    pub(super) store: Store,
    pub(super) desks: Vec<Desk>,
}

impl Alarm {
    /// Runs until it is stopped: looks, rings, and sleeps until the next moment by the clock, or until
    /// this process has committed something, which may have brought a nearer one.
    pub(super) async fn run(self, stop: CancellationToken) {
        let mut head = self.store.journal_head();
        loop {
            let began = Instant::now();
            let pause = self.look().await;
            let looked_at = Instant::now();
            let took = looked_at.duration_since(began);
            let rest = took.saturating_mul(RESTS).clamp(REST, SLEEP_MAX);
            tokio::select! {
                () = stop.cancelled() => return,
                () = grown_since(&mut head, looked_at, rest) => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Rings who has something to do; tells how long to sleep.
    async fn look(&self) -> Duration {
        let works = |desk: &&Desk| desk.lease.fence().is_some();
        if !self.desks.iter().any(|desk| works(&desk)) {
            // What falls due is another process's to do.
            return SLEEP_MAX;
        }
        let store = &self.store;
        let looking = timetable(store.reads(), store.clock().now().instant);
        let looked = store.in_time("look what falls due", looking).await;
        for desk in self.desks.iter().filter(works) {
            // Whoever cannot be told looks, and says what is wrong.
            if looked
                .as_ref()
                .map_or(true, |timetable| desk.hears(timetable))
            {
                desk.bell.notify_one();
            }
        }
        let next_at = looked.ok().and_then(|timetable| timetable.next_at());
        next_at.map_or(SLEEP_MAX, |next_at| sleep_until(next_at, store))
    }
}

/// The clock is asked again: to look took a while.
fn sleep_until(next_at: DateTime<Utc>, store: &Store) -> Duration {
    let left = next_at.signed_duration_since(store.clock().now().instant);
    left.to_std().unwrap_or_default().min(SLEEP_MAX)
}
