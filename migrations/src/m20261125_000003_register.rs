//! Register entries with their versions, and the claims that keep a share from being given twice.

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
                    .table("register_entry")
                    .col(schema::uuid("id").primary_key())
                    .col(schema::text("number"))
                    .col(schema::big_integer("version"))
                    .col(schema::text("state").check(Expr::col("state").is_in([
                        "LIVE",
                        "TERMINATED",
                        "OWNERSHIP_REGISTERED",
                    ])))
                    .col(schema::text("provider_id"))
                    .col(schema::text("cooperative_bin"))
                    .col(schema::text("share_key"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("register_entry_version")
                    .col(schema::uuid("entry_id"))
                    .col(schema::integer("version"))
                    .col(schema::uuid("application_id"))
                    .col(schema::text("document_key"))
                    .col(schema::text("document_sha256"))
                    .col(schema::timestamp_with_time_zone("entered_at"))
                    .col(schema::blob("signed_content"))
                    .col(schema::blob("head_signature"))
                    .primary_key(Index::create().col("entry_id").col("version"))
                    .foreign_key(
                        ForeignKey::create()
                            .name("fk_register_entry_version_entry")
                            .from("register_entry_version", "entry_id")
                            .to("register_entry", "id"),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("share_claim")
                    .col(schema::text("share_key").primary_key())
                    .col(schema::uuid("entry_id"))
                    .col(
                        schema::text("state")
                            .check(Expr::col("state").is_in(["LIVE", "FREE", "OWNED"])),
                    )
                    .col(schema::timestamp_with_time_zone("changed_at"))
                    .col(schema::big_integer("version"))
                    .to_owned(),
            )
            .await?;
        super::run(
            manager,
            &[
                "CREATE UNIQUE INDEX uq_register_entry_number ON register_entry (number)",
                "CREATE UNIQUE INDEX uq_register_entry_version_document \
                 ON register_entry_version (document_key)",
                "CREATE UNIQUE INDEX uq_register_entry_version_sha256 \
                 ON register_entry_version (document_sha256)",
                "CREATE INDEX ix_share_claim_entry ON share_claim (entry_id)",
            ],
        )
        .await?;
        super::append_only(manager, "register_entry_version").await
    }
}
