//! Documents as rows. A row that breaks an invariant is a corrupt row, never a panic.

use sea_orm::{ColumnTrait as _, DatabaseConnection, EntityTrait, QueryFilter as _};

use super::model::{Document, FileName};
use crate::{
    kernel::{Bin, DocumentId, Personal, Problem},
    store::{StoreFault, during},
};

pub(crate) mod document {
    //! One row per uploaded document, never changed.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "document")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: Uuid,
        pub(crate) cooperative_bin: String,
        pub(crate) file_name: String,
        pub(crate) sha256: String,
        pub(crate) size_bytes: i64,
        pub(crate) content_type: String,
        pub(crate) uploaded_at: DateTimeUtc,
        pub(crate) uploaded_by: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    /// Never shows the file's name: it may be personal data.
    impl std::fmt::Debug for Model {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.debug_struct("Document")
                .field("id", &self.id)
                .finish_non_exhaustive()
        }
    }
}

/// Finds a document.
pub async fn document_by_id(
    reads: &DatabaseConnection,
    id: DocumentId,
) -> Result<Option<Document>, StoreFault> {
    let row = document::Entity::find_by_id(id.get())
        .one(reads)
        .await
        .map_err(during("read a document"))?;
    row.map(from_row).transpose()
}

/// Finds documents; one that is not there is left out.
pub async fn documents_by_ids(
    reads: &DatabaseConnection,
    ids: &[DocumentId],
) -> Result<Vec<Document>, StoreFault> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows = document::Entity::find()
        .filter(document::Column::Id.is_in(ids.iter().map(|id| id.get())))
        .all(reads)
        .await
        .map_err(during("read documents"))?;
    rows.into_iter().map(from_row).collect()
}

pub(super) fn to_row(document: &Document) -> document::Model {
    document::Model {
        id: document.id.get(),
        cooperative_bin: document.cooperative.to_string(),
        file_name: document.file_name.disclose().to_string(),
        sha256: document.sha256.clone(),
        size_bytes: document.size_bytes,
        content_type: document.content_type.clone(),
        uploaded_at: document.uploaded_at,
        uploaded_by: document.uploaded_by.clone(),
    }
}

fn from_row(row: document::Model) -> Result<Document, StoreFault> {
    let corrupt = |problem: Problem| StoreFault::corrupt("document", problem.to_string());
    Ok(Document {
        id: row.id.into(),
        cooperative: Bin::parse(&row.cooperative_bin).map_err(corrupt)?,
        file_name: Personal::new(FileName::parse(&row.file_name).map_err(corrupt)?),
        sha256: row.sha256,
        size_bytes: row.size_bytes,
        content_type: row.content_type,
        uploaded_at: row.uploaded_at,
        uploaded_by: row.uploaded_by,
    })
}
