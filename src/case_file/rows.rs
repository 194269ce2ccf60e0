//! Case files as rows: one for each state of a case that one was made of, never changed, known by its hash.

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait as _, Condition, DatabaseConnection, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, Select,
    sea_query::{Expr, ExprTrait as _},
};

use super::{
    case::{Case, Kept, Source},
    manifest::{self, sha256},
};
use crate::{
    kernel::{ApplicationId, Bin},
    store::{StoreFault, during},
};

pub(crate) mod case_file {
    //! One row per case file.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "case_file")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) application_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) journal_number: i64,
        pub(crate) sha256: String,
        pub(crate) application_number: String,
        pub(crate) provider_id: String,
        pub(crate) cooperative_bin: String,
        pub(crate) as_of_at: DateTimeUtc,
        pub(crate) made_at: DateTimeUtc,
        pub(crate) made_by: String,
        pub(crate) size_bytes: i64,
        pub(crate) file_count: i32,
        pub(crate) manifest: String,
        pub(crate) sources: String,
        pub(crate) signature: Option<Vec<u8>>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    /// Never shows what it holds: it is personal data.
    impl std::fmt::Debug for Model {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.debug_struct("CaseFile")
                .field("sha256", &self.sha256)
                .finish_non_exhaustive()
        }
    }
}

/// By whom and when a case file is made, and the signature over its manifest.
pub(super) struct Making {
    pub(super) provider_id: String,
    pub(super) cooperative: Bin,
    pub(super) at: DateTime<Utc>,
    pub(super) by: String,
    pub(super) signature: Option<Vec<u8>>,
}

/// The row of a case.
pub(super) fn to_row(case: &Case, making: Making) -> Result<case_file::Model, StoreFault> {
    let manifest = &case.manifest;
    let signature = making.signature;
    let application_id = ApplicationId::parse(&manifest.application_id)
        .map_err(|problem| StoreFault::corrupt("case file", problem.to_string()))?;
    Ok(case_file::Model {
        sha256: case.sha256(),
        application_id: application_id.get(),
        application_number: manifest.application_number.clone(),
        provider_id: making.provider_id,
        cooperative_bin: making.cooperative.to_string(),
        journal_number: manifest.journal_number,
        as_of_at: manifest.as_of_at,
        made_at: making.at,
        made_by: making.by,
        size_bytes: case.archive_bytes(signature.as_deref()),
        file_count: i32::try_from(manifest.files.len()).unwrap_or(i32::MAX),
        manifest: case.text.clone(),
        sources: serde_json::to_string(&case.sources)
            .map_err(|error| StoreFault::json("case file", error))?,
        signature,
    })
}

/// The case file of a row, as it was written.
pub(super) fn from_row(row: case_file::Model) -> Result<Kept, StoreFault> {
    let corrupt = |problem| StoreFault::corrupt("case file", problem);
    let files = manifest::files(&row.manifest);
    let files = files.ok_or_else(|| corrupt("has no manifest that names files"))?;
    let sources: Vec<Source> =
        serde_json::from_str(&row.sources).map_err(|error| StoreFault::json("case file", error))?;
    if sources.len() != files.len() || sha256(row.manifest.as_bytes()) != row.sha256 {
        return Err(corrupt("is not what it was named by"));
    }
    Ok(Kept {
        files,
        text: row.manifest,
        sources,
        signature: row.signature,
    })
}

/// Finds a case file by its hash.
pub(super) async fn case_file_by_sha256(
    reads: &DatabaseConnection,
    sha256: &str,
) -> Result<Option<case_file::Model>, StoreFault> {
    case_file::Entity::find()
        .filter(case_file::Column::Sha256.eq(sha256))
        .one(reads)
        .await
        .map_err(during("read a case file"))
}

/// Finds the case file of an application as of a fact.
pub(super) async fn case_file_as_of(
    reads: &DatabaseConnection,
    application: ApplicationId,
    journal_number: i64,
) -> Result<Option<case_file::Model>, StoreFault> {
    case_file::Entity::find_by_id((application.get(), journal_number))
        .one(reads)
        .await
        .map_err(during("look for a case file"))
}

/// What a list tells of a case file.
#[derive(Clone, Debug, sea_orm::FromQueryResult)]
pub(super) struct Listed {
    pub(super) sha256: String,
    pub(super) application_id: sea_orm::prelude::Uuid,
    pub(super) application_number: String,
    pub(super) journal_number: i64,
    pub(super) as_of_at: DateTime<Utc>,
    pub(super) made_at: DateTime<Utc>,
    pub(super) made_by: String,
    pub(super) size_bytes: i64,
    pub(super) file_count: i32,
    pub(super) is_signed: bool,
}

impl From<case_file::Model> for Listed {
    fn from(row: case_file::Model) -> Self {
        Self {
            is_signed: row.signature.is_some(),
            sha256: row.sha256,
            application_id: row.application_id,
            application_number: row.application_number,
            journal_number: row.journal_number,
            as_of_at: row.as_of_at,
            made_at: row.made_at,
            made_by: row.made_by,
            size_bytes: row.size_bytes,
            file_count: row.file_count,
        }
    }
}

/// The case files of an application, the first one first, after a place; at most so many.
pub(super) async fn case_files(
    reads: &DatabaseConnection,
    application: ApplicationId,
    after: Option<i64>,
    limit: u64,
) -> Result<Vec<Listed>, StoreFault> {
    listed_query(application, after, limit)
        .into_model::<Listed>()
        .all(reads)
        .await
        .map_err(during("read the case files of an application"))
}

/// Without what they hold, which may be megabytes.
fn listed_query(
    application: ApplicationId,
    after: Option<i64>,
    limit: u64,
) -> Select<case_file::Entity> {
    use case_file::Column;
    let after = after.map(|number| Column::JournalNumber.gt(number));
    case_file::Entity::find()
        .select_only()
        .columns([
            Column::Sha256,
            Column::ApplicationId,
            Column::ApplicationNumber,
            Column::JournalNumber,
            Column::AsOfAt,
            Column::MadeAt,
            Column::MadeBy,
            Column::SizeBytes,
            Column::FileCount,
        ])
        .expr_as(Expr::col(Column::Signature).is_not_null(), "is_signed")
        .filter(Column::ApplicationId.eq(application.get()))
        .filter(Condition::all().add_option(after))
        .order_by_asc(Column::JournalNumber)
        .limit(limit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::test_support::{primary_key, require_index, temporary};

    #[tokio::test]
    async fn case_files_are_found_by_their_keys_and_by_their_hash() {
        let temporary = temporary().await;
        let store = &temporary.store;
        let index = primary_key(store, "case_file");
        for after in [None, Some(7)] {
            let query = listed_query(uuid::Uuid::nil().into(), after, 10);
            require_index(store, &query, &index).await;
        }
        let query = case_file::Entity::find().filter(case_file::Column::Sha256.eq("00"));
        require_index(store, &query, "uq_case_file_sha256").await;
    }
}
