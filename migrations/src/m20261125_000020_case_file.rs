//! Case files as they were made: the manifest, and where the bytes of each file lie.

use sea_orm_migration::{prelude::*, schema};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(case_file()).await?;
        super::run(
            manager,
            &["CREATE UNIQUE INDEX uq_case_file_sha256 ON case_file (sha256)"],
        )
        .await?;
        super::append_only(manager, "case_file").await
    }
}

fn case_file() -> TableCreateStatement {
    Table::create()
        .table("case_file")
        .col(schema::uuid("application_id"))
        .col(schema::big_integer("journal_number"))
        .col(schema::text("sha256"))
        .col(schema::text("application_number"))
        .col(schema::text("provider_id"))
        .col(schema::text("cooperative_bin"))
        .col(schema::timestamp_with_time_zone("as_of_at"))
        .col(schema::timestamp_with_time_zone("made_at"))
        .col(schema::text("made_by"))
        .col(schema::big_integer("size_bytes"))
        .col(schema::integer("file_count"))
        .col(schema::text("manifest"))
        .col(schema::text("sources"))
        .col(schema::blob_null("signature"))
        .primary_key(Index::create().col("application_id").col("journal_number"))
        .to_owned()
}
