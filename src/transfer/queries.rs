//! What the register says to the rows of an import, many at a time: one statement for each question,
//! however many rows ask it, and none if no row does: an engine would look through the table for that.

use std::collections::BTreeMap;

use sea_orm::{
    ColumnTrait as _, DatabaseConnection, EntityTrait as _, JoinType, QueryFilter as _,
    QuerySelect as _, RelationDef, Select,
};

use super::rows::import;
use crate::{
    kernel::EntryId,
    register::{
        ClaimState,
        rows::{Claim, entry, share_claim, version},
    },
    store::{StoreFault, during},
};

/// An entry that a row made before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) entry: EntryId,
    pub(super) entry_number: String,
    pub(super) row_sha256: String,
}

/// The claims on some shares, by their keys.
pub(super) async fn claims(
    reads: &DatabaseConnection,
    keys: &[&str],
) -> Result<BTreeMap<String, Claim>, StoreFault> {
    if keys.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows: Vec<(String, uuid::Uuid, String, String, i64, Option<String>)> = claims_query(keys)
        .into_tuple()
        .all(reads)
        .await
        .map_err(during("look for the claims of imported shares"))?;
    let claim =
        |(key, entry, number, state, version, suspended_by): (_, uuid::Uuid, _, String, _, _)| {
            let state = ClaimState::from_code(&state)
                .ok_or_else(|| StoreFault::corrupt("share claim", "has no known state"))?;
            let claim = Claim {
                entry: entry.into(),
                entry_number: number,
                state,
                version,
                suspended_by,
            };
            Ok((key, claim))
        };
    rows.into_iter().map(claim).collect()
}

fn claims_query(keys: &[&str]) -> Select<share_claim::Entity> {
    let of: RelationDef = share_claim::Entity::belongs_to(entry::Entity)
        .from(share_claim::Column::EntryId)
        .to(entry::Column::Id)
        .into();
    share_claim::Entity::find()
        .select_only()
        .column(share_claim::Column::ShareKey)
        .column(share_claim::Column::EntryId)
        .column(entry::Column::Number)
        .column(share_claim::Column::State)
        .column(share_claim::Column::Version)
        .column(share_claim::Column::SuspendedBy)
        .join(JoinType::InnerJoin, of)
        .filter(share_claim::Column::ShareKey.is_in(keys.iter().copied()))
}

/// The numbers of the entries of some agreements, by their keys (C21).
pub(super) async fn registered(
    reads: &DatabaseConnection,
    keys: &[&str],
) -> Result<BTreeMap<String, String>, StoreFault> {
    if keys.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows: Vec<(String, String)> = registered_query(keys)
        .into_tuple()
        .all(reads)
        .await
        .map_err(during("look for the entries of imported agreements"))?;
    Ok(rows.into_iter().collect())
}

fn registered_query(keys: &[&str]) -> Select<version::Entity> {
    let of: RelationDef = version::Entity::belongs_to(entry::Entity)
        .from(version::Column::EntryId)
        .to(entry::Column::Id)
        .into();
    version::Entity::find()
        .select_only()
        .column(version::Column::DocumentKey)
        .column(entry::Column::Number)
        .join(JoinType::InnerJoin, of)
        .filter(version::Column::DocumentKey.is_in(keys.iter().copied()))
}

/// What the rows with some numbers of a source made before, by these numbers.
pub(super) async fn known(
    reads: &DatabaseConnection,
    source: &str,
    numbers: &[&str],
) -> Result<BTreeMap<String, Known>, StoreFault> {
    if numbers.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows: Vec<(String, uuid::Uuid, String, String)> = known_query(source, numbers)
        .into_tuple()
        .all(reads)
        .await
        .map_err(during("look for rows that were imported before"))?;
    let known = |(number, entry, entry_number, row_sha256): (_, uuid::Uuid, _, _)| {
        let known = Known {
            entry: entry.into(),
            entry_number,
            row_sha256,
        };
        (number, known)
    };
    Ok(rows.into_iter().map(known).collect())
}

fn known_query(source: &str, numbers: &[&str]) -> Select<import::Entity> {
    let of: RelationDef = import::Entity::belongs_to(entry::Entity)
        .from(import::Column::EntryId)
        .to(entry::Column::Id)
        .into();
    import::Entity::find()
        .select_only()
        .column(import::Column::SourceNumber)
        .column(import::Column::EntryId)
        .column(entry::Column::Number)
        .column(import::Column::RowSha256)
        .join(JoinType::InnerJoin, of)
        .filter(import::Column::Source.eq(source))
        .filter(import::Column::SourceNumber.is_in(numbers.iter().copied()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::test_support::{primary_key, require_index, temporary};

    #[tokio::test]
    async fn what_the_register_says_to_rows_is_found_by_indexes() {
        let temporary = temporary().await;
        let store = &temporary.store;
        let keys = ["a", "b", "c"];
        let index = primary_key(store, "share_claim");
        require_index(store, &claims_query(&keys), &index).await;
        let index = "uq_register_entry_version_document";
        require_index(store, &registered_query(&keys), index).await;
        require_index(store, &known_query("x", &keys), "uq_register_import_source").await;
    }
}
