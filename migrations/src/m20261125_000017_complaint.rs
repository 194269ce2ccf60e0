//! Complaints: each with what it says and what was done with it; that an application is decided anew; and
//! which body is above a provider.

use sea_orm_migration::{prelude::*, schema};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [complaint(), content(), act()] {
            manager.create_table(table).await?;
        }
        for (table, column) in [
            (
                "application",
                schema::timestamp_with_time_zone_null("reopened_at"),
            ),
            ("provider_version", schema::text_null("higher_body_bin")),
        ] {
            super::add_column(manager, table, column).await?;
        }
        super::run(manager, INDEXES).await?;
        super::append_only(manager, "complaint_content").await?;
        super::append_only(manager, "complaint_act").await
    }
}

fn complaint() -> TableCreateStatement {
    let one_of = |name: &'static str, codes: &[&'static str]| {
        schema::text(name)
            .check(Expr::col(name).is_in(codes.iter().copied()))
            .take()
    };
    Table::create()
        .table("complaint")
        .col(schema::uuid("id").primary_key())
        .col(schema::text("number"))
        .col(schema::big_integer("version"))
        .col(one_of("state", STATES))
        .col(one_of("addressee", ADDRESSEES))
        .col(one_of("subject", SUBJECTS))
        .col(schema::text("provider_id"))
        .col(schema::text("cooperative_bin"))
        .col(schema::uuid("application_id"))
        .col(schema::text("application_number"))
        .col(schema::text("filed_by"))
        .col(schema::timestamp_with_time_zone("received_at"))
        .col(schema::timestamp_with_time_zone("registered_at"))
        .col(schema::timestamp_with_time_zone("due_at"))
        .col(schema::text("calendar_version"))
        .col(schema::boolean("filed_late"))
        .col(schema::timestamp_with_time_zone_null("silent_at"))
        .col(schema::timestamp_with_time_zone_null("extended_at"))
        .col(schema::integer_null("extended_by_days"))
        .col(schema::timestamp_with_time_zone_null("told_due_at"))
        .col(schema::date_null("told_on"))
        .col(schema::timestamp_with_time_zone_null("forwarded_at"))
        .col(schema::text_null("reviewer_bin"))
        .col(schema::text_null("case_file_sha256"))
        .col(schema::timestamp_with_time_zone_null("decided_at"))
        .col(schema::text_null("outcome"))
        .col(schema::text_null("left_reason"))
        .col(schema::text_null("remedy"))
        .col(schema::uuid_null("correction_id"))
        .col(schema::text_null("annulled_refusal"))
        .col(schema::timestamp_with_time_zone_null("waits_until"))
        .col(schema::timestamp_with_time_zone_null("wakes_at"))
        .to_owned()
}

fn content() -> TableCreateStatement {
    Table::create()
        .table("complaint_content")
        .col(schema::uuid("complaint_id").primary_key())
        .col(schema::blob("content"))
        .col(schema::blob("signature"))
        .to_owned()
}

fn act() -> TableCreateStatement {
    Table::create()
        .table("complaint_act")
        .col(schema::uuid("complaint_id"))
        .col(schema::big_integer("complaint_version"))
        .col(schema::text("kind"))
        .col(schema::timestamp_with_time_zone("acted_at"))
        .col(schema::text("acted_by"))
        .col(schema::text_null("text"))
        .primary_key(Index::create().col("complaint_id").col("complaint_version"))
        .to_owned()
}

const STATES: &[&str] = &[
    "RECEIVED",
    "REGISTERED",
    "FORWARDED",
    "SATISFIED",
    "DECIDED",
    "WITHDRAWN",
];
const ADDRESSEES: &[&str] = &["PROVIDER", "HIGHER_BODY", "QUALITY_AUTHORITY"];
const SUBJECTS: &[&str] = &["REFUSAL", "OVERDUE", "ACTION", "EXTRACT"];

/// A queue holds what waits, and its index is partial; the others list all that an owner has.
const INDEXES: &[&str] = &[
    "CREATE UNIQUE INDEX uq_complaint_number ON complaint (number)",
    "CREATE INDEX ix_complaint_application ON complaint (application_id, received_at, id)",
    "CREATE INDEX ix_complaint_provider ON complaint (provider_id, received_at, id)",
    "CREATE INDEX ix_complaint_cooperative ON complaint (cooperative_bin, received_at, id)",
    "CREATE INDEX ix_complaint_reviewer ON complaint (reviewer_bin, received_at, id) \
     WHERE reviewer_bin IS NOT NULL",
    "CREATE INDEX ix_complaint_provider_waiting ON complaint (provider_id, waits_until, id) \
     WHERE waits_until IS NOT NULL",
    "CREATE INDEX ix_complaint_cooperative_waiting ON complaint (cooperative_bin, waits_until, id) \
     WHERE waits_until IS NOT NULL",
    "CREATE INDEX ix_complaint_reviewer_waiting ON complaint (reviewer_bin, waits_until, id) \
     WHERE waits_until IS NOT NULL AND reviewer_bin IS NOT NULL",
    "CREATE INDEX ix_complaint_to_wake ON complaint (wakes_at, id) WHERE wakes_at IS NOT NULL",
];
