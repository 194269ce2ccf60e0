//! What operators said of a sink of stages, and the applications whose stages wait for one, apart.

use sea_orm_migration::{prelude::*, schema};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(sink()).await?;
        manager.create_table(sink_lane()).await?;
        super::run(manager, INDEXES).await
    }
}

fn sink() -> TableCreateStatement {
    Table::create()
        .table("sink")
        .col(schema::text("name").primary_key())
        .col(schema::boolean("paused"))
        .col(schema::text("reason"))
        .col(schema::text("said_by"))
        .col(schema::timestamp_with_time_zone("said_at"))
        .col(schema::big_integer("version"))
        .to_owned()
}

fn sink_lane() -> TableCreateStatement {
    Table::create()
        .table("sink_lane")
        .col(schema::text("sink"))
        .col(schema::uuid("application_id"))
        .col(schema::text("application_number"))
        .col(schema::big_integer("number"))
        .col(schema::integer("sequence"))
        .col(schema::text("stage"))
        .col(schema::text("state").check(Expr::col("state").is_in(["PARKED", "DUE", "DRAINED"])))
        .col(schema::text("reason"))
        .col(schema::timestamp_with_time_zone("since_at"))
        .col(schema::timestamp_with_time_zone("tried_at"))
        .col(schema::integer("tries"))
        .col(schema::text("skipped"))
        .col(schema::big_integer("version"))
        .primary_key(Index::create().col("sink").col("application_id"))
        .to_owned()
}

/// What is open of a sink, in the order of the journal: few, however many were.
const INDEXES: &[&str] =
    &["CREATE INDEX ix_sink_lane_open ON sink_lane (sink, number) WHERE state <> 'DRAINED'"];
