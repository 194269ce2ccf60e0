//! Extracts as rows: for each version of an entry one, waiting to be formed or formed.

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, DatabaseConnection, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, sea_query::Expr,
};

use crate::{
    kernel::EntryId,
    store::{StoreFault, during},
};

/// Waits to be formed.
pub(crate) const PENDING: &str = "PENDING";
/// Formed and kept.
pub(crate) const READY: &str = "READY";

pub(crate) mod extract {
    //! One row per version of an entry.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "extract")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) entry_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) entry_version: i32,
        pub(crate) application_id: Uuid,
        pub(crate) verification_code: String,
        pub(crate) state: String,
        pub(crate) sha256: Option<String>,
        pub(crate) size_bytes: Option<i64>,
        pub(crate) formed_at: Option<DateTimeUtc>,
        pub(crate) attempts: i32,
        pub(crate) next_attempt_at: DateTimeUtc,
        pub(crate) fault: Option<String>,
        pub(crate) version: i64,
        pub(crate) correction_id: Option<Uuid>,
        pub(crate) court_case_id: Option<Uuid>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Finds an extract.
pub(crate) async fn extract_of(
    reads: &DatabaseConnection,
    entry: EntryId,
    version: i32,
) -> Result<Option<extract::Model>, StoreFault> {
    extract::Entity::find_by_id((entry.get(), version))
        .one(reads)
        .await
        .map_err(during("read an extract"))
}

/// Finds the extract that carries a verification code.
pub(crate) async fn extract_by_code(
    reads: &DatabaseConnection,
    code: &str,
) -> Result<Option<extract::Model>, StoreFault> {
    extract::Entity::find()
        .filter(extract::Column::VerificationCode.eq(code))
        .one(reads)
        .await
        .map_err(during("look for a verification code"))
}

/// Finds the extract with a hash.
pub(crate) async fn extract_by_sha256(
    reads: &DatabaseConnection,
    sha256: &str,
) -> Result<Option<extract::Model>, StoreFault> {
    extract::Entity::find()
        .filter(extract::Column::Sha256.eq(sha256))
        .one(reads)
        .await
        .map_err(during("look for the hash of an extract"))
}

/// The condition of `ix_extract_to_form`, in its words: with a value in its place no index would fit.
fn is_pending() -> Expr {
    Expr::cust("state = 'PENDING'")
}

/// The extracts that are to be formed by now.
pub(crate) async fn extracts_to_form(
    reads: &DatabaseConnection,
    now: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<extract::Model>, StoreFault> {
    extract::Entity::find()
        .filter(is_pending())
        .filter(extract::Column::NextAttemptAt.lte(now))
        .order_by_asc(extract::Column::NextAttemptAt)
        .order_by_asc(extract::Column::EntryId)
        .limit(limit)
        .all(reads)
        .await
        .map_err(during("look for extracts to form"))
}

/// How many extracts wait to be formed.
pub(crate) async fn count_pending(reads: &DatabaseConnection) -> Result<u64, StoreFault> {
    extract::Entity::find()
        .filter(is_pending())
        .count(reads)
        .await
        .map_err(during("count extracts"))
}
