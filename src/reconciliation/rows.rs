//! Days, comparisons and differences as rows. They never hold more of a stage than its place and code.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter};

use super::model::{Day, Found, Handling, Kind, State};
use crate::{
    kernel::parse_date,
    store::{Changes, Guard, Insert, StoreFault, Update, during},
};

pub(crate) mod stage_day {
    //! One row for each day on which stages of a provider happened: where in the journal they stand.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "stage_day")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) day_on: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) provider_bin: String,
        pub(crate) first_number: i64,
        pub(crate) last_number: i64,
        pub(crate) stages: i64,
        pub(crate) version: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod reconciliation {
    //! One row for each day, provider and sink that was compared, or is to be.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "reconciliation")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) sink: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) day_on: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) provider_bin: String,
        pub(crate) state: String,
        pub(crate) through_number: i64,
        pub(crate) stages: i64,
        pub(crate) parked_stages: i64,
        pub(crate) skipped_stages: i64,
        pub(crate) digest: String,
        pub(crate) sink_stages: i64,
        pub(crate) sink_digest: String,
        pub(crate) differences: i32,
        pub(crate) has_more: bool,
        pub(crate) questions: i32,
        pub(crate) compared_at: Option<DateTimeUtc>,
        pub(crate) fault: String,
        pub(crate) asked_by: String,
        pub(crate) version: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod reconciliation_difference {
    //! One row for each difference that was ever found.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "reconciliation_difference")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) sink: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) event_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) kind: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) day_on: String,
        pub(crate) provider_bin: String,
        pub(crate) state: String,
        pub(crate) application_number: String,
        pub(crate) sequence: i32,
        pub(crate) stage: String,
        pub(crate) number: i64,
        pub(crate) stages: i32,
        pub(crate) reason: String,
        pub(crate) found_at: DateTimeUtc,
        pub(crate) changed_at: DateTimeUtc,
        pub(crate) version: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use reconciliation as compared;
use reconciliation_difference as difference;

pub(super) type DayRow = stage_day::Model;
pub(super) type ComparedRow = compared::Model;
pub(super) type DifferenceRow = difference::Model;

/// How many stages of a day were seen, and where in the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) first: i64,
    pub(super) last: i64,
    pub(super) stages: i64,
}

/// Adds what was seen of days to what was seen before.
pub(super) async fn seen(
    reads: &DatabaseConnection,
    more: BTreeMap<Day, Span>,
    mut changes: Changes,
) -> Result<Changes, StoreFault> {
    if more.is_empty() {
        return Ok(changes);
    }
    let days: Vec<String> = more.keys().map(|day| day.on.to_string()).collect();
    let rows = stage_day::Entity::find()
        .filter(stage_day::Column::DayOn.is_in(days))
        .all(reads)
        .await
        .map_err(during("read days of stages"))?;
    let mut stand: BTreeMap<(String, String), stage_day::Model> = rows
        .into_iter()
        .map(|row| ((row.day_on.clone(), row.provider_bin.clone()), row))
        .collect();
    for (day, span) in more {
        let key = (day.on.to_string(), day.provider_bin);
        changes = if let Some(before) = stand.remove(&key) {
            let after = stage_day::Model {
                first_number: before.first_number.min(span.first),
                last_number: before.last_number.max(span.last),
                stages: before.stages.saturating_add(span.stages),
                version: before.version.saturating_add(1),
                ..before
            };
            changes.update(Update::of(&after, before.version))
        } else {
            let row = stage_day::Model {
                day_on: key.0,
                provider_bin: key.1,
                first_number: span.first,
                last_number: span.last,
                stages: span.stages,
                version: 1,
            };
            changes.insert(Insert::guarded(&row, Guard::Version))
        };
    }
    Ok(changes)
}

/// The comparison of a day with a sink, if there is one.
pub(super) async fn comparison(
    reads: &DatabaseConnection,
    sink: &str,
    day: &Day,
) -> Result<Option<ComparedRow>, StoreFault> {
    let key = (
        sink.to_owned(),
        day.on.to_string(),
        day.provider_bin.clone(),
    );
    compared::Entity::find_by_id(key)
        .one(reads)
        .await
        .map_err(during("read a comparison"))
}

/// The comparisons of days with a sink, new ones where there are none.
pub(super) async fn comparisons(
    reads: &DatabaseConnection,
    sink: &str,
    days: &[Day],
) -> Result<Vec<ComparedRow>, StoreFault> {
    let on: Vec<String> = days.iter().map(|day| day.on.to_string()).collect();
    if on.is_empty() {
        return Ok(Vec::new());
    }
    let rows = compared::Entity::find()
        .filter(compared::Column::Sink.eq(sink))
        .filter(compared::Column::DayOn.is_in(on))
        .all(reads)
        .await
        .map_err(during("read comparisons"))?;
    let mut stand: BTreeMap<_, _> = rows
        .into_iter()
        .map(|row| ((row.day_on.clone(), row.provider_bin.clone()), row))
        .collect();
    let of_day = |day: &Day| {
        stand
            .remove(&(day.on.to_string(), day.provider_bin.clone()))
            .unwrap_or_else(|| new_comparison(sink, day))
    };
    Ok(days.iter().map(of_day).collect())
}

/// A comparison that was never made.
pub(super) fn new_comparison(sink: &str, day: &Day) -> ComparedRow {
    ComparedRow {
        sink: sink.to_owned(),
        day_on: day.on.to_string(),
        provider_bin: day.provider_bin.clone(),
        state: State::Due.as_str().to_owned(),
        through_number: 0,
        stages: 0,
        parked_stages: 0,
        skipped_stages: 0,
        digest: String::new(),
        sink_stages: 0,
        sink_digest: String::new(),
        differences: 0,
        has_more: false,
        questions: 0,
        compared_at: None,
        fault: String::new(),
        asked_by: String::new(),
        version: 0,
    }
}

/// Writes a comparison over the version that it was read in; 0 is that of a new one.
pub(super) fn saved(changes: Changes, mut row: ComparedRow) -> Changes {
    let before = row.version;
    row.version = before.saturating_add(1);
    if before == 0 {
        changes.insert(Insert::guarded(&row, Guard::Version))
    } else {
        changes.update(Update::of(&row, before))
    }
}

/// The row of a difference that was found for the first time.
pub(super) fn new_difference(
    sink: &str,
    day: &Day,
    found: &Found,
    at: DateTime<Utc>,
) -> DifferenceRow {
    let (stage, stages) = match found {
        Found::Missing(stage) | Found::Changed(stage) => (Some(stage), 1),
        Found::Unknown { count, .. } => (None, i32::try_from(*count).unwrap_or(i32::MAX)),
    };
    DifferenceRow {
        sink: sink.to_owned(),
        event_id: found.event_id(),
        kind: found.kind().as_str().to_owned(),
        day_on: day.on.to_string(),
        provider_bin: day.provider_bin.clone(),
        state: Handling::Open.as_str().to_owned(),
        application_number: stage
            .map(|it| it.application_number.clone())
            .unwrap_or_default(),
        sequence: stage.map(|it| it.sequence).unwrap_or_default(),
        stage: stage.map(|it| it.stage.clone()).unwrap_or_default(),
        number: stage.map(|it| it.number).unwrap_or_default(),
        stages,
        reason: String::new(),
        found_at: at,
        changed_at: at,
        version: 0,
    }
}

/// Writes a difference over the version that it was read in; 0 is that of a new one.
pub(super) fn saved_difference(changes: Changes, mut row: DifferenceRow) -> Changes {
    let before = row.version;
    row.version = before.saturating_add(1);
    if before == 0 {
        changes.insert(Insert::guarded(&row, Guard::Version))
    } else {
        changes.update(Update::of(&row, before))
    }
}

impl DifferenceRow {
    /// What is different.
    pub(super) fn kind(&self) -> Result<Kind, StoreFault> {
        Kind::parse(&self.kind).ok_or_else(|| StoreFault::corrupt("difference", "is of no kind"))
    }

    /// What was done about it.
    pub(super) fn handling(&self) -> Result<Handling, StoreFault> {
        Handling::parse(&self.state)
            .ok_or_else(|| StoreFault::corrupt("difference", "is in no state"))
    }

    /// The same, handled otherwise since a moment.
    pub(super) fn handled(mut self, handling: Handling, at: DateTime<Utc>) -> Self {
        if self.state != handling.as_str() {
            handling.as_str().clone_into(&mut self.state);
            self.changed_at = at;
        }
        self
    }

    /// The day that it is of.
    pub(super) fn day(&self) -> Result<Day, StoreFault> {
        Ok(Day {
            on: parse_date(&self.day_on)
                .map_err(|_unreadable| StoreFault::corrupt("difference", "is on no day"))?,
            provider_bin: self.provider_bin.clone(),
        })
    }
}
