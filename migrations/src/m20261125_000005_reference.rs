//! Reference data, its number in the journal's head, and the due moments that were moved.

use sea_orm_migration::{prelude::*, schema};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::run(
            manager,
            &["ALTER TABLE journal_head ADD COLUMN reference BIGINT NOT NULL DEFAULT 0"],
        )
        .await?;
        for table in [calendar_change(), calendar_day(), due_moment_change()] {
            manager.create_table(table).await?;
        }
        for table in ["calendar_change", "calendar_day", "due_moment_change"] {
            super::append_only(manager, table).await?;
        }
        Ok(())
    }
}

/// Days are ISO 8601 texts: they are keys, and compare as they follow each other. A title and a reason are
/// JSON with the three languages.
fn calendar_change() -> TableCreateStatement {
    Table::create()
        .table("calendar_change")
        .col(schema::big_integer("sequence").primary_key())
        .col(schema::text("act_title"))
        .col(schema::text("act_number"))
        .col(schema::text("act_on"))
        .col(schema::text("reason"))
        .col(schema::text_null("covers_to"))
        .col(schema::text("calendar_version"))
        .col(schema::timestamp_with_time_zone("set_at"))
        .col(schema::text("set_by"))
        .to_owned()
}

fn calendar_day() -> TableCreateStatement {
    Table::create()
        .table("calendar_day")
        .col(schema::text("day"))
        .col(schema::big_integer("sequence"))
        .col(schema::text("kind").check(Expr::col("kind").is_in([
            "working",
            "day_off",
            "holiday",
            "moved_day_off",
            "worked_day_off",
        ])))
        .primary_key(Index::create().col("day").col("sequence"))
        .foreign_key(
            ForeignKey::create()
                .name("fk_calendar_day_change")
                .from("calendar_day", "sequence")
                .to("calendar_change", "sequence"),
        )
        .to_owned()
}

fn due_moment_change() -> TableCreateStatement {
    let moment = schema::timestamp_with_time_zone;
    Table::create()
        .table("due_moment_change")
        .col(schema::uuid("application_id"))
        .col(schema::big_integer("application_version"))
        .col(moment("registered_at_before"))
        .col(moment("registered_at_after"))
        .col(moment("due_at_before"))
        .col(moment("due_at_after"))
        .col(schema::text("calendar_version_before"))
        .col(schema::text("calendar_version_after"))
        .col(schema::text("act_title"))
        .col(schema::text("act_number"))
        .col(schema::text("act_on"))
        .col(schema::text("reason"))
        .col(moment("moved_at"))
        .col(schema::text("moved_by"))
        .primary_key(
            Index::create()
                .col("application_id")
                .col("application_version"),
        )
        .to_owned()
}
