//! Cases in court, what was filed and decided in them, and the suspension of the claim on a share.

use sea_orm_migration::{prelude::*, schema};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(case()).await?;
        manager.create_table(response()).await?;
        manager.create_table(act()).await?;
        let suspended_by = schema::text_null("suspended_by");
        super::add_column(manager, "share_claim", suspended_by).await?;
        super::run(manager, INDEXES).await?;
        for table in ["court_response", "court_act"] {
            super::append_only(manager, table).await?;
        }
        Ok(())
    }
}

fn case() -> TableCreateStatement {
    Table::create()
        .table("court_case")
        .col(schema::uuid("id").primary_key())
        .col(schema::text("number"))
        .col(schema::big_integer("version"))
        .col(schema::text("provider_id"))
        .col(schema::text("cooperative_bin"))
        .col(schema::uuid("application_id"))
        .col(schema::text("application_number"))
        .col(schema::uuid_null("entry_id"))
        .col(schema::text_null("entry_number"))
        .col(schema::uuid_null("complaint_id"))
        .col(schema::text("claimant").check(Expr::col("claimant").is_in([
            "COOPERATIVE",
            "SHAREHOLDER",
            "ANOTHER",
        ])))
        .col(
            schema::text("challenge")
                .check(Expr::col("challenge").is_in(["REFUSAL", "INACTION", "ACTION", "ENTRY"])),
        )
        .col(schema::text("court"))
        .col(schema::text("case_number"))
        .col(schema::text("filed_on"))
        .col(schema::text("served_on"))
        .col(schema::boolean("reached_directly"))
        .col(schema::timestamp_with_time_zone("recorded_at"))
        .col(schema::text("recorded_by"))
        .col(schema::timestamp_with_time_zone_null("answered_at"))
        .col(schema::boolean("position_filed"))
        .col(
            schema::text_null("restraint").check(Expr::col("restraint").is_in([
                "NOTED",
                "SUSPENDED",
                "ANNULMENT",
            ])),
        )
        .to_owned()
}

fn response() -> TableCreateStatement {
    Table::create()
        .table("court_response")
        .col(schema::uuid("court_case_id"))
        .col(schema::big_integer("case_version"))
        .col(schema::text("response"))
        .col(schema::text_null("position"))
        .col(schema::text("filed_on"))
        .col(schema::timestamp_with_time_zone("recorded_at"))
        .col(schema::text("recorded_by"))
        .primary_key(Index::create().col("court_case_id").col("case_version"))
        .to_owned()
}

fn act() -> TableCreateStatement {
    Table::create()
        .table("court_act")
        .col(schema::uuid("court_case_id"))
        .col(schema::big_integer("case_version"))
        .col(schema::uuid_null("entry_id"))
        .col(schema::text("kind").check(Expr::col("kind").is_in([
            "INTERIM_MEASURE",
            "DECISION",
            "APPEAL",
            "CASSATION",
        ])))
        .col(schema::text_null("court"))
        .col(schema::text("number"))
        .col(schema::text("decided_on"))
        .col(schema::text_null("in_force_on"))
        .col(schema::uuid("document_id"))
        .col(schema::text("sha256"))
        .col(schema::text("effect").check(Expr::col("effect").is_in([
            "NONE",
            "NOTE",
            "NOTE_REMOVED",
            "SUSPENSION",
            "SUSPENSION_LIFTED",
            "ANNULMENT",
            "DECIDE_ANEW",
        ])))
        .col(schema::timestamp_with_time_zone("recorded_at"))
        .col(schema::text("recorded_by"))
        .primary_key(Index::create().col("court_case_id").col("case_version"))
        .to_owned()
}

const INDEXES: &[&str] = &[
    "CREATE UNIQUE INDEX uq_court_case_number ON court_case (number)",
    "CREATE INDEX ix_court_case_provider ON court_case (provider_id, recorded_at, id)",
    "CREATE INDEX ix_court_case_cooperative ON court_case (cooperative_bin, recorded_at, id)",
    "CREATE INDEX ix_court_case_application ON court_case (application_id, recorded_at, id)",
    "CREATE INDEX ix_court_case_provider_unanswered \
     ON court_case (provider_id, recorded_at, id) WHERE answered_at IS NULL",
    "CREATE INDEX ix_court_case_cooperative_unanswered \
     ON court_case (cooperative_bin, recorded_at, id) WHERE answered_at IS NULL",
    "CREATE INDEX ix_court_act_entry ON court_act (entry_id, court_case_id)",
];
