//! Changes of the Rules, the notices of them, the attempts to send these, and where a provider's go.

use sea_orm_migration::{prelude::*, schema};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [rules_change(), notice(), notice_attempt()] {
            manager.create_table(table).await?;
        }
        let email = schema::text_null("notice_email");
        super::add_column(manager, "provider_version", email).await?;
        super::run(manager, INDEXES).await?;
        super::append_only(manager, "rules_change").await?;
        super::append_only(manager, "notice_attempt").await
    }
}

fn rules_change() -> TableCreateStatement {
    Table::create()
        .table("rules_change")
        .col(schema::uuid("id").primary_key())
        .col(schema::text("act_title"))
        .col(schema::text("act_number"))
        .col(schema::text("act_dated_on"))
        .col(schema::text("published_on"))
        .col(schema::text("in_force_on"))
        .col(schema::text("text"))
        .col(schema::text("files"))
        .col(schema::text_null("rule_set"))
        .col(schema::timestamp_with_time_zone("announced_at"))
        .col(schema::text("announced_by"))
        .col(schema::timestamp_with_time_zone("due_at"))
        .col(schema::text("calendar_version"))
        .col(schema::integer("addressee_count"))
        .to_owned()
}

fn notice() -> TableCreateStatement {
    Table::create()
        .table("notice")
        .col(schema::uuid("id").primary_key())
        .col(schema::uuid("rules_change_id"))
        .col(schema::text("addressee"))
        .col(schema::text("bin"))
        .col(schema::text("name"))
        .col(schema::text_null("email"))
        .col(schema::big_integer("version"))
        .col(schema::timestamp_with_time_zone("announced_at"))
        .col(schema::timestamp_with_time_zone("due_at"))
        .col(schema::boolean("overdue"))
        .col(schema::timestamp_with_time_zone_null("told_at"))
        .col(
            schema::text_null("told_by")
                .check(Expr::col("told_by").is_in(["MAIL", "ACKNOWLEDGEMENT"])),
        )
        .col(schema::timestamp_with_time_zone_null("acknowledged_at"))
        .col(schema::text_null("acknowledged_by"))
        .col(schema::timestamp_with_time_zone_null(
            "acknowledgement_due_at",
        ))
        .col(schema::timestamp_with_time_zone_null("remind_at"))
        .col(
            schema::text_null("letter_state")
                .check(Expr::col("letter_state").is_in(["WAITING", "TAKEN", "FAILED", "DROPPED"])),
        )
        .col(schema::timestamp_with_time_zone_null("letter_owed_at"))
        .col(schema::integer("letter_count"))
        .col(schema::integer("attempts"))
        .col(schema::timestamp_with_time_zone_null("next_attempt_at"))
        .col(schema::timestamp_with_time_zone_null("waits_until"))
        .col(schema::timestamp_with_time_zone_null("wakes_at"))
        .to_owned()
}

fn notice_attempt() -> TableCreateStatement {
    Table::create()
        .table("notice_attempt")
        .col(schema::uuid("notice_id"))
        .col(schema::integer("letter"))
        .col(schema::integer("attempt"))
        .col(schema::timestamp_with_time_zone("attempted_at"))
        .col(schema::boolean("taken"))
        .col(schema::text("answer"))
        .primary_key(
            Index::create()
                .col("notice_id")
                .col("letter")
                .col("attempt"),
        )
        .to_owned()
}

const INDEXES: &[&str] = &[
    "CREATE INDEX ix_rules_change_announced ON rules_change (announced_at, id)",
    "CREATE UNIQUE INDEX uq_notice_addressee ON notice (rules_change_id, addressee)",
    "CREATE INDEX ix_notice_addressee ON notice (addressee, announced_at, id)",
    "CREATE INDEX ix_notice_unacknowledged ON notice (addressee, waits_until, id) \
     WHERE waits_until IS NOT NULL",
    "CREATE INDEX ix_notice_to_send ON notice (next_attempt_at, id) \
     WHERE next_attempt_at IS NOT NULL",
    "CREATE INDEX ix_notice_untold ON notice (due_at, id) WHERE told_at IS NULL",
    "CREATE INDEX ix_notice_to_wake ON notice (wakes_at, id) WHERE wakes_at IS NOT NULL",
];
