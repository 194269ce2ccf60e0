//! Applications, what was filed with them, and uploaded documents.

use sea_orm_migration::{prelude::*, schema};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(document()).await?;
        manager.create_table(application()).await?;
        manager.create_table(content()).await?;
        super::run(manager, INDEXES).await?;
        super::append_only(manager, "application_content").await?;
        super::append_only(manager, "document").await
    }
}

fn document() -> TableCreateStatement {
    Table::create()
        .table("document")
        .col(schema::uuid("id").primary_key())
        .col(schema::text("cooperative_bin"))
        .col(schema::text("file_name"))
        .col(schema::text("sha256"))
        .col(schema::big_integer("size_bytes"))
        .col(schema::text("content_type"))
        .col(schema::timestamp_with_time_zone("uploaded_at"))
        .col(schema::text("uploaded_by"))
        .to_owned()
}

fn application() -> TableCreateStatement {
    Table::create()
        .table("application")
        .col(schema::uuid("id").primary_key())
        .col(schema::text("number"))
        .col(schema::big_integer("version"))
        .col(schema::text("stage").check(Expr::col("stage").is_in([
            "RECEIVED",
            "REGISTERED",
            "IN_REVIEW",
            "AWAITING_SIGNATURE",
            "GRANTED",
            "REFUSED",
            "EXTRACT_SENT",
            "HANDOVER_PENDING",
            "EXTRACT_HANDED_OVER",
            "WITHDRAWN",
        ])))
        .col(schema::integer("stage_count"))
        .col(schema::text("procedure"))
        .col(schema::text("form"))
        .col(schema::text("provider_id"))
        .col(schema::text("cooperative_bin"))
        .col(schema::text("filed_by"))
        .col(schema::text("share_key"))
        .col(schema::text("agreement_key"))
        .col(schema::text("agreement_sha256"))
        .col(schema::uuid_null("document_id"))
        .col(schema::uuid_null("refused_application_id"))
        .col(schema::timestamp_with_time_zone("received_at"))
        .col(schema::timestamp_with_time_zone("registered_at"))
        .col(schema::timestamp_with_time_zone("due_at"))
        .col(schema::text("calendar_version"))
        .col(schema::boolean("overdue"))
        .col(schema::boolean("filed_late"))
        .col(schema::text_null("officer"))
        .col(schema::timestamp_with_time_zone_null("checked_at"))
        .col(schema::text("findings"))
        .col(schema::text_null("refusal"))
        .col(schema::timestamp_with_time_zone_null("decided_at"))
        .col(schema::uuid_null("entry_id"))
        .col(schema::text_null("handover_reason"))
        .col(schema::timestamp_with_time_zone_null("handover_known_at"))
        .col(schema::timestamp_with_time_zone_null("handover_due_at"))
        .col(schema::timestamp_with_time_zone_null("handed_over_at"))
        .to_owned()
}

fn content() -> TableCreateStatement {
    Table::create()
        .table("application_content")
        .col(schema::uuid("application_id").primary_key())
        .col(schema::blob("agreement"))
        .col(schema::blob("cooperative_signature"))
        .col(schema::blob_null("shareholder_signature"))
        .col(schema::blob_null("former_shareholder_signature"))
        .foreign_key(
            ForeignKey::create()
                .name("fk_application_content_application")
                .from("application_content", "application_id")
                .to("application", "id"),
        )
        .to_owned()
}

/// The queues are partial indexes: their cost grows with what waits, not with the register.
const INDEXES: &[&str] = &[
    "CREATE UNIQUE INDEX uq_application_number ON application (number)",
    "CREATE INDEX ix_application_cooperative ON application (cooperative_bin, received_at, id)",
    "CREATE INDEX ix_application_provider ON application (provider_id, received_at, id)",
    "CREATE INDEX ix_application_cooperative_stage \
     ON application (cooperative_bin, stage, received_at, id)",
    "CREATE INDEX ix_application_provider_stage ON application (provider_id, stage, received_at, id)",
    "CREATE INDEX ix_application_review_queue ON application (provider_id, due_at, id) \
     WHERE stage IN ('REGISTERED', 'IN_REVIEW', 'AWAITING_SIGNATURE')",
    "CREATE INDEX ix_application_to_register ON application (registered_at, id) \
     WHERE stage = 'RECEIVED'",
    "CREATE INDEX ix_application_to_check ON application (registered_at, id) \
     WHERE stage = 'REGISTERED'",
    "CREATE INDEX ix_application_to_fall_due ON application (due_at, id) \
     WHERE NOT overdue AND stage IN ('REGISTERED', 'IN_REVIEW', 'AWAITING_SIGNATURE')",
    "CREATE INDEX ix_application_open_share ON application (share_key, id) \
     WHERE stage IN ('RECEIVED', 'REGISTERED', 'IN_REVIEW', 'AWAITING_SIGNATURE')",
];
