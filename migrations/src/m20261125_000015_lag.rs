//! How long stages took until each sink had them: a histogram for each day, and the last that was counted.

use sea_orm_migration::{prelude::*, schema};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(day()).await?;
        manager.create_table(mark()).await
    }
}

fn day() -> TableCreateStatement {
    Table::create()
        .table("sink_lag_day")
        .col(schema::text("sink"))
        .col(schema::text("recorded_on"))
        .col(schema::big_integer("late"))
        .col(schema::big_integer("longest_ms"))
        .col(schema::text("buckets"))
        .col(schema::big_integer("version"))
        .primary_key(Index::create().col("recorded_on").col("sink"))
        .to_owned()
}

fn mark() -> TableCreateStatement {
    Table::create()
        .table("sink_lag_mark")
        .col(schema::text("sink").primary_key())
        .col(schema::big_integer("counted_through"))
        .col(schema::big_integer("version"))
        .to_owned()
}
