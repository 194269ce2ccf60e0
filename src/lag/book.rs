//! The book of lag: counts what sinks acknowledged, for good in the database and as metrics of this process.
//! It never counts a stage of a sink twice, whoever dies between two moves of the sink's cursor, and however
//! often an operator moves it back.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use chrono::{DateTime, NaiveDate, Utc};
use prometheus_client::{
    metrics::{
        counter::Counter,
        family::Family,
        histogram::{Histogram as Metric, exponential_buckets},
    },
    registry::{Registry, Unit},
};
use sea_orm::DatabaseConnection;

use super::{
    queues,
    rows::{self, DayLag},
};
use crate::{
    kernel::local,
    store::{Changes, StoreFault},
};

type Sink = [(&'static str, String); 1];

/// A stage that a sink said it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Acknowledged {
    /// Its number in the journal.
    pub number: i64,
    /// When it was recorded, as the journal has it.
    pub recorded_at: DateTime<Utc>,
    /// When the sink's answer was there.
    pub acknowledged_at: DateTime<Utc>,
}

impl Acknowledged {
    /// How long it took; nothing, if the clock was set back meanwhile.
    fn took(&self) -> Duration {
        let took = self.acknowledged_at.signed_duration_since(self.recorded_at);
        took.to_std().unwrap_or_default()
    }
}

/// What a sink's cursor passed since it was saved, and what was acknowledged of lanes meanwhile.
#[derive(Clone, Debug, Default)]
pub struct Passed {
    /// What the sink has.
    pub acknowledged: Vec<Acknowledged>,
    /// The numbers of stages that went into a lane, or wait in one.
    pub parked: Vec<i64>,
}

/// What was counted, to be shown as metrics once it is committed.
#[derive(Clone, Debug)]
pub struct Counted {
    sink: String,
    took: Vec<Duration>,
    late: u64,
}

/// The book of all sinks of a process; clones share it.
#[derive(Clone, Debug)]
pub struct LagBook(Arc<Book>);

#[derive(Debug)]
struct Book {
    /// How long a stage may take, by sink.
    limits: BTreeMap<String, Duration>,
    seconds: Family<Sink, Metric>,
    late: Family<Sink, Counter>,
}

impl LagBook {
    /// A book of sinks, each with how long a stage may take until it is acknowledged.
    pub fn of(limits: impl IntoIterator<Item = (String, Duration)>) -> Self {
        let book = Book {
            limits: limits.into_iter().collect(),
            seconds: Family::new_with_constructor(took),
            late: Family::default(),
        };
        for sink in book.limits.keys() {
            drop(book.seconds.get_or_create(&labels(sink)));
            drop(book.late.get_or_create(&labels(sink)));
        }
        Self(Arc::new(book))
    }

    /// The sinks, each with its limit.
    pub fn limits(&self) -> impl Iterator<Item = (&str, Duration)> {
        let limits = self.0.limits.iter();
        limits.map(|(sink, limit)| (sink.as_str(), *limit))
    }

    /// The limit of a sink; what has none is never late.
    pub fn limit(&self, sink: &str) -> Option<Duration> {
        self.0.limits.get(sink).copied()
    }

    /// Names the metrics for whoever collects them.
    pub fn register(&self, registry: &mut Registry) {
        registry.register_with_unit(
            "push_lag",
            "Time from the record of a stage to its acknowledgement by a sink",
            Unit::Seconds,
            self.0.seconds.clone(),
        );
        registry.register(
            "push_late",
            "Stages that a sink acknowledged later than its limit",
            self.0.late.clone(),
        );
    }

    /// The change that saves a sink's cursor, with what is to be counted of what it passed. Behind the mark,
    /// only what is owed is counted: all else was, before the cursor was moved back.
    pub async fn passed(
        &self,
        reads: &DatabaseConnection,
        sink: &str,
        passed: &Passed,
        mut changes: Changes,
    ) -> Result<(Changes, Counted), StoreFault> {
        let mark = rows::mark_of(reads, sink).await?;
        let known = mark.counted_through;
        let behind = passed.acknowledged.iter().map(|stage| stage.number);
        let behind: Vec<i64> = behind.filter(|number| *number <= known).collect();
        let mut owing = queues::among(reads, sink, &behind).await?;
        let mut counted = Vec::new();
        for stage in &passed.acknowledged {
            if let Some(row) = owing.remove(&stage.number) {
                changes = changes.update(row.settled());
                counted.push(*stage);
            } else if stage.number > known {
                counted.push(*stage);
            }
        }
        for number in passed.parked.iter().filter(|number| **number > known) {
            changes = changes.insert(queues::owed(sink, *number));
        }
        let numbers = passed.acknowledged.iter().map(|stage| stage.number);
        let last = numbers.chain(passed.parked.iter().copied()).max();
        if let Some(last) = last.filter(|last| *last > known) {
            changes = rows::marked(mark, last, changes);
        }
        let (days, counted) = self.tally(sink, &counted);
        Ok((rows::added(reads, sink, days, changes).await?, counted))
    }

    /// Shows what was counted and is committed.
    pub fn show(&self, counted: &Counted) {
        let labels = labels(&counted.sink);
        let seconds = self.0.seconds.get_or_create(&labels);
        for took in &counted.took {
            seconds.observe(took.as_secs_f64());
        }
        drop(seconds);
        self.0.late.get_or_create(&labels).inc_by(counted.late);
    }

    fn tally(
        &self,
        sink: &str,
        acknowledged: &[Acknowledged],
    ) -> (BTreeMap<NaiveDate, DayLag>, Counted) {
        let limit = self.limit(sink);
        let mut days = BTreeMap::<NaiveDate, DayLag>::new();
        let mut counted = Counted {
            sink: sink.to_owned(),
            took: Vec::with_capacity(acknowledged.len()),
            late: 0,
        };
        for stage in acknowledged {
            let took = stage.took();
            let late = u64::from(limit.is_some_and(|limit| took > limit));
            let day = days.entry(local(stage.recorded_at).date()).or_default();
            let milliseconds = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
            day.took.add(milliseconds);
            day.late = day.late.saturating_add(late);
            counted.took.push(took);
            counted.late = counted.late.saturating_add(late);
        }
        (days, counted)
    }
}

fn labels(sink: &str) -> Sink {
    [("sink", sink.to_owned())]
}

/// From a millisecond to two hours.
fn took() -> Metric {
    Metric::new(exponential_buckets(0.001, 2.0, 24))
}
