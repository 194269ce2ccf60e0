//! The lag of each sink as rows: one histogram for each day, and the mark behind which all is counted or owed.
//! A row never names an application.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{ColumnTrait as _, DatabaseConnection, EntityTrait as _, QueryFilter as _};

use super::{Histogram, queues};
use crate::{
    journal::{self, StageFact},
    store::{Changes, Guard, Insert, StoreFault, Update, during},
};

pub(super) mod sink_lag_day {
    //! One row per sink and legal day on which stages were recorded. `buckets` is JSON: counts by bucket
    //! of the histogram.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "sink_lag_day")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) sink: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) recorded_on: String,
        pub(crate) late: i64,
        pub(crate) longest_ms: i64,
        pub(crate) buckets: String,
        pub(crate) version: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(super) mod sink_lag_mark {
    //! One row per sink: the number of the last stage that its cursor ever passed. It was counted, or is owed.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "sink_lag_mark")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) sink: String,
        pub(crate) counted_through: i64,
        pub(crate) version: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use sink_lag_day as day;
use sink_lag_mark as mark;

/// How the stages of one day reached a sink.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DayLag {
    /// How long they took.
    pub took: Histogram,
    /// How many took longer than was allowed when they were acknowledged.
    pub late: u64,
}

impl DayLag {
    /// Adds all of another.
    pub fn merge(&mut self, other: &Self) {
        self.took.merge(&other.took);
        self.late = self.late.saturating_add(other.late);
    }
}

/// A stage that a sink has not acknowledged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Its number in the journal.
    pub number: i64,
    /// Number of the application; empty if the fact cannot be read.
    pub application_number: String,
    /// Code of the stage or mark; empty likewise.
    pub stage: String,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
}

/// The oldest stage that a sink has not acknowledged: one in a lane, or the first that its cursor never passed.
pub async fn oldest_unacknowledged(
    reads: &DatabaseConnection,
    sink: &str,
) -> Result<Option<Waiting>, StoreFault> {
    // The mark first: what it passes meanwhile is acknowledged, or owed by then.
    let mark = mark_of(reads, sink).await?;
    let row = match queues::first_owed(reads, sink).await? {
        Some(owed) => journal::rows_at(reads, vec![owed]).await?.pop(),
        None => journal::first_stage_after(reads, mark.counted_through).await?,
    };
    Ok(row.map(|row| {
        // One that cannot be read waits like any other.
        let fact = StageFact::from_body(&row.body).ok();
        let (application_number, stage) = fact
            .map(|fact| (fact.application_number, fact.stage))
            .unwrap_or_default();
        Waiting {
            number: row.number,
            application_number,
            stage,
            recorded_at: row.at,
        }
    }))
}

/// The change with the mark of a sink that begins: what is before it is none of its lag.
pub fn begun(sink: &str, at: i64, changes: Changes) -> Changes {
    marked(new_mark(sink), at, changes)
}

/// The last stage that a sink's cursor passed, as a row; a new one if there is none.
pub(super) async fn mark_of(
    reads: &DatabaseConnection,
    sink: &str,
) -> Result<mark::Model, StoreFault> {
    let row = mark::Entity::find_by_id(sink).one(reads).await;
    let row = row.map_err(during("read how far lag is counted"))?;
    Ok(row.unwrap_or_else(|| new_mark(sink)))
}

fn new_mark(sink: &str) -> mark::Model {
    mark::Model {
        sink: sink.to_owned(),
        counted_through: 0,
        version: 0,
    }
}

/// The change with the mark moved on.
pub(super) fn marked(before: mark::Model, through: i64, changes: Changes) -> Changes {
    let after = mark::Model {
        counted_through: through,
        version: before.version.saturating_add(1),
        ..before
    };
    match before.version {
        0 => changes.insert(Insert::guarded(&after, Guard::Version)),
        version => changes.update(Update::of(&after, version)),
    }
}

/// The change with what is to be added to some days of a sink.
pub(super) async fn added(
    reads: &DatabaseConnection,
    sink: &str,
    more: BTreeMap<NaiveDate, DayLag>,
    mut changes: Changes,
) -> Result<Changes, StoreFault> {
    if more.is_empty() {
        return Ok(changes);
    }
    let days: BTreeSet<String> = more.keys().map(ToString::to_string).collect();
    let rows = day::Entity::find()
        .filter(day::Column::Sink.eq(sink))
        .filter(day::Column::RecordedOn.is_in(days))
        .all(reads)
        .await
        .map_err(during("read the lag of days"))?;
    let mut rows: BTreeMap<String, day::Model> = rows
        .into_iter()
        .map(|row| (row.recorded_on.clone(), row))
        .collect();
    for (on, more) in more {
        let before = rows.remove(&on.to_string());
        let version = before.as_ref().map(|row| row.version);
        let mut sum = before.as_ref().map(lag).transpose()?.unwrap_or_default();
        sum.merge(&more);
        let after = day::Model {
            sink: sink.to_owned(),
            recorded_on: on.to_string(),
            late: signed(sum.late),
            longest_ms: signed(sum.took.max()),
            buckets: serde_json::to_string(sum.took.counts())
                .map_err(|error| StoreFault::json("lag of a day", error))?,
            version: version.unwrap_or_default().saturating_add(1),
        };
        changes = match version {
            Some(version) => changes.update(Update::of(&after, version)),
            None => changes.insert(Insert::guarded(&after, Guard::Version)),
        };
    }
    Ok(changes)
}

/// How the stages of some days reached each sink, or one.
pub async fn lag_of_days(
    reads: &DatabaseConnection,
    sink: Option<&str>,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<BTreeMap<String, BTreeMap<String, DayLag>>, StoreFault> {
    let mut query = day::Entity::find()
        .filter(day::Column::RecordedOn.between(from.to_string(), to.to_string()));
    if let Some(sink) = sink {
        query = query.filter(day::Column::Sink.eq(sink));
    }
    let rows = query
        .all(reads)
        .await
        .map_err(during("read the lag of days"))?;
    let mut sinks = BTreeMap::<_, BTreeMap<_, _>>::new();
    for row in rows {
        let day = lag(&row)?;
        sinks
            .entry(row.sink)
            .or_default()
            .insert(row.recorded_on, day);
    }
    Ok(sinks)
}

fn lag(row: &day::Model) -> Result<DayLag, StoreFault> {
    let counts = serde_json::from_str(&row.buckets)
        .map_err(|error| StoreFault::json("lag of a day", error))?;
    Ok(DayLag {
        took: Histogram::of(counts, u64::try_from(row.longest_ms).unwrap_or_default()),
        late: u64::try_from(row.late).unwrap_or_default(),
    })
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
