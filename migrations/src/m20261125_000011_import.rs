//! Entries that were brought over from former registers: for each the row that it was read from.

use sea_orm_migration::{prelude::*, schema};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("register_import")
                    .col(schema::uuid("entry_id").primary_key())
                    .col(schema::text("source"))
                    .col(schema::text("source_number"))
                    .col(schema::text("row_sha256"))
                    .col(schema::blob("content"))
                    .foreign_key(
                        ForeignKey::create()
                            .name("fk_register_import_entry")
                            .from("register_import", "entry_id")
                            .to("register_entry", "id"),
                    )
                    .to_owned(),
            )
            .await?;
        super::run(
            manager,
            &["CREATE UNIQUE INDEX uq_register_import_source \
               ON register_import (source, source_number)"],
        )
        .await?;
        super::append_only(manager, "register_import").await
    }
}
