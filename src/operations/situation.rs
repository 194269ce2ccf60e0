//! What waits in the register and since when, read in one go for operators.
//! It never reads what grows with the register: only heads of queues, and counts of what is in them.

use std::{collections::BTreeMap, time::Duration};

use chrono::{DateTime, Utc};
use sea_orm::DatabaseConnection;

use crate::{
    complaint, correction, court,
    deadlines::{self, Timer},
    delivery, extract, journal,
    lag::{self, LagBook, Waiting},
    letter, notice, statistics,
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

/// What a sink has not acknowledged, and how long it may take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unacknowledged {
    /// The sink.
    pub sink: String,
    /// How long a stage may wait for it.
    pub limit: Duration,
    /// The oldest stage that waits; none if the sink has them all.
    pub oldest: Option<Waiting>,
    /// For how long that has waited.
    pub age: Duration,
}

impl Unacknowledged {
    /// Whether it waits for longer than it may.
    pub fn is_late(&self) -> bool {
        self.age > self.limit
    }
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
    /// Applications whose stages are parked, by receiver.
    pub parked: BTreeMap<String, u64>,
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
    /// Hand-overs past their term.
    pub handovers_overdue: u64,
    /// Corrections in which something is still due.
    pub corrections: u64,
    /// Corrections past the moment at which that was due.
    pub corrections_overdue: u64,
    /// Complaints in which something is still due.
    pub complaints: u64,
    /// Complaints past the moment at which that was due.
    pub complaints_overdue: u64,
    /// Annulments by courts that a head has not signed.
    pub annulments: u64,
    /// Letters of notices of changes of the Rules that wait to be sent.
    pub notices: Queue,
    /// Addressees that have not been told of a change of the Rules, and no letter is on its way to them.
    pub notices_unreachable: u64,
    /// Addressees that have not been told of a change of the Rules though it was due.
    pub notices_overdue: u64,
    /// For each sink the oldest stage that it has not acknowledged.
    pub unacknowledged: Vec<Unacknowledged>,
    /// Who works in the background.
    pub leases: Vec<LeaseState>,
}

impl Situation {
    /// Reads it.
    pub(super) async fn read(
        reads: &DatabaseConnection,
        lag: &LagBook,
        now: DateTime<Utc>,
    ) -> Result<Self, StoreFault> {
        let timetable = deadlines::timetable(reads, now).await?;
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
            unacknowledged: unacknowledged(reads, lag, now).await?,
            journal_head: head,
            monitoring_cursor: cursor,
            facts: behind(cursor).await?,
            parked: delivery::rows::count_open(reads).await?,
            uncounted: behind(counted).await?,
            registrations: queue(
                deadlines::count_awaiting_registration(reads).await?,
                timetable.due_since(Timer::Registration),
            ),
            checks: queue(
                deadlines::count_awaiting_checks(reads).await?,
                timetable.due_since(Timer::Checks),
            ),
            extracts: queue(
                extract::rows::count_pending(reads).await?,
                timetable.due_since(Timer::Extracts),
            ),
            letters: queue(
                letter::count_pending(reads).await?,
                timetable.due_since(Timer::Letters),
            ),
            near_due: deadlines::count_near_due(reads).await?,
            overdue: deadlines::count_overdue(reads).await?,
            handovers_overdue: deadlines::count_handovers_overdue(reads)
                .await?
                .saturating_add(court::queues::count_handovers_overdue(reads).await?),
            corrections: correction::rows::count_waiting(reads).await?,
            corrections_overdue: correction::rows::count_overdue(reads, now).await?,
            complaints: complaint::rows::count_waiting(reads).await?,
            complaints_overdue: complaint::rows::count_overdue(reads, now).await?,
            annulments: court::queues::count_annulments_waiting(reads).await?,
            notices: queue(
                notice::count_to_send(reads).await?,
                timetable.due_since(Timer::NoticeLetters),
            ),
            notices_unreachable: notice::count_unreachable(reads).await?,
            notices_overdue: notice::count_overdue(reads, now).await?,
            leases: leases(reads).await?,
        })
    }
}

/// What each sink has not acknowledged.
pub(super) async fn unacknowledged(
    reads: &DatabaseConnection,
    lag: &LagBook,
    now: DateTime<Utc>,
) -> Result<Vec<Unacknowledged>, StoreFault> {
    let mut all = Vec::new();
    for (sink, limit) in lag.limits() {
        let oldest = lag::oldest_unacknowledged(reads, sink).await?;
        let age = oldest.as_ref().map(|oldest| since(oldest.recorded_at, now));
        all.push(Unacknowledged {
            sink: sink.to_owned(),
            limit,
            age: age.unwrap_or_default(),
            oldest,
        });
    }
    Ok(all)
}

fn since(at: DateTime<Utc>, now: DateTime<Utc>) -> Duration {
    now.signed_duration_since(at).to_std().unwrap_or_default()
}
