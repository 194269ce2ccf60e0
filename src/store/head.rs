//! The journal's head: the number of the last fact, and of the last one that changed reference data.
//! It is locked last, so that whoever holds it has seen every commit with a smaller number.

use std::collections::BTreeSet;

use sea_orm::{
    ConnectionTrait, DatabaseTransaction, EntityTrait as _, QueryResult,
    sea_query::{Expr, ExprTrait as _, Query},
};

use super::{StoreFault, batch::Writing, fault::during, rows::journal_head};

/// Where the head stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) number: i64,
    pub(super) reference: i64,
}

/// Moves the head on by so many facts; none if one of the batch was decided on reference data that is no
/// longer in force.
pub(super) async fn move_head(
    transaction: &DatabaseTransaction,
    count: i64,
    batch: &[&Writing],
) -> Result<Option<Head>, StoreFault> {
    let number = || Expr::col(journal_head::Column::Number).add(count);
    let mut head = Query::update();
    head.table(journal_head::Entity)
        .value(journal_head::Column::Number, number())
        .and_where(Expr::col(journal_head::Column::Id).eq(1));
    let renewed = renewed(batch);
    if let Some(rests_on) = renewed {
        let reference = journal_head::Column::Reference;
        head.value(reference, number())
            .and_where(Expr::col(reference).eq(rests_on));
    }
    head.returning(Query::returning().columns([
        journal_head::Column::Number,
        journal_head::Column::Reference,
    ]));
    let moving = "move the journal's head";
    let row = transaction.query_one(&head).await.map_err(during(moving))?;
    match row {
        Some(row) => in_force(&row, batch),
        None if renewed.is_some() => Ok(None),
        None => Err(StoreFault::corrupt("journal head", "is missing")),
    }
}

/// Where the head stands, unless one of the batch was decided on reference data that is no longer in force.
pub(super) fn in_force(row: &QueryResult, batch: &[&Writing]) -> Result<Option<Head>, StoreFault> {
    let head = head_of(row)?;
    let mut others = batch.iter().filter(|writing| !writing.renews_reference);
    let is_lost = others.any(|writing| is_outdated(writing, head.reference));
    Ok((!is_lost).then_some(head))
}

/// Where the head stands.
pub(super) fn head_of(row: &QueryResult) -> Result<Head, StoreFault> {
    let reading = during("read the journal's head");
    let (number, reference) = row.try_get_many_by_index().map_err(reading)?;
    Ok(Head { number, reference })
}

/// Which reference data the facts of a batch rest on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rests {
    /// Whatever is in force.
    OnAny,
    /// This.
    On(i64),
    /// One on other than another, which cannot both be in force.
    OnDifferent,
}

impl Rests {
    /// Which; none if it does not matter.
    pub(super) const fn on(self) -> Option<i64> {
        match self {
            Self::On(number) => Some(number),
            Self::OnAny | Self::OnDifferent => None,
        }
    }
}

/// Which reference data must be in force for a batch.
pub(super) fn rests(batch: &[&Writing]) -> Rests {
    let renewed = renewed(batch);
    let telling = batch.iter().filter(|writing| !writing.facts.is_empty());
    let all = telling.filter_map(|writing| writing.rests_on);
    let all: BTreeSet<i64> = all.chain(renewed).collect();
    match (all.len(), all.first()) {
        (_, None) => Rests::OnAny,
        (1, Some(number)) => Rests::On(*number),
        _ => Rests::OnDifferent,
    }
}

/// The change of the batch that changes the reference data, and which it rests on.
pub(super) fn renewed(batch: &[&Writing]) -> Option<i64> {
    let mut renewing = batch.iter().filter(|writing| writing.renews_reference);
    Some(renewing.next()?.rests_on.unwrap_or_default())
}

/// The number of the reference data that is in force.
pub(super) async fn reference(reads: &impl ConnectionTrait) -> Result<i64, StoreFault> {
    let row = journal_head::Entity::find_by_id(1)
        .one(reads)
        .await
        .map_err(during("read the number of the reference data"))?;
    row.map(|row| row.reference)
        .ok_or_else(|| StoreFault::corrupt("journal head", "is missing"))
}

/// Whether a change says something on reference data that is not in force.
pub(super) fn is_outdated(writing: &Writing, reference: i64) -> bool {
    let is_older = |rests_on| rests_on != reference;
    !writing.facts.is_empty() && writing.rests_on.is_some_and(is_older)
}
