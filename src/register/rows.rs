//! Entries, their versions and share claims as rows. A row that breaks an invariant is corrupt.

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter, QueryOrder as _, QuerySelect as _,
    Select, sea_query::Expr,
};

use super::state::{ClaimState, EntryState};
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
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod version {
    //! One row per version of an entry: what the head signed, and the signature; never changed. Of a
    //! correction the application is the one whose document is corrected, of an annulment the one that the
    //! case in court is about.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "register_entry_version")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) entry_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) version: i32,
        pub(crate) application_id: Uuid,
        pub(crate) document_key: String,
        pub(crate) document_sha256: String,
        pub(crate) entered_at: DateTimeUtc,
        pub(crate) signed_content: Vec<u8>,
        pub(crate) head_signature: Vec<u8>,
        pub(crate) correction_id: Option<Uuid>,
        pub(crate) court_case_id: Option<Uuid>,
    }

    impl Model {
        /// Whether a former register brought it over: what it says was signed by nobody here.
        pub(crate) const fn is_brought_over(&self) -> bool {
            self.head_signature.is_empty()
        }
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod share_claim {
    //! One row per share that ever had an entry: its key and version keep a share from being given
    //! twice (I-2). It is changed with its entry, and never taken away. While a court suspends the entry
    //! `suspended_by` has the number of a case that does.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "share_claim")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) share_key: String,
        pub(crate) entry_id: Uuid,
        pub(crate) state: String,
        pub(crate) changed_at: DateTimeUtc,
        pub(crate) version: i64,
        pub(crate) suspended_by: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The claim on a share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Claim {
    /// The entry that made it.
    pub(crate) entry: EntryId,
    /// The number of that entry.
    pub(crate) entry_number: String,
    /// How it stands.
    pub(crate) state: ClaimState,
    /// Grows with every change.
    pub(crate) version: i64,
    /// A case in court by which nothing may be changed in the entry, nor the share be given to another.
    pub(crate) suspended_by: Option<String>,
}

/// The claim on a share, if it ever had an entry (C14).
pub(crate) async fn claim_of_share(
    reads: &DatabaseConnection,
    share_key: &str,
) -> Result<Option<Claim>, StoreFault> {
    let claim = share_claim::Entity::find_by_id(share_key)
        .one(reads)
        .await
        .map_err(during("look for the claim of a share"))?;
    let Some(claim) = claim else { return Ok(None) };
    let corrupt = |problem| StoreFault::corrupt("share claim", problem);
    let entry = entry_by_id(reads, claim.entry_id.into())
        .await?
        .ok_or_else(|| corrupt("names no entry"))?;
    Ok(Some(Claim {
        entry: entry.id.into(),
        entry_number: entry.number,
        state: ClaimState::from_code(&claim.state).ok_or_else(|| corrupt("has no known state"))?,
        version: claim.version,
        suspended_by: claim.suspended_by,
    }))
}

/// What the register says to a document (C21).
pub(crate) struct DocumentPlace {
    /// Number of the entry that it has already, by its key or by the hash of its bytes.
    pub(crate) registered_by: Option<String>,
    /// The key under which it can be registered.
    pub(crate) key: String,
}

/// Looks for the place of a document, by its key and by the hash of its bytes. A key under which a document was entered by a slip, and that a
/// correction gave up, is in nobody's way: the next to have it goes behind.
pub(crate) async fn place_of_document(
    reads: &DatabaseConnection,
    document_key: &str,
    sha256: Option<&str>,
) -> Result<DocumentPlace, StoreFault> {
    let mut key = document_key.to_owned();
    let mut given_up: u32 = 0;
    let mut found = made_of_document(reads, version::Column::DocumentKey.eq(&key)).await?;
    while let Some(version) = found.take() {
        if reads_so(reads, &version).await? {
            found = Some(version);
            break;
        }
        given_up = given_up.saturating_add(1);
        key = format!("{document_key}|{given_up}");
        found = made_of_document(reads, version::Column::DocumentKey.eq(&key)).await?;
    }
    if let (None, Some(sha256)) = (&found, sha256) {
        found = made_of_document(reads, version::Column::DocumentSha256.eq(sha256)).await?;
    }
    let registered_by = match found {
        None => None,
        Some((entry, ..)) => {
            let entry = entry_by_id(reads, entry.into()).await?;
            let entry = entry.ok_or_else(|| StoreFault::corrupt("entry version", "names no entry"));
            Some(entry?.number)
        }
    };
    Ok(DocumentPlace { registered_by, key })
}

/// Entry, version and application of a document that was registered.
type MadeOfDocument = (uuid::Uuid, i32, uuid::Uuid);

async fn made_of_document(
    reads: &DatabaseConnection,
    condition: Expr,
) -> Result<Option<MadeOfDocument>, StoreFault> {
    version::Entity::find()
        .select_only()
        .column(version::Column::EntryId)
        .column(version::Column::Version)
        .column(version::Column::ApplicationId)
        .filter(condition)
        .into_tuple()
        .one(reads)
        .await
        .map_err(during("look for the entry of a document"))
}

/// Whether no later correction of the document gave it another key.
async fn reads_so(
    reads: &DatabaseConnection,
    (entry, since, application): &MadeOfDocument,
) -> Result<bool, StoreFault> {
    let keys: Vec<String> = version::Entity::find()
        .select_only()
        .column(version::Column::DocumentKey)
        .filter(version::Column::EntryId.eq(*entry))
        .filter(version::Column::Version.gt(*since))
        .filter(version::Column::ApplicationId.eq(*application))
        .into_tuple()
        .all(reads)
        .await
        .map_err(during("look for corrections of a document"))?;
    Ok(keys.iter().all(|key| key.starts_with(SAME_DOCUMENT)))
}

/// How the key of a correction, or of an annulment, begins that leaves the document's own key as it is.
pub(crate) const SAME_DOCUMENT: &str = "correction|";

/// How an entry stands.
pub(crate) fn state_of(entry: &entry::Model) -> Result<EntryState, StoreFault> {
    EntryState::from_code(&entry.state)
        .ok_or_else(|| StoreFault::corrupt("entry", "has no known state"))
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

/// Finds the version of an entry that stood at a moment.
pub(crate) async fn version_as_of(
    reads: &DatabaseConnection,
    id: EntryId,
    at: DateTime<Utc>,
) -> Result<Option<version::Model>, StoreFault> {
    as_of_query(id, at)
        .one(reads)
        .await
        .map_err(during("read the version of an entry at a moment"))
}

/// By number and not by moment: whatever the clock did, the later version stands.
fn as_of_query(id: EntryId, at: DateTime<Utc>) -> Select<version::Entity> {
    version::Entity::find()
        .filter(version::Column::EntryId.eq(id.get()))
        .filter(version::Column::EnteredAt.lte(at))
        .order_by_desc(version::Column::Version)
}

/// When which version of an entry entered the register.
pub(crate) type VersionKey = (DateTime<Utc>, uuid::Uuid, i32);

/// The keys of all versions of some entries, in no order, without what they say.
pub(crate) async fn version_keys(
    reads: &DatabaseConnection,
    entries: &[uuid::Uuid],
) -> Result<Vec<VersionKey>, StoreFault> {
    // Asked for none, an engine would look through all.
    if entries.is_empty() {
        return Ok(Vec::new());
    }
    version_keys_query(entries)
        .into_tuple()
        .all(reads)
        .await
        .map_err(during("read which versions of entries there are"))
}

fn version_keys_query(entries: &[uuid::Uuid]) -> Select<version::Entity> {
    version::Entity::find()
        .select_only()
        .column(version::Column::EnteredAt)
        .column(version::Column::EntryId)
        .column(version::Column::Version)
        .filter(version::Column::EntryId.is_in(entries.iter().copied()))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::test_support::{primary_key, require_index, temporary};

    #[tokio::test]
    async fn the_version_of_a_moment_is_found_by_the_keys_of_its_entry() {
        let temporary = temporary().await;
        let now = temporary.store.clock().now().instant;
        let query = as_of_query(uuid::Uuid::nil().into(), now);
        let index = primary_key(&temporary.store, "register_entry_version");
        require_index(&temporary.store, &query, &index).await;
        let query = version_keys_query(&[uuid::Uuid::nil(); 3]);
        require_index(&temporary.store, &query, &index).await;
    }
}
