//! Reference data, such as the days of the calendar: what decisions rest on beside the register itself,
//! changed seldom and kept in memory by each process. A decision on old reference data is never committed.
//!
//! ```text
//! before a decision loads   the number that this process knows
//! when the commit moves     the journal's head, which is locked from then on and holds the number of
//!                           the last fact that changed reference data
//! not the same              the guard is lost: the process catches up, and decides again
//! ```

use std::time::Duration;

use tokio::{sync::watch, time::timeout};

/// Which reference data this process knows, and the newest that it has seen signs of; clones share both.
///
/// Reference data is named by the number of the fact that changed it last, 0 before the first.
#[derive(Clone, Debug)]
pub struct ReferenceMark {
    known: watch::Sender<i64>,
    seen: watch::Sender<i64>,
}

impl ReferenceMark {
    /// Knows none yet.
    pub(super) fn at(seen: i64) -> Self {
        Self {
            known: watch::Sender::new(0),
            seen: watch::Sender::new(seen),
        }
    }

    /// What decisions of this process rest on at least.
    pub fn known(&self) -> i64 {
        *self.known.borrow()
    }

    /// Says that whatever is decided from now on rests on this or on newer data.
    pub fn knows(&self, number: i64) {
        raise(&self.known, number);
    }

    /// Tells of data that is newer than any before.
    pub fn newest(&self) -> watch::Receiver<i64> {
        self.seen.subscribe()
    }

    pub(super) fn saw(&self, number: i64) {
        raise(&self.seen, number);
    }

    /// Waits until this process knows what it has seen signs of, for so long at most.
    pub(super) async fn caught_up(&self, limit: Duration) {
        let newest = *self.seen.borrow();
        let mut known = self.known.subscribe();
        // Whoever waited in vain loses the guard again, and tells the caller to try later.
        drop(timeout(limit, known.wait_for(|known| *known >= newest)).await);
    }
}

fn raise(number: &watch::Sender<i64>, to: i64) {
    number.send_if_modified(|number| {
        let is_higher = to > *number;
        *number = to.max(*number);
        is_higher
    });
}
