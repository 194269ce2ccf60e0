//! The journal, its head, the readers' cursors and the memory of requests.

use sea_orm_migration::{prelude::*, schema};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [
            journal_head(),
            journal(),
            reader_cursor(),
            request_memory(),
            lease(),
            secret(),
        ] {
            manager.create_table(table).await?;
        }
        super::run(
            manager,
            &[
                "INSERT INTO journal_head (id, number) VALUES (1, 0)",
                "CREATE INDEX ix_journal_subject ON journal (subject, number)",
            ],
        )
        .await?;
        super::append_only(manager, "journal").await
    }
}

fn journal_head() -> TableCreateStatement {
    Table::create()
        .table("journal_head")
        .col(
            schema::integer("id")
                .primary_key()
                .check(Expr::col("id").eq(1)),
        )
        .col(schema::big_integer("number"))
        .to_owned()
}

fn journal() -> TableCreateStatement {
    Table::create()
        .table("journal")
        .col(schema::big_integer("number").primary_key())
        .col(schema::uuid("subject"))
        .col(schema::text("kind"))
        .col(schema::text("body"))
        .col(schema::timestamp_with_time_zone("at"))
        .col(schema::text("caller"))
        .col(schema::text("method"))
        .col(schema::uuid_null("request_id"))
        .to_owned()
}

fn reader_cursor() -> TableCreateStatement {
    Table::create()
        .table("reader_cursor")
        .col(schema::text("reader").primary_key())
        .col(schema::big_integer("position"))
        .col(schema::timestamp_with_time_zone("moved_at"))
        .col(schema::big_integer("version"))
        .to_owned()
}

fn request_memory() -> TableCreateStatement {
    Table::create()
        .table("request_memory")
        .col(schema::text("caller"))
        .col(schema::text("method"))
        .col(schema::uuid("request_id"))
        .col(schema::blob("fingerprint"))
        .col(schema::blob("answer"))
        .col(schema::timestamp_with_time_zone("at"))
        .primary_key(
            Index::create()
                .col("caller")
                .col("method")
                .col("request_id"),
        )
        .to_owned()
}

/// Instants are milliseconds by the database's own clock, the only one that all processes share.
fn lease() -> TableCreateStatement {
    Table::create()
        .table("lease")
        .col(schema::text("name").primary_key())
        .col(schema::text("holder"))
        .col(schema::big_integer("fence"))
        .col(schema::big_integer("since_ms"))
        .col(schema::big_integer("expires_ms"))
        .to_owned()
}

fn secret() -> TableCreateStatement {
    Table::create()
        .table("secret")
        .col(schema::text("name").primary_key())
        .col(schema::blob("value"))
        .to_owned()
}
