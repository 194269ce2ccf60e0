//! Changes of the calendar as rows: each change with its act, and the days it set.
//! They are only added to; the shipped table is what they lie upon.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{
    ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter, QueryOrder, QuerySelect as _,
};

use crate::{
    calendar::{Act, CalendarChange, DayKind},
    kernel::{Localized, Problem, Text, parse_date},
    store::{StoreFault, during},
};

pub(crate) mod calendar_change {
    //! One row per change, in the order they were made.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "calendar_change")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) sequence: i64,
        pub(crate) act_title: String,
        pub(crate) act_number: String,
        pub(crate) act_on: String,
        pub(crate) reason: String,
        pub(crate) covers_to: Option<String>,
        pub(crate) calendar_version: String,
        pub(crate) set_at: DateTimeUtc,
        pub(crate) set_by: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod calendar_day {
    //! One row for each day of each change.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "calendar_day")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) day: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) sequence: i64,
        pub(crate) kind: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A change as it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredChange {
    /// Its place among all changes, from 1.
    pub sequence: i64,
    /// What it changed.
    pub change: CalendarChange,
    /// The version of the calendar since then.
    pub calendar_version: String,
    /// When it was made.
    pub set_at: DateTime<Utc>,
    /// The account that made it.
    pub set_by: String,
}

/// All changes, in order: few, however large the register.
pub async fn calendar_changes(reads: &DatabaseConnection) -> Result<Vec<StoredChange>, StoreFault> {
    let changes = calendar_change::Entity::find()
        .order_by_asc(calendar_change::Column::Sequence)
        .all(reads)
        .await
        .map_err(during("read the changes of the calendar"))?;
    let rows = calendar_day::Entity::find()
        .all(reads)
        .await
        .map_err(during("read the days of the calendar"))?;
    let mut days: BTreeMap<i64, BTreeMap<NaiveDate, DayKind>> = BTreeMap::new();
    for row in rows {
        let on = date(&row.day)?;
        days.entry(row.sequence)
            .or_default()
            .insert(on, kind(&row.kind)?);
    }
    changes
        .into_iter()
        .map(|row| {
            let days = days.remove(&row.sequence).unwrap_or_default();
            from_row(row, days)
        })
        .collect()
}

/// The changes that set one day, in order.
pub async fn calendar_changes_of(
    reads: &DatabaseConnection,
    on: NaiveDate,
) -> Result<Vec<StoredChange>, StoreFault> {
    let reading = "read the history of a day";
    let days = calendar_day::Entity::find()
        .filter(calendar_day::Column::Day.eq(on.to_string()))
        .all(reads)
        .await
        .map_err(during(reading))?;
    let kinds: BTreeMap<i64, &str> = days
        .iter()
        .map(|day| (day.sequence, day.kind.as_str()))
        .collect();
    let rows = calendar_change::Entity::find()
        .filter(calendar_change::Column::Sequence.is_in(kinds.keys().copied()))
        .order_by_asc(calendar_change::Column::Sequence)
        .all(reads)
        .await
        .map_err(during(reading))?;
    rows.into_iter()
        .map(|row| {
            let set = kinds.get(&row.sequence).copied().unwrap_or_default();
            from_row(row, BTreeMap::from([(on, kind(set)?)]))
        })
        .collect()
}

/// The place of the last change; 0 before the first.
pub async fn last_sequence(reads: &DatabaseConnection) -> Result<i64, StoreFault> {
    let last: Option<i64> = calendar_change::Entity::find()
        .select_only()
        .column(calendar_change::Column::Sequence)
        .order_by_desc(calendar_change::Column::Sequence)
        .limit(1)
        .into_tuple()
        .one(reads)
        .await
        .map_err(during("look for the last change of the calendar"))?;
    Ok(last.unwrap_or_default())
}

/// The rows of a change.
pub(crate) fn to_rows(
    stored: &StoredChange,
) -> Result<(calendar_change::Model, Vec<calendar_day::Model>), StoreFault> {
    let StoredChange {
        sequence, change, ..
    } = stored;
    let row = calendar_change::Model {
        sequence: *sequence,
        act_title: json(&change.act.title)?,
        act_number: change.act.number.to_string(),
        act_on: change.act.dated_on.to_string(),
        reason: json(&change.reason)?,
        covers_to: change.covers_to.map(|to| to.to_string()),
        calendar_version: stored.calendar_version.clone(),
        set_at: stored.set_at,
        set_by: stored.set_by.clone(),
    };
    let days = change.days.iter().map(|(on, kind)| calendar_day::Model {
        day: on.to_string(),
        sequence: *sequence,
        kind: kind.as_str().to_owned(),
    });
    Ok((row, days.collect()))
}

fn from_row(
    row: calendar_change::Model,
    days: BTreeMap<NaiveDate, DayKind>,
) -> Result<StoredChange, StoreFault> {
    Ok(StoredChange {
        sequence: row.sequence,
        change: CalendarChange {
            act: act(&row.act_title, &row.act_number, &row.act_on)?,
            reason: from_json(&row.reason)?,
            days,
            covers_to: row.covers_to.as_deref().map(date).transpose()?,
        },
        calendar_version: row.calendar_version,
        set_at: row.set_at,
        set_by: row.set_by,
    })
}

/// Reads an act from its columns.
pub(crate) fn act(title: &str, number: &str, dated_on: &str) -> Result<Act, StoreFault> {
    Ok(Act {
        title: from_json(title)?,
        number: Text::parse(number).map_err(|problem| corrupt(&problem))?,
        dated_on: date(dated_on)?,
    })
}

/// A text in three languages as its column has it.
pub(crate) fn json(text: &Localized) -> Result<String, StoreFault> {
    serde_json::to_string(text).map_err(|error| StoreFault::json("text of a change", error))
}

/// Reads a text in three languages from its column.
pub(crate) fn from_json(text: &str) -> Result<Localized, StoreFault> {
    serde_json::from_str(text).map_err(|error| StoreFault::json("text of a change", error))
}

fn date(text: &str) -> Result<NaiveDate, StoreFault> {
    parse_date(text).map_err(|problem| corrupt(&problem))
}

fn corrupt(problem: &Problem) -> StoreFault {
    StoreFault::corrupt("change of the calendar", problem.to_string())
}

fn kind(code: &str) -> Result<DayKind, StoreFault> {
    let mut kinds = DayKind::ALL.into_iter();
    kinds
        .find(|kind| kind.as_str() == code)
        .ok_or_else(|| StoreFault::corrupt("day of the calendar", "has an unknown kind"))
}
