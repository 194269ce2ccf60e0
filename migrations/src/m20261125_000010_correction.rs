//! Corrections of slips, what each corrects, and what an entry's version, its extract and its letter owe
//! to one.

use sea_orm_migration::{prelude::*, schema};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(correction()).await?;
        manager.create_table(content()).await?;
        // The last is of the application or of the correction; by the new column one knows of which.
        for table in ["register_entry_version", "extract", "letter"] {
            super::add_column(manager, table, schema::uuid_null("correction_id")).await?;
        }
        super::run(manager, INDEXES).await?;
        super::append_only(manager, "correction_content").await
    }
}

fn correction() -> TableCreateStatement {
    Table::create()
        .table("correction")
        .col(schema::uuid("id").primary_key())
        .col(schema::text("number"))
        .col(schema::big_integer("version"))
        .col(schema::text("state").check(Expr::col("state").is_in([
            "REQUESTED",
            "REGISTERED",
            "CORRECTED",
            "REJECTED",
            "SENT",
            "HANDOVER_PENDING",
            "HANDED_OVER",
        ])))
        .col(schema::text("origin").check(Expr::col("origin").is_in(["REQUEST", "OWN_INITIATIVE"])))
        .col(schema::text("provider_id"))
        .col(schema::text("cooperative_bin"))
        .col(schema::uuid("entry_id"))
        .col(schema::text("entry_number"))
        .col(schema::uuid("application_id"))
        .col(schema::text("begun_by"))
        .col(schema::timestamp_with_time_zone("received_at"))
        .col(schema::timestamp_with_time_zone("registered_at"))
        .col(schema::timestamp_with_time_zone_null("due_at"))
        .col(schema::text("calendar_version"))
        .col(schema::boolean("overdue"))
        .col(schema::timestamp_with_time_zone_null("decided_at"))
        .col(schema::text_null("rejection"))
        .col(schema::integer_null("entry_version"))
        .col(schema::text("findings"))
        .col(schema::text_null("former_share_key"))
        .col(schema::timestamp_with_time_zone_null("sending_due_at"))
        .col(schema::boolean("sending_overdue"))
        .col(schema::timestamp_with_time_zone_null("sent_at"))
        .col(schema::text_null("handover_reason"))
        .col(schema::timestamp_with_time_zone_null("handover_known_at"))
        .col(schema::timestamp_with_time_zone_null("handover_due_at"))
        .col(schema::timestamp_with_time_zone_null("handed_over_at"))
        .col(schema::timestamp_with_time_zone_null("waits_until"))
        .col(schema::timestamp_with_time_zone_null("wakes_at"))
        .to_owned()
}

fn content() -> TableCreateStatement {
    Table::create()
        .table("correction_content")
        .col(schema::uuid("correction_id").primary_key())
        .col(schema::blob("corrected"))
        .col(schema::text("fields"))
        .to_owned()
}

const INDEXES: &[&str] = &[
    "CREATE UNIQUE INDEX uq_correction_number ON correction (number)",
    "CREATE INDEX ix_correction_provider ON correction (provider_id, received_at, id)",
    "CREATE INDEX ix_correction_cooperative ON correction (cooperative_bin, received_at, id)",
    "CREATE INDEX ix_correction_provider_waiting ON correction (provider_id, waits_until, id) \
     WHERE waits_until IS NOT NULL",
    "CREATE INDEX ix_correction_cooperative_waiting \
     ON correction (cooperative_bin, waits_until, id) WHERE waits_until IS NOT NULL",
    "CREATE INDEX ix_correction_to_wake ON correction (wakes_at, id) WHERE wakes_at IS NOT NULL",
    "CREATE INDEX ix_correction_former_share ON correction (former_share_key, entry_id) \
     WHERE former_share_key IS NOT NULL",
];
