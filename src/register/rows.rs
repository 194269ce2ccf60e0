//! Entries, their versions and share claims as rows. A row that breaks an invariant is corrupt.

use sea_orm::{ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter};

use crate::{
    kernel::EntryId,
    store::{StoreFault, during},
};

pub(crate) mod entry {
    //! One row per entry: which version stands.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "register_entry")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: Uuid,
        pub(crate) number: String,
        pub(crate) version: i64,
        pub(crate) state: String,
        pub(crate) provider_id: String,
        pub(crate) cooperative_bin: String,
        pub(crate) share_key: String,
        pub(crate) agreement_key: String,
        pub(crate) agreement_sha256: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod version {
    //! One row per version of an entry: what the head signed, and the signature; never changed.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "register_entry_version")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) entry_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) version: i32,
        pub(crate) application_id: Uuid,
        pub(crate) entered_at: DateTimeUtc,
        pub(crate) signed_content: Vec<u8>,
        pub(crate) head_signature: Vec<u8>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod share_claim {
    //! One row per share with a live entry: its key keeps a share from being given twice (I-2).
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "share_claim")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) share_key: String,
        pub(crate) entry_id: Uuid,
        pub(crate) claimed_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Number of the live entry of a share (C14).
pub(crate) async fn entry_of_share(
    reads: &DatabaseConnection,
    share_key: &str,
) -> Result<Option<String>, StoreFault> {
    let claim = share_claim::Entity::find_by_id(share_key)
        .one(reads)
        .await
        .map_err(during("look for the claim of a share"))?;
    let Some(claim) = claim else { return Ok(None) };
    let entry = entry_by_id(reads, claim.entry_id.into()).await?;
    entry
        .map(|entry| Some(entry.number))
        .ok_or_else(|| StoreFault::corrupt("share claim", "names no entry"))
}

/// Number of the entry of the same agreement, by its key or by the hash of its bytes (C21).
pub(crate) async fn entry_of_agreement(
    reads: &DatabaseConnection,
    agreement_key: &str,
    sha256: &str,
) -> Result<Option<String>, StoreFault> {
    for condition in [
        entry::Column::AgreementKey.eq(agreement_key),
        entry::Column::AgreementSha256.eq(sha256),
    ] {
        let entry = entry::Entity::find()
            .filter(condition)
            .one(reads)
            .await
            .map_err(during("look for the entry of an agreement"))?;
        if let Some(entry) = entry {
            return Ok(Some(entry.number));
        }
    }
    Ok(None)
}

/// Finds an entry.
pub(crate) async fn entry_by_id(
    reads: &DatabaseConnection,
    id: EntryId,
) -> Result<Option<entry::Model>, StoreFault> {
    entry::Entity::find_by_id(id.get())
        .one(reads)
        .await
        .map_err(during("read an entry"))
}

/// Finds an entry by its number.
pub(crate) async fn entry_by_number(
    reads: &DatabaseConnection,
    number: &str,
) -> Result<Option<entry::Model>, StoreFault> {
    entry::Entity::find()
        .filter(entry::Column::Number.eq(number))
        .one(reads)
        .await
        .map_err(during("read an entry by its number"))
}

/// Finds a version of an entry.
pub(crate) async fn entry_version(
    reads: &DatabaseConnection,
    id: EntryId,
    version: i32,
) -> Result<Option<version::Model>, StoreFault> {
    version::Entity::find_by_id((id.get(), version))
        .one(reads)
        .await
        .map_err(during("read a version of an entry"))
}
