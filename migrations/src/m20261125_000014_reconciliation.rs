//! Which days have stages, what sinks have of them, and what is different.

use sea_orm_migration::{prelude::*, schema};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [stage_day(), reconciliation(), difference()] {
            manager.create_table(table).await?;
        }
        super::run(manager, INDEXES).await
    }
}

/// Days are ISO 8601 texts, which compare as they follow each other.
fn stage_day() -> TableCreateStatement {
    Table::create()
        .table("stage_day")
        .col(schema::text("day_on"))
        .col(schema::text("provider_bin"))
        .col(schema::big_integer("first_number"))
        .col(schema::big_integer("last_number"))
        .col(schema::big_integer("stages"))
        .col(schema::big_integer("version"))
        .primary_key(Index::create().col("day_on").col("provider_bin"))
        .to_owned()
}

fn reconciliation() -> TableCreateStatement {
    Table::create()
        .table("reconciliation")
        .col(schema::text("sink"))
        .col(schema::text("day_on"))
        .col(schema::text("provider_bin"))
        .col(schema::text("state").check(Expr::col("state").is_in([
            "DUE",
            "ALIKE",
            "DIFFERENT",
            "NOT_OFFERED",
        ])))
        .col(schema::big_integer("through_number"))
        .col(schema::big_integer("stages"))
        .col(schema::big_integer("parked_stages"))
        .col(schema::big_integer("skipped_stages"))
        .col(schema::text("digest"))
        .col(schema::big_integer("sink_stages"))
        .col(schema::text("sink_digest"))
        .col(schema::integer("differences"))
        .col(schema::boolean("has_more"))
        .col(schema::integer("questions"))
        .col(schema::timestamp_with_time_zone_null("compared_at"))
        .col(schema::text("fault"))
        .col(schema::text("asked_by"))
        .col(schema::big_integer("version"))
        .primary_key(
            Index::create()
                .col("sink")
                .col("day_on")
                .col("provider_bin"),
        )
        .to_owned()
}

/// What is unknown to the journal stands behind the event of ours before it.
fn difference() -> TableCreateStatement {
    Table::create()
        .table("reconciliation_difference")
        .col(schema::text("sink"))
        .col(schema::uuid("event_id"))
        .col(schema::text("kind").check(Expr::col("kind").is_in(["MISSING", "CHANGED", "UNKNOWN"])))
        .col(schema::text("day_on"))
        .col(schema::text("provider_bin"))
        .col(schema::text("state").check(Expr::col("state").is_in([
            "OPEN",
            "RESENDING",
            "RESENT",
            "REFUSED",
            "HEALED",
        ])))
        .col(schema::text("application_number"))
        .col(schema::integer("sequence"))
        .col(schema::text("stage"))
        .col(schema::big_integer("number"))
        .col(schema::integer("stages"))
        .col(schema::text("reason"))
        .col(schema::timestamp_with_time_zone("found_at"))
        .col(schema::timestamp_with_time_zone("changed_at"))
        .col(schema::big_integer("version"))
        .primary_key(
            Index::create()
                .col("sink")
                .col("event_id")
                .col("kind")
                .col("day_on"),
        )
        .to_owned()
}

/// What is to be done: little, however much was compared. And the day of a difference; and what is not
/// compared, since it waits for an operator or was passed over.
const INDEXES: &[&str] = &[
    "CREATE INDEX ix_reconciliation_due ON reconciliation (sink, day_on, provider_bin) WHERE state = 'DUE'",
    "CREATE INDEX ix_reconciliation_day ON reconciliation (day_on, sink, provider_bin)",
    "CREATE INDEX ix_reconciliation_state ON reconciliation (state, day_on, sink, provider_bin)",
    "CREATE INDEX ix_reconciliation_difference_day ON reconciliation_difference (sink, day_on, event_id, kind)",
    "CREATE INDEX ix_reconciliation_difference_resending ON reconciliation_difference (sink, number) \
     WHERE state = 'RESENDING'",
    "CREATE INDEX ix_sink_lane_apart ON sink_lane (sink, application_id) \
     WHERE state <> 'DRAINED' OR skipped <> '[]'",
];
