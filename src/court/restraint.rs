//! What acts of courts mean for an entry, now or at a moment: read from the acts, which never change.
//! It never decides anything: that an entry is suspended, whoever changes it is told by the claim on its share.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait as _, DatabaseConnection, EntityTrait as _, JoinType, QueryFilter as _,
    QuerySelect as _, RelationDef, SelectTwo, sea_query::Expr,
};
use uuid::Uuid;

use super::{
    effect::{Effect, Restraint},
    rows::{act, case},
};
use crate::{
    kernel::{CourtCaseId, EntryId},
    register::rows::share_claim,
    store::{StoreFault, during},
};

/// What a case means for an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Restrained {
    pub(crate) case: CourtCaseId,
    /// Number of the case here.
    pub(crate) case_number: String,
    /// Whose entry it is, and who keeps it.
    pub(crate) cooperative_bin: String,
    pub(crate) provider_id: String,
    pub(crate) restraint: Restraint,
    /// Since when the register says so.
    pub(crate) since: DateTime<Utc>,
}

/// An act with an effect on an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EntryAct {
    pub(super) act: act::Model,
    pub(super) case: case::Model,
}

impl EntryAct {
    fn effect(&self) -> Result<Effect, StoreFault> {
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

/// What the cases mean for an entry, now or at a moment; what began first is told first.
pub(crate) async fn restraints_of_entry(
    reads: &DatabaseConnection,
    entry: EntryId,
    as_of: Option<DateTime<Utc>>,
) -> Result<Vec<Restrained>, StoreFault> {
    let acts = read(acts_on_query(&[entry.get()]), reads).await?;
    restraints(acts, as_of)
}

/// What the cases mean for the entry that made the claim on a share.
pub(crate) async fn restraints_on_share(
    reads: &DatabaseConnection,
    share_key: &str,
) -> Result<Vec<Restrained>, StoreFault> {
    restraints(read(acts_on_share(share_key), reads).await?, None)
}

/// What acts on one entry come to. Those of one case follow each other by number and not by moment:
/// whatever the clock did, the later one counts.
fn restraints(
    mut acts: Vec<EntryAct>,
    as_of: Option<DateTime<Utc>>,
) -> Result<Vec<Restrained>, StoreFault> {
    acts.sort_by_key(|one| (one.act.court_case_id, one.act.case_version));
    if let Some(at) = as_of {
        let mut last: BTreeMap<Uuid, i64> = BTreeMap::new();
        for EntryAct { act, .. } in acts.iter().filter(|one| one.act.recorded_at <= at) {
            last.insert(act.court_case_id, act.case_version);
        }
        acts.retain(|EntryAct { act, .. }| {
            let last = last.get(&act.court_case_id);
            last.is_some_and(|last| act.case_version <= *last)
        });
    }
    let mut cases: BTreeMap<Uuid, Restrained> = BTreeMap::new();
    for one in acts {
        let id = one.case.id;
        let before = cases.get(&id).map(|restrained| restrained.restraint);
        let after = one.effect()?.after(before);
        match after.ok_or_else(|| StoreFault::corrupt("court act", "follows no such act"))? {
            None => {
                cases.remove(&id);
            }
            Some(restraint) if before == Some(restraint) => {}
            Some(restraint) => {
                let restrained = Restrained {
                    case: id.into(),
                    case_number: one.case.number,
                    cooperative_bin: one.case.cooperative_bin,
                    provider_id: one.case.provider_id,
                    restraint,
                    since: one.act.recorded_at,
                };
                cases.insert(id, restrained);
            }
        }
    }
    let mut restraints: Vec<Restrained> = cases.into_values().collect();
    restraints.sort_by_key(|restrained| restrained.since);
    Ok(restraints)
}

#[cfg(test)]
mod tests;
