//! Reading the journal: onwards from a number, or all stages of one application.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::STAGE;
use crate::store::{
    StoreFault, during,
    journal_row::{Column, Entity, Model},
    read_journal_head,
};

/// A fact as it stands in the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalRow {
    /// Its number; the next fact has the next number.
    pub number: i64,
    /// The object it tells of.
    pub subject: Uuid,
    /// Its kind.
    pub kind: String,
    /// JSON.
    pub body: String,
    /// When it was decided.
    pub at: DateTime<Utc>,
}

/// How far the order of moments may differ from that of numbers: a fact is numbered when it is
/// committed, some seconds after it was decided, and processes have clocks of their own.
const DISORDER: TimeDelta = TimeDelta::minutes(5);

/// The number of the last fact; 0 before the first.
pub async fn head(reads: &DatabaseConnection) -> Result<i64, StoreFault> {
    read_journal_head(reads).await
}

/// The facts after a number, in order, at most `limit`.
pub async fn read(
    reads: &DatabaseConnection,
    after: i64,
    limit: u64,
) -> Result<Vec<JournalRow>, StoreFault> {
    let rows = Entity::find()
        .filter(Column::Number.gt(after))
        .order_by_asc(Column::Number)
        .limit(limit)
        .all(reads)
        .await
        .map_err(during("read the journal"))?;
    Ok(rows.into_iter().map(from_row).collect())
}

/// When the fact with a number was decided; none if there is no such fact yet.
pub async fn decided_at(
    reads: &DatabaseConnection,
    number: i64,
) -> Result<Option<DateTime<Utc>>, StoreFault> {
    let row = Entity::find_by_id(number)
        .one(reads)
        .await
        .map_err(during("read a fact's moment"))?;
    Ok(row.map(|row| row.at))
}

/// The first stage fact behind a number; none if no stage was recorded since.
pub async fn first_stage_after(
    reads: &DatabaseConnection,
    after: i64,
) -> Result<Option<JournalRow>, StoreFault> {
    let row = Entity::find()
        .filter(Column::Number.gt(after))
        .filter(Column::Kind.eq(STAGE))
        .order_by_asc(Column::Number)
        .one(reads)
        .await
        .map_err(during("look for the next stage"))?;
    Ok(row.map(from_row))
}

/// The number after which all facts lie that were decided at a moment or later; some before it, too. It
/// is looked for by halving.
pub async fn position_before(
    reads: &DatabaseConnection,
    moment: DateTime<Utc>,
) -> Result<i64, StoreFault> {
    let from = moment.checked_sub_signed(DISORDER).unwrap_or(moment);
    let (mut before, mut after) = (0_i64, head(reads).await?.saturating_add(1));
    // All up to `before` are earlier, `after` and what follows is not.
    while before.saturating_add(1) < after {
        let middle = before.midpoint(after);
        match decided_at(reads, middle).await? {
            Some(at) if at < from => before = middle,
            Some(_) | None => after = middle,
        }
    }
    Ok(before)
}

/// The facts of some numbers, in order.
pub async fn rows_at(
    reads: &DatabaseConnection,
    numbers: Vec<i64>,
) -> Result<Vec<JournalRow>, StoreFault> {
    let rows = Entity::find()
        .filter(Column::Number.is_in(numbers))
        .order_by_asc(Column::Number)
        .all(reads)
        .await
        .map_err(during("read facts by their numbers"))?;
    Ok(rows.into_iter().map(from_row).collect())
}

/// All stage facts of an application, in order.
pub async fn stage_rows_of(
    reads: &DatabaseConnection,
    application: Uuid,
) -> Result<Vec<JournalRow>, StoreFault> {
    let rows = Entity::find()
        .filter(Column::Subject.eq(application))
        .filter(Column::Kind.eq(STAGE))
        .order_by_asc(Column::Number)
        .all(reads)
        .await
        .map_err(during("read the stages of an application"))?;
    Ok(rows.into_iter().map(from_row).collect())
}

/// Who called one of these methods on an object: as many names as facts of it have.
pub async fn callers_of(
    reads: &DatabaseConnection,
    subject: Uuid,
    methods: &[&str],
) -> Result<BTreeSet<String>, StoreFault> {
    let callers: Vec<String> = Entity::find()
        .select_only()
        .column(Column::Caller)
        .filter(Column::Subject.eq(subject))
        .filter(Column::Method.is_in(methods.iter().copied()))
        .into_tuple()
        .all(reads)
        .await
        .map_err(during("look who acted on an object"))?;
    Ok(callers.into_iter().collect())
}

fn from_row(row: Model) -> JournalRow {
    JournalRow {
        number: row.number,
        subject: row.subject,
        kind: row.kind,
        body: row.body,
        at: row.at,
    }
}
