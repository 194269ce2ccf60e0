//! Extracts, the letters that carry them, and each attempt to send one.

use sea_orm_migration::{prelude::*, schema};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [extract(), letter(), letter_attempt()] {
            manager.create_table(table).await?;
        }
        super::run(
            manager,
            &[
                "CREATE UNIQUE INDEX uq_extract_verification_code ON extract (verification_code)",
                "CREATE INDEX ix_extract_sha256 ON extract (sha256)",
                "CREATE INDEX ix_extract_to_form ON extract (next_attempt_at, entry_id) \
                 WHERE state = 'PENDING'",
                "CREATE INDEX ix_letter_to_send ON letter (next_attempt_at, application_id) \
                 WHERE state = 'PENDING'",
            ],
        )
        .await?;
        super::append_only(manager, "letter_attempt").await
    }
}

fn extract() -> TableCreateStatement {
    Table::create()
        .table("extract")
        .col(schema::uuid("entry_id"))
        .col(schema::integer("entry_version"))
        .col(schema::uuid("application_id"))
        .col(schema::text("verification_code"))
        .col(schema::text("state").check(Expr::col("state").is_in(["PENDING", "READY"])))
        .col(schema::text_null("sha256"))
        .col(schema::big_integer_null("size_bytes"))
        .col(schema::timestamp_with_time_zone_null("formed_at"))
        .col(schema::integer("attempts"))
        .col(schema::timestamp_with_time_zone("next_attempt_at"))
        .col(schema::text_null("fault"))
        .col(schema::big_integer("version"))
        .primary_key(Index::create().col("entry_id").col("entry_version"))
        .to_owned()
}

fn letter() -> TableCreateStatement {
    Table::create()
        .table("letter")
        .col(schema::uuid("application_id"))
        .col(recipient())
        .col(schema::uuid("entry_id"))
        .col(schema::integer("entry_version"))
        .col(schema::text("state").check(Expr::col("state").is_in(["PENDING", "SENT", "FAILED"])))
        .col(schema::integer("attempts"))
        .col(schema::timestamp_with_time_zone("next_attempt_at"))
        .col(schema::timestamp_with_time_zone_null("sent_at"))
        .col(schema::big_integer("version"))
        .primary_key(Index::create().col("application_id").col("recipient"))
        .to_owned()
}

fn letter_attempt() -> TableCreateStatement {
    Table::create()
        .table("letter_attempt")
        .col(schema::uuid("application_id"))
        .col(recipient())
        .col(schema::integer("attempt"))
        .col(schema::timestamp_with_time_zone("at"))
        .col(schema::text_null("fault"))
        .primary_key(
            Index::create()
                .col("application_id")
                .col("recipient")
                .col("attempt"),
        )
        .to_owned()
}

fn recipient() -> ColumnDef {
    schema::text("recipient")
        .check(Expr::col("recipient").is_in(["SHAREHOLDER", "FORMER_SHAREHOLDER"]))
        .to_owned()
}
