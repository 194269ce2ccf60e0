//! What made each version of an entry: the application whose grant did, and what that had filed.
//! One statement, whatever the history.

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait as _, DatabaseConnection, EntityTrait as _, JoinType, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, RelationDef, Select,
};

use crate::{
    application::rows::{application, content},
    kernel::EntryId,
    register::rows::version,
    store::{StoreFault, during},
};

/// One version of an entry: whose grant made it, and what that application filed.
pub(super) type Made = (uuid::Uuid, String, DateTime<Utc>, Vec<u8>);

/// What made the versions of an entry up to one, in their order.
pub(super) async fn made(
    reads: &DatabaseConnection,
    entry: EntryId,
    version: i32,
) -> Result<Vec<Made>, StoreFault> {
    made_query(entry, version)
        .into_tuple()
        .all(reads)
        .await
        .map_err(during("read what made the versions of an entry"))
}

fn with_what_was_filed() -> Select<version::Entity> {
    let by: RelationDef = version::Entity::belongs_to(application::Entity)
        .from(version::Column::ApplicationId)
        .to(application::Column::Id)
        .into();
    let filed: RelationDef = application::Entity::belongs_to(content::Entity)
        .from(application::Column::Id)
        .to(content::Column::ApplicationId)
        .into();
    version::Entity::find()
        .select_only()
        .join(JoinType::InnerJoin, by)
        .join(JoinType::InnerJoin, filed)
}

fn made_query(entry: EntryId, version: i32) -> Select<version::Entity> {
    with_what_was_filed()
        .column(version::Column::ApplicationId)
        .column(application::Column::Procedure)
        .column(application::Column::ReceivedAt)
        .column(content::Column::Agreement)
        .filter(version::Column::EntryId.eq(entry.get()))
        .filter(version::Column::Version.lte(version))
        .order_by_asc(version::Column::Version)
}

/// Entry and version, when and by which application it was made, and what that filed and when.
pub(super) type MadeRow = (
    uuid::Uuid,
    i32,
    DateTime<Utc>,
    Vec<u8>,
    uuid::Uuid,
    String,
    DateTime<Utc>,
    Vec<u8>,
);

/// What made the versions of some entries, in no order.
pub(super) async fn made_of_all(
    reads: &DatabaseConnection,
    entries: &[uuid::Uuid],
) -> Result<Vec<MadeRow>, StoreFault> {
    made_of_all_query(entries)
        .into_tuple()
        .all(reads)
        .await
        .map_err(during("read the history of a share"))
}

fn made_of_all_query(entries: &[uuid::Uuid]) -> Select<version::Entity> {
    with_what_was_filed()
        .column(version::Column::EntryId)
        .column(version::Column::Version)
        .column(version::Column::EnteredAt)
        .column(version::Column::SignedContent)
        .column(version::Column::ApplicationId)
        .column(application::Column::Procedure)
        .column(application::Column::ReceivedAt)
        .column(content::Column::Agreement)
        .filter(version::Column::EntryId.is_in(entries.iter().copied()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::test_support::{primary_key, require_index, temporary};

    #[tokio::test]
    async fn what_made_an_entry_is_found_by_the_keys_of_its_versions() {
        let temporary = temporary().await;
        let query = made_query(uuid::Uuid::nil().into(), 3);
        let index = primary_key(&temporary.store, "register_entry_version");
        require_index(&temporary.store, &query, &index).await;
        for count in [1, 5] {
            let query = made_of_all_query(&vec![uuid::Uuid::nil(); count]);
            require_index(&temporary.store, &query, &index).await;
        }
    }
}
