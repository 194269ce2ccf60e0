//! What waits in the register and since when, read in one go for operators.
//! It never reads what grows with the register: only heads of queues, and counts of what is in them.

use std::time::Duration;

use chrono::{DateTime, Utc};
use sea_orm::DatabaseConnection;

use crate::{
    correction, deadlines, delivery, extract, journal, letter, statistics,
    store::{LeaseState, StoreFault, leases},
};

/// What waits in a queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Queue {
    /// How much.
    pub length: u64,
    /// For how long the first of it has been due.
    pub late: Duration,
}

/// How the register stood when it was read.
#[derive(Clone, Debug, Default)]
pub struct Situation {
    /// The last number of the journal.
    pub journal_head: i64,
    /// The last number that the monitoring system acknowledged.
    pub monitoring_cursor: i64,
    /// Facts that wait for the monitoring system.
    pub facts: Queue,
    /// Facts that wait to be counted.
    pub uncounted: Queue,
    /// Applications that wait for their registration.
    pub registrations: Queue,
    /// Applications that wait for their checks.
    pub checks: Queue,
    /// Extracts that wait to be formed.
    pub extracts: Queue,
    /// Letters that wait to be sent.
    pub letters: Queue,
    /// Undecided applications near their due moment.
    pub near_due: u64,
    /// Undecided applications past their due moment.
    pub overdue: u64,
    /// Corrections in which something is still due.
    pub corrections: u64,
    /// Corrections past the moment at which that was due.
    pub corrections_overdue: u64,
    /// Who works in the background.
    pub leases: Vec<LeaseState>,
}

impl Situation {
    /// Reads it.
    pub(super) async fn read(
        reads: &DatabaseConnection,
        now: DateTime<Utc>,
    ) -> Result<Self, StoreFault> {
        let began = DateTime::UNIX_EPOCH;
        let queue = |length: u64, first_at: Option<DateTime<Utc>>| Queue {
            length,
            late: first_at.map_or(Duration::ZERO, |at| since(at, now)),
        };
        // The cursors first: they never pass the head that is read after them.
        let cursor = delivery::monitoring_cursor(reads).await?;
        let counted = statistics::counted_through(reads).await?;
        let head = journal::head(reads).await?;
        let behind = async |cursor: i64| {
            let lag = u64::try_from(head.saturating_sub(cursor)).unwrap_or_default();
            let first_at = journal::decided_at(reads, cursor.saturating_add(1)).await?;
            Ok::<_, StoreFault>(queue(lag, first_at))
        };
        Ok(Self {
            journal_head: head,
            monitoring_cursor: cursor,
            facts: behind(cursor).await?,
            uncounted: behind(counted).await?,
            registrations: queue(
                deadlines::count_awaiting_registration(reads).await?,
                deadlines::first_to_register_at(reads).await?,
            ),
            checks: queue(
                deadlines::count_awaiting_checks(reads).await?,
                deadlines::first_to_check_at(reads).await?,
            ),
            extracts: queue(
                extract::rows::count_pending(reads).await?,
                extract::rows::next_extract_at(reads, began).await?,
            ),
            letters: queue(
                letter::count_pending(reads).await?,
                letter::next_letter_at(reads, began).await?,
            ),
            near_due: deadlines::count_near_due(reads).await?,
            overdue: deadlines::count_overdue(reads).await?,
            corrections: correction::rows::count_waiting(reads).await?,
            corrections_overdue: correction::rows::count_overdue(reads, now).await?,
            leases: leases(reads).await?,
        })
    }
}

fn since(at: DateTime<Utc>, now: DateTime<Utc>) -> Duration {
    now.signed_duration_since(at).to_std().unwrap_or_default()
}
