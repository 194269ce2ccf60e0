//! What made each version of an entry: the application whose grant did, and what that had filed; or the
//! import that brought it over; or the correction of what was filed.
//! One statement, whatever the history.

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait as _, DatabaseConnection, EntityTrait as _, JoinType, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, RelationDef, Select,
    sea_query::{CaseStatement, Expr, ExprTrait as _},
};

use crate::{
    application::rows::{application, content},
    correction::rows::content as correction,
    kernel::EntryId,
    register::rows::version,
    store::{StoreFault, during},
    transfer::rows::import,
};

/// Of which procedure an application was, when it arrived, what it filed; of a version that was brought
/// over nothing of this, but the import; of a correction also the parts of what was filed that read
/// otherwise; of an annulment by a court what the head signed.
pub(super) type Source = (
    Option<String>,
    Option<DateTime<Utc>>,
    Option<Vec<u8>>,
    Option<Vec<u8>>,
    Option<Vec<u8>>,
    Option<Vec<u8>>,
);

/// One version of an entry: what made it, and from what it is read.
pub(super) type Made = (uuid::Uuid, Source);

type MadeColumns = (
    uuid::Uuid,
    Option<String>,
    Option<DateTime<Utc>>,
    Option<Vec<u8>>,
    Option<Vec<u8>>,
    Option<Vec<u8>>,
    Option<Vec<u8>>,
);

/// What made the versions of an entry up to one, in their order.
pub(super) async fn made(
    reads: &DatabaseConnection,
    entry: EntryId,
    version: i32,
) -> Result<Vec<Made>, StoreFault> {
    let rows: Vec<MadeColumns> = made_query(entry, version)
        .into_tuple()
        .all(reads)
        .await
        .map_err(during("read what made the versions of an entry"))?;
    let made = |row: MadeColumns| (row.0, (row.1, row.2, row.3, row.4, row.5, row.6));
    Ok(rows.into_iter().map(made).collect())
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
    let import: RelationDef = version::Entity::belongs_to(import::Entity)
        .from(version::Column::ApplicationId)
        .to(import::Column::EntryId)
        .into();
    let corrected: RelationDef = version::Entity::belongs_to(correction::Entity)
        .from(version::Column::CorrectionId)
        .to(correction::Column::CorrectionId)
        .into();
    version::Entity::find()
        .select_only()
        .join(JoinType::LeftJoin, by)
        .join(JoinType::LeftJoin, filed)
        .join(JoinType::LeftJoin, import)
        .join(JoinType::LeftJoin, corrected)
}

/// What a version is read from, of the five tables.
fn with_source(made: Select<version::Entity>) -> Select<version::Entity> {
    made.column(application::Column::Procedure)
        .column(application::Column::ReceivedAt)
        .column(content::Column::Agreement)
        .column(import::Column::Content)
        .column(correction::Column::Corrected)
}

fn made_query(entry: EntryId, version: i32) -> Select<version::Entity> {
    let annuls = Expr::col((version::Entity, version::Column::CourtCaseId)).is_not_null();
    let signed = Expr::col((version::Entity, version::Column::SignedContent));
    with_source(with_what_was_filed().column(version::Column::ApplicationId))
        .expr_as(CaseStatement::new().case(annuls, signed), "annulling")
        .filter(version::Column::EntryId.eq(entry.get()))
        .filter(version::Column::Version.lte(version))
        .order_by_asc(version::Column::Version)
}

/// A version of an entry with when it entered, what it says, what made it, and from what it is read.
pub(super) struct MadeRow {
    pub(super) entry: uuid::Uuid,
    pub(super) version: i32,
    pub(super) entered_at: DateTime<Utc>,
    pub(super) signed_content: Vec<u8>,
    pub(super) correction: Option<uuid::Uuid>,
    pub(super) court_case: Option<uuid::Uuid>,
    pub(super) made: Made,
}

type MadeRowColumns = (
    uuid::Uuid,
    i32,
    DateTime<Utc>,
    Vec<u8>,
    Option<uuid::Uuid>,
    Option<uuid::Uuid>,
    uuid::Uuid,
    Option<String>,
    Option<DateTime<Utc>>,
    Option<Vec<u8>>,
    Option<Vec<u8>>,
    Option<Vec<u8>>,
);

/// What made the versions of some entries, in no order.
pub(super) async fn made_of_all(
    reads: &DatabaseConnection,
    entries: &[uuid::Uuid],
) -> Result<Vec<MadeRow>, StoreFault> {
    // Asked for none, an engine would look through all.
    if entries.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<MadeRowColumns> = made_of_all_query(entries)
        .into_tuple()
        .all(reads)
        .await
        .map_err(during("read the history of a share"))?;
    let made = |row: MadeRowColumns| {
        let annulling = row.5.map(|_| row.3.clone());
        MadeRow {
            entry: row.0,
            version: row.1,
            entered_at: row.2,
            signed_content: row.3,
            correction: row.4,
            court_case: row.5,
            made: (row.6, (row.7, row.8, row.9, row.10, row.11, annulling)),
        }
    };
    Ok(rows.into_iter().map(made).collect())
}

fn made_of_all_query(entries: &[uuid::Uuid]) -> Select<version::Entity> {
    let made = with_what_was_filed()
        .column(version::Column::EntryId)
        .column(version::Column::Version)
        .column(version::Column::EnteredAt)
        .column(version::Column::SignedContent)
        .column(version::Column::CorrectionId)
        .column(version::Column::CourtCaseId)
        .column(version::Column::ApplicationId);
    with_source(made).filter(version::Column::EntryId.is_in(entries.iter().copied()))
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
