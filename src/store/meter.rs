//! How the committer fares, as metrics: what waits, how much one commit takes, how long it lasts.
//! It never names a caller, an object or a value.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use prometheus_client::{
    metrics::{
        counter::Counter,
        gauge::Gauge,
        histogram::{Histogram, exponential_buckets},
    },
    registry::{Registry, Unit},
};

/// The committer's metrics; clones share their values.
#[derive(Clone, Debug)]
pub struct CommitMeter {
    pub(super) waiting: Gauge,
    pub(super) changes: Histogram,
    pub(super) seconds: Histogram,
    pub(super) lost: Counter,
    pub(super) failed: Counter,
    last: Arc<Mutex<Option<Instant>>>,
}

impl Default for CommitMeter {
    fn default() -> Self {
        Self {
            waiting: Gauge::default(),
            changes: Histogram::new(exponential_buckets(1.0, 2.0, 9)),
            seconds: Histogram::new(exponential_buckets(0.000_125, 2.0, 16)),
            lost: Counter::default(),
            failed: Counter::default(),
            last: Arc::default(),
        }
    }
}

impl CommitMeter {
    /// Names the metrics for whoever collects them.
    pub fn register(&self, registry: &mut Registry) {
        let registry = registry.sub_registry_with_prefix("store");
        registry.register(
            "changes_waiting",
            "Changes that wait for their commit",
            self.waiting.clone(),
        );
        registry.register(
            "commit_changes",
            "Changes in one commit",
            self.changes.clone(),
        );
        registry.register_with_unit(
            "commit",
            "Time from the begin of a transaction to its commit",
            Unit::Seconds,
            self.seconds.clone(),
        );
        registry.register(
            "guards_lost",
            "Changes that lost a guard and were decided again",
            self.lost.clone(),
        );
        registry.register(
            "commits_failed",
            "Transactions that the database failed",
            self.failed.clone(),
        );
    }

    /// Changes that wait for their commit.
    pub fn waiting(&self) -> i64 {
        self.waiting.get()
    }

    /// Transactions that the database failed.
    pub fn failed(&self) -> u64 {
        self.failed.get()
    }

    /// How long ago the last commit was; none before the first of this process.
    pub fn since_commit(&self) -> Option<Duration> {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.map(|at| at.elapsed())
    }

    /// Counts a commit.
    pub(super) fn committed(&self, changes: usize, took: Duration) {
        let changes = u32::try_from(changes).unwrap_or(u32::MAX);
        self.changes.observe(changes.into());
        self.seconds.observe(took.as_secs_f64());
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        *last = Some(Instant::now());
    }
}
