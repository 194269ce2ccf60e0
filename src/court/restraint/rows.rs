//! The acts of courts that have an effect on entries, with the cases they are of.
//! It never says what they come to.

use sea_orm::{
    ColumnTrait as _, DatabaseConnection, EntityTrait as _, JoinType, QueryFilter as _,
    QuerySelect as _, RelationDef, SelectTwo,
    sea_query::{Expr, ExprTrait as _, IntoColumnRef, Query, SelectStatement},
};
use uuid::Uuid;

use crate::{
    court::{
        effect::Effect,
        rows::{act, case},
    },
    kernel::EntryId,
    register::rows::share_claim,
    store::{StoreFault, during},
};

/// An act with an effect on an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EntryAct {
    pub(in crate::court) act: act::Model,
    pub(in crate::court) case: case::Model,
}

impl EntryAct {
    pub(super) fn effect(&self) -> Result<Effect, StoreFault> {
        Effect::from_code(&self.act.effect)
            .ok_or_else(|| StoreFault::corrupt("court act", "has an unknown effect"))
    }
}

/// The acts with an effect on some entries, in the order in which they were recorded.
pub(crate) async fn acts_on(
    reads: &DatabaseConnection,
    entries: &[Uuid],
) -> Result<Vec<EntryAct>, StoreFault> {
    // Asked for none, an engine would look through all.
    if entries.is_empty() {
        return Ok(Vec::new());
    }
    let mut acts = read(acts_on_query(entries), reads).await?;
    acts.sort_by_key(|one| {
        (
            one.act.recorded_at,
            one.act.court_case_id,
            one.act.case_version,
        )
    });
    Ok(acts)
}

/// The acts with an effect on an entry, in no order.
pub(super) async fn acts_of_entry(
    reads: &DatabaseConnection,
    entry: EntryId,
) -> Result<Vec<EntryAct>, StoreFault> {
    read(acts_on_query(&[entry.get()]), reads).await
}

/// Those of the entry that made the claim on a share, in no order.
pub(super) async fn acts_of_share(
    reads: &DatabaseConnection,
    share_key: &str,
) -> Result<Vec<EntryAct>, StoreFault> {
    read(acts_on_share(share_key), reads).await
}

async fn read(
    query: SelectTwo<act::Entity, case::Entity>,
    reads: &DatabaseConnection,
) -> Result<Vec<EntryAct>, StoreFault> {
    let rows = query.all(reads).await;
    let rows = rows.map_err(during("read acts of courts on entries"))?;
    let found = |(act, case): (_, Option<_>)| {
        let case = case.ok_or_else(|| StoreFault::corrupt("court act", "is of no case"))?;
        Ok(EntryAct { act, case })
    };
    rows.into_iter().map(found).collect()
}

fn acts_where(condition: Expr, join: Option<RelationDef>) -> SelectTwo<act::Entity, case::Entity> {
    let of: RelationDef = act::Entity::belongs_to(case::Entity)
        .from(act::Column::CourtCaseId)
        .to(case::Column::Id)
        .into();
    let mut acts = act::Entity::find();
    if let Some(join) = join {
        acts = acts.join(JoinType::InnerJoin, join);
    }
    acts.join(JoinType::InnerJoin, of)
        .filter(condition)
        .select_also(case::Entity)
}

fn acts_on_query(entries: &[Uuid]) -> SelectTwo<act::Entity, case::Entity> {
    acts_where(act::Column::EntryId.is_in(entries.iter().copied()), None)
}

/// Of the entry that made the claim on a share, whether it stands or was closed.
fn acts_on_share(share_key: &str) -> SelectTwo<act::Entity, case::Entity> {
    let on: RelationDef = act::Entity::belongs_to(share_claim::Entity)
        .from(act::Column::EntryId)
        .to(share_claim::Column::EntryId)
        .into();
    acts_where(share_claim::Column::ShareKey.eq(share_key), Some(on))
}

/// Whether there is an act with an effect on the entry that a column of a query names.
pub(crate) fn has_acts_on_entry(entry: impl IntoColumnRef) -> Expr {
    let acts = Query::select()
        .column((act::Entity, act::Column::EntryId))
        .from(act::Entity)
        .and_where(Expr::col((act::Entity, act::Column::EntryId)).equals(entry))
        .to_owned();
    is_found(acts)
}

/// The same of the entry that made the claim on the share that a column names.
pub(crate) fn has_acts_on_share(share: impl IntoColumnRef) -> Expr {
    let claimed = (share_claim::Entity, share_claim::Column::EntryId);
    let claims = Query::select()
        .column((share_claim::Entity, share_claim::Column::ShareKey))
        .from(share_claim::Entity)
        .and_where(Expr::col((share_claim::Entity, share_claim::Column::ShareKey)).equals(share))
        .and_where(has_acts_on_entry(claimed))
        .to_owned();
    is_found(claims)
}

/// Of `EXISTS` PostgreSQL may look through the whole table once and keep it, for it believes to save looks.
fn is_found(mut rows: SelectStatement) -> Expr {
    rows.limit(1);
    Expr::SubQuery(None, Box::new(rows.into())).is_not_null()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::test_support::{require_index, temporary};

    #[tokio::test]
    async fn acts_on_entries_are_found_by_the_index() {
        let temporary = temporary().await;
        for count in [1, 4] {
            let query = acts_on_query(&vec![Uuid::nil(); count]);
            require_index(&temporary.store, &query, "ix_court_act_entry").await;
        }
        let query = acts_on_share("a|b|c|d");
        require_index(&temporary.store, &query, "ix_court_act_entry").await;
    }
}
