//! What a provider's office needs: marks on the way to the due moment, who did what in a review, notes.

use sea_orm_migration::{prelude::*, schema};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in columns() {
            super::add_column(manager, table, column).await?;
        }
        super::run(manager, MARKS).await?;
        for table in [review_act(), review_note()] {
            manager.create_table(table).await?;
        }
        super::append_only(manager, "review_act").await?;
        super::append_only(manager, "review_note").await
    }
}

/// A column that is added needs a value for the rows that are there.
fn columns() -> [(&'static str, ColumnDef); 5] {
    let moment = "1970-01-01 00:00:00+00:00";
    [
        (
            "application",
            schema::timestamp_with_time_zone("near_due_at")
                .default(moment)
                .take(),
        ),
        (
            "application",
            schema::boolean("near_due").default(false).take(),
        ),
        (
            "application",
            schema::timestamp_with_time_zone_null("next_mark_at"),
        ),
        (
            "provider_version",
            schema::integer("near_due_minutes").default(240).take(),
        ),
        (
            "provider_version",
            schema::text("contract_decision")
                .default("AUTOMATIC")
                .take(),
        ),
    ]
}

/// What was filed before is near its due moment when that has come. The index by officer holds only
/// what somebody has: most contracts never enter it.
const MARKS: &[&str] = &[
    "UPDATE application SET near_due_at = due_at, near_due = overdue",
    "UPDATE application SET next_mark_at = due_at WHERE NOT overdue",
    "DROP INDEX ix_application_to_fall_due",
    "CREATE INDEX ix_application_to_mark ON application (next_mark_at, id) \
     WHERE next_mark_at IS NOT NULL \
     AND stage IN ('REGISTERED', 'IN_REVIEW', 'AWAITING_SIGNATURE')",
    "DROP INDEX ix_application_review_queue",
    "CREATE INDEX ix_application_review_queue \
     ON application (provider_id, stage, overdue, near_due, due_at, id) \
     WHERE stage IN ('REGISTERED', 'IN_REVIEW', 'AWAITING_SIGNATURE')",
    "CREATE INDEX ix_application_review_officer ON application (provider_id, officer, due_at, id) \
     WHERE officer IS NOT NULL \
     AND stage IN ('REGISTERED', 'IN_REVIEW', 'AWAITING_SIGNATURE')",
];

fn review_act() -> TableCreateStatement {
    Table::create()
        .table("review_act")
        .col(schema::uuid("application_id"))
        .col(schema::big_integer("application_version"))
        .col(schema::text("kind").check(Expr::col("kind").is_in([
            "TAKEN",
            "HANDED_OVER",
            "REASSIGNED",
            "CHECK_RECORDED",
            "CONFIRMED",
        ])))
        .col(schema::text_null("officer"))
        .col(schema::text_null("reason"))
        .col(schema::text_null("check_code"))
        .col(schema::text_null("outcome"))
        .col(schema::text_null("note"))
        .col(schema::timestamp_with_time_zone("acted_at"))
        .col(schema::text("acted_by"))
        .primary_key(
            Index::create()
                .col("application_id")
                .col("application_version"),
        )
        .to_owned()
}

fn review_note() -> TableCreateStatement {
    Table::create()
        .table("review_note")
        .col(schema::uuid("application_id"))
        .col(schema::uuid("id"))
        .col(schema::text("text"))
        .col(schema::timestamp_with_time_zone("written_at"))
        .col(schema::text("written_by"))
        .primary_key(Index::create().col("application_id").col("id"))
        .to_owned()
}
