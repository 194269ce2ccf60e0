//! The rule sets that were activated and withdrawn, and applications by their moment of registration.

use sea_orm_migration::{prelude::*, schema};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [rule_set(), withdrawal()] {
            manager.create_table(table).await?;
        }
        for table in ["rule_set", "rule_set_withdrawal"] {
            super::append_only(manager, table).await?;
        }
        // What a rule set would change is asked for a period of registration.
        let index = "CREATE INDEX ix_application_registered ON application (registered_at, id)";
        super::run(manager, &[index]).await
    }
}

/// The first day is an ISO 8601 text, as days of the calendar are; a title and a reason are JSON with the three
/// languages.
fn rule_set() -> TableCreateStatement {
    Table::create()
        .table("rule_set")
        .col(schema::text("version").primary_key())
        .col(schema::text("effective_from"))
        .col(schema::text("text"))
        .col(schema::text("sha256"))
        .col(schema::text("act_title"))
        .col(schema::text("act_number"))
        .col(schema::text("act_on"))
        .col(schema::timestamp_with_time_zone("activated_at"))
        .col(schema::text("activated_by"))
        .to_owned()
}

fn withdrawal() -> TableCreateStatement {
    Table::create()
        .table("rule_set_withdrawal")
        .col(schema::text("version").primary_key())
        .col(schema::text("reason"))
        .col(schema::timestamp_with_time_zone("withdrawn_at"))
        .col(schema::text("withdrawn_by"))
        .foreign_key(
            ForeignKey::create()
                .name("fk_rule_set_withdrawal_rule_set")
                .from("rule_set_withdrawal", "version")
                .to("rule_set", "version"),
        )
        .to_owned()
}
