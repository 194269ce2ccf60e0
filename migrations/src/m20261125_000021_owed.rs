//! Stages that cursors of sinks passed without an acknowledgement; and marks for all that was passed before.

use sea_orm_migration::{prelude::*, schema};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(owed()).await?;
        super::run(manager, STATEMENTS).await
    }
}

fn owed() -> TableCreateStatement {
    Table::create()
        .table("sink_lag_owed")
        .col(schema::text("sink"))
        .col(schema::big_integer("number"))
        .col(schema::text("state").check(Expr::col("state").is_in(["OWED", "SETTLED"])))
        .col(schema::big_integer("version"))
        .primary_key(Index::create().col("sink").col("number"))
        .to_owned()
}

/// Whatever a cursor passed is behind its mark: counted, or owed if it waits in a lane. What was passed
/// before lag was counted at all stays uncounted.
const STATEMENTS: &[&str] = &[
    "CREATE INDEX ix_sink_lag_owed ON sink_lag_owed (sink, number) WHERE state = 'OWED'",
    "INSERT INTO sink_lag_mark (sink, counted_through, version) \
     SELECT sink, 0, 1 FROM ( \
     SELECT CASE reader WHEN 'monitoring' THEN reader ELSE substr(reader, 6) END AS sink \
     FROM reader_cursor WHERE reader = 'monitoring' OR reader LIKE 'sink:%') AS known \
     WHERE sink NOT IN (SELECT sink FROM sink_lag_mark)",
    "UPDATE sink_lag_mark SET counted_through = passed.position, version = sink_lag_mark.version + 1 \
     FROM reader_cursor AS passed WHERE passed.position > sink_lag_mark.counted_through \
     AND passed.reader = CASE sink_lag_mark.sink \
     WHEN 'monitoring' THEN 'monitoring' ELSE 'sink:' || sink_lag_mark.sink END",
    "INSERT INTO sink_lag_owed (sink, number, state, version) \
     SELECT lane.sink, fact.number, 'OWED', 1 FROM sink_lane AS lane \
     JOIN sink_lag_mark AS mark ON mark.sink = lane.sink \
     JOIN journal AS fact ON fact.subject = lane.application_id AND fact.number >= lane.number \
     AND fact.number <= mark.counted_through \
     WHERE fact.kind = 'stage' AND lane.state <> 'DRAINED'",
];
