//! Cells as rows, the histories that they are made of, and their sums over a period.
//! A sum never looks at another provider's cells, nor at days outside the period.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait as _, DatabaseConnection, EntityTrait as _,
    FromQueryResult, IdenStatic as _, JoinType, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
    sea_query::{Expr, ExprTrait as _, Query, SelectStatement},
};
use uuid::Uuid;

use super::model::{Cell, codes};
use crate::{
    journal::{STAGE, StageFact, reader_cursor},
    store::{Changes, Guard, Insert, StoreFault, Update, during, journal_head, journal_row},
};

pub(crate) mod statistics_cell {
    //! One row per cell: how many applications are alike. Days are ISO 8601 texts, which compare as they
    //! follow each other.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "statistics_cell")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) cell: String,
        pub(crate) provider_id: String,
        pub(crate) received_on: String,
        pub(crate) registered_on: Option<String>,
        pub(crate) ended_on: Option<String>,
        pub(crate) procedure: String,
        pub(crate) form: String,
        pub(crate) result: String,
        pub(crate) grounds: String,
        pub(crate) timeliness: String,
        pub(crate) filed_late: bool,
        pub(crate) working_days: Option<i32>,
        pub(crate) applications: i64,
        pub(crate) version: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(super) use statistics_cell::Column;
use statistics_cell::{Entity, Model};

/// How many keys a statement may name. Few sizes make few texts, which stay prepared; what is over is
/// filled with the last key.
const SIZES: [usize; 5] = [1, 8, 64, 256, 1024];

fn padded<K: Clone>(keys: impl IntoIterator<Item = K>) -> Vec<K> {
    let mut keys: Vec<K> = keys.into_iter().collect();
    let size = SIZES.into_iter().find(|size| *size >= keys.len());
    if let (Some(size), Some(last)) = (size, keys.last().cloned()) {
        keys.resize(size, last);
    }
    keys
}

/// A fact of a history as it was recorded, with its number; a fault if it cannot be read.
pub(super) type Recorded = (i64, Result<StageFact, StoreFault>);

/// The stages of applications, up to one of the journal's numbers.
pub(super) async fn histories(
    reads: &DatabaseConnection,
    applications: &BTreeSet<Uuid>,
    through: i64,
) -> Result<BTreeMap<Uuid, Vec<Recorded>>, StoreFault> {
    let mut histories = BTreeMap::<Uuid, Vec<Recorded>>::new();
    if applications.is_empty() {
        return Ok(histories);
    }
    let asked = padded(applications.iter().copied());
    let rows = journal_row::Entity::find()
        .select_only()
        .columns([
            journal_row::Column::Subject,
            journal_row::Column::Number,
            journal_row::Column::Body,
        ])
        .filter(journal_row::Column::Subject.is_in(asked))
        .filter(journal_row::Column::Kind.eq(STAGE))
        .filter(journal_row::Column::Number.lte(through))
        .into_tuple::<(Uuid, i64, String)>()
        .all(reads);
    let mut rows = rows.await.map_err(during("read histories to count them"))?;
    rows.sort_unstable_by_key(|(_, number, _)| *number);
    for (application, number, body) in rows {
        let history = histories.entry(application).or_default();
        history.push((number, StageFact::from_body(&body)));
    }
    Ok(histories)
}

/// Adds to changes what applications became more or fewer, cell by cell.
pub(super) async fn counted(
    reads: &DatabaseConnection,
    more: BTreeMap<Cell, i64>,
    mut changes: Changes,
) -> Result<Changes, StoreFault> {
    let more: BTreeMap<String, (Cell, i64)> = more
        .into_iter()
        .filter(|(_, more)| *more != 0)
        .map(|(cell, more)| (cell.key(), (cell, more)))
        .collect();
    let mut stand = BTreeMap::new();
    if !more.is_empty() {
        let asked = padded(more.keys().cloned());
        let rows = Entity::find().filter(Column::Cell.is_in(asked)).all(reads);
        let rows = rows.await.map_err(during("read cells of the statistics"))?;
        stand.extend(rows.into_iter().map(|row| (row.cell.clone(), row)));
    }
    for (key, (cell, more)) in more {
        changes = if let Some(before) = stand.remove(&key) {
            let applications = before.applications.saturating_add(more);
            changed(changes, before, applications)
        } else {
            let row = to_row(cell, key, more);
            changes.insert(Insert::guarded(&row, Guard::Version))
        };
    }
    Ok(changes)
}

fn changed(changes: Changes, before: Model, applications: i64) -> Changes {
    let version_before = before.version;
    let after = Model {
        applications,
        version: version_before.saturating_add(1),
        ..before
    };
    changes.update(Update::of(&after, version_before))
}

fn to_row(cell: Cell, key: String, applications: i64) -> Model {
    let day = |on: NaiveDate| on.to_string();
    Model {
        cell: key,
        provider_id: cell.provider_id,
        received_on: day(cell.received_on),
        registered_on: cell.registered_on.map(day),
        ended_on: cell.ended_on.map(day),
        procedure: cell.procedure.code().to_owned(),
        form: cell.form.code().to_owned(),
        result: cell.outcome.code().to_owned(),
        grounds: codes(&cell.grounds),
        timeliness: cell.timeliness.code().to_owned(),
        filed_late: cell.filed_late,
        working_days: cell.working_days,
        applications,
        version: 1,
    }
}

/// Empties some cells after one, in the order of their keys; gives the last of them, none at the end.
pub(super) async fn emptied(
    reads: &DatabaseConnection,
    after: &str,
    limit: u64,
    mut changes: Changes,
) -> Result<(Changes, Option<String>), StoreFault> {
    let rows = Entity::find()
        .filter(Column::Cell.gt(after))
        .order_by_asc(Column::Cell)
        .limit(limit)
        .all(reads);
    let rows = rows.await.map_err(during("read cells of the statistics"))?;
    let last = rows.last().map(|row| row.cell.clone());
    for row in rows {
        changes = changed(changes, row, 0);
    }
    Ok((changes, last))
}

/// Which cells are summed up, and what of them is told apart beside result, grounds, timeliness, late
/// filing and working days.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    /// The day of an application that lies in the period.
    pub(super) day: Column,
    pub(super) from: NaiveDate,
    pub(super) to: NaiveDate,
    pub(super) providers: Vec<String>,
    /// Any if none is named.
    pub(super) procedures: BTreeSet<&'static str>,
    /// Any if none is named.
    pub(super) forms: BTreeSet<&'static str>,
    pub(super) by_provider: bool,
    pub(super) by_procedure: bool,
    pub(super) by_form: bool,
    pub(super) by: DayPart,
    /// How many sums at most.
    pub(super) limit: u64,
}

/// How much of a day is told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DayPart {
    Nothing,
    Month,
    Day,
}

/// How far the journal was counted when the sums were made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Through {
    pub(super) number: i64,
    pub(super) at: Option<DateTime<Utc>>,
    pub(super) head: i64,
}

/// A sum; what is not told apart is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sum {
    pub(super) provider_id: String,
    pub(super) period: String,
    pub(super) procedure: String,
    pub(super) form: String,
    pub(super) result: String,
    pub(super) grounds: String,
    pub(super) timeliness: String,
    pub(super) filed_late: bool,
    pub(super) working_days: Option<i32>,
    pub(super) applications: i64,
}

/// A row of the answer: how far was counted and, if there is one, a sum.
#[derive(FromQueryResult)]
struct Line {
    position: Option<i64>,
    at: Option<DateTime<Utc>>,
    head: i64,
    provider_id: Option<String>,
    period: Option<String>,
    procedure: Option<String>,
    form: Option<String>,
    result: Option<String>,
    grounds: Option<String>,
    timeliness: Option<String>,
    filed_late: Option<bool>,
    working_days: Option<i32>,
    applications: Option<i64>,
}

impl Line {
    const COLUMNS: [&str; 10] = [
        "provider_id",
        "period",
        "procedure",
        "form",
        "result",
        "grounds",
        "timeliness",
        "filed_late",
        "working_days",
        "applications",
    ];

    fn through(&self) -> Through {
        Through {
            number: Ord::max(self.position.unwrap_or_default(), 0),
            at: self.at,
            head: self.head,
        }
    }

    fn sum(self) -> Option<Sum> {
        Some(Sum {
            provider_id: self.provider_id?,
            period: self.period?,
            procedure: self.procedure?,
            form: self.form?,
            result: self.result?,
            grounds: self.grounds?,
            timeliness: self.timeliness?,
            filed_late: self.filed_late?,
            working_days: self.working_days,
            applications: self.applications?,
        })
    }
}

impl Asked {
    /// Sums up, and tells through which fact: one statement, so that both are of one moment.
    pub(super) async fn sums(
        &self,
        reads: &DatabaseConnection,
        reader: &'static str,
    ) -> Result<(Through, Vec<Sum>), StoreFault> {
        let operation = "sum up statistics";
        let rows = reads.query_all(&self.query(reader)).await;
        let rows = rows.map_err(during(operation))?;
        let lines = rows.iter().map(|row| Line::from_query_result(row, ""));
        let lines: Vec<Line> = lines.collect::<Result<_, _>>().map_err(during(operation))?;
        let through = lines.first().map(Line::through).unwrap_or_default();
        Ok((through, lines.into_iter().filter_map(Line::sum).collect()))
    }

    fn query(&self, reader: &'static str) -> SelectStatement {
        const SUMS: &str = "sums";
        let head = |column| Expr::col((journal_head::Entity, column));
        let cursor = |column| Expr::col((reader_cursor::Entity, column));
        let fact = |column| Expr::col((journal_row::Entity, column));
        let of_reader = cursor(reader_cursor::Column::Reader).eq(reader);
        let counted_last = fact(journal_row::Column::Number)
            .equals((reader_cursor::Entity, reader_cursor::Column::Position));
        let mut query = Query::select();
        query
            .expr_as(cursor(reader_cursor::Column::Position), "position")
            .expr_as(fact(journal_row::Column::At), "at")
            .expr_as(head(journal_head::Column::Number), "head")
            .columns(Line::COLUMNS.map(|column| (SUMS, column)))
            .from(journal_head::Entity)
            .left_join(reader_cursor::Entity, of_reader)
            .left_join(journal_row::Entity, counted_last)
            .join_subquery(JoinType::LeftJoin, self.summed(), SUMS, Expr::cust("1 = 1"))
            .and_where(head(journal_head::Column::Id).eq(1));
        query
    }

    fn summed(&self) -> SelectStatement {
        let column = |told: bool, column: Column| told.then(|| Expr::col(column));
        let period = match self.by {
            DayPart::Nothing => None,
            DayPart::Month => Some(Expr::cust(format!("substr({}, 1, 7)", self.day.as_str()))),
            DayPart::Day => Some(Expr::col(self.day)),
        };
        let told = [
            column(self.by_provider, Column::ProviderId),
            period,
            column(self.by_procedure, Column::Procedure),
            column(self.by_form, Column::Form),
        ];
        let mut sums = Query::select();
        sums.from(Entity);
        for (name, told) in Line::COLUMNS.into_iter().zip(told) {
            let nothing = || Expr::cust("''");
            sums.expr_as(told.clone().unwrap_or_else(nothing), name);
            sums.add_group_by(told);
        }
        let always = [
            Column::Result,
            Column::Grounds,
            Column::Timeliness,
            Column::FiledLate,
            Column::WorkingDays,
        ];
        sums.columns(always).group_by_columns(always);
        let total = Expr::col(Column::Applications).sum().cast_as("bigint");
        sums.expr_as(total, "applications")
            .cond_where(self.condition())
            .limit(self.limit)
            .take()
    }

    /// The same cells, one by one: whether an index finds them does not depend on what is told apart.
    #[cfg(test)]
    pub(super) fn cells(&self) -> sea_orm::Select<Entity> {
        Entity::find().filter(self.condition())
    }

    fn condition(&self) -> Condition {
        let among = |column: Column, codes: &BTreeSet<&'static str>| {
            let codes = codes.iter().copied();
            (codes.len() > 0).then(|| column.is_in(codes))
        };
        Condition::all()
            .add(Column::ProviderId.is_in(self.providers.iter().map(String::as_str)))
            .add(self.day.between(self.from.to_string(), self.to.to_string()))
            .add(Column::Applications.ne(0))
            .add_option(among(Column::Procedure, &self.procedures))
            .add_option(among(Column::Form, &self.forms))
    }
}
