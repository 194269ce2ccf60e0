//! Annulments of entries by acts of courts: which case made a version, its extract and its letter, and what
//! became of that extract.

use sea_orm_migration::{prelude::*, schema};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["register_entry_version", "extract", "letter"] {
            super::add_column(manager, table, schema::uuid_null("court_case_id")).await?;
        }
        let moment = schema::timestamp_with_time_zone_null::<&str>;
        for column in [
            schema::integer_null("annulled_version"),
            moment("annulled_at"),
            moment("extract_sent_at"),
            schema::text_null("handover_reason"),
            moment("handover_known_at"),
            moment("handover_due_at"),
            moment("handed_over_at"),
            schema::boolean("handover_overdue").default(false).take(),
        ] {
            super::add_column(manager, "court_case", column).await?;
        }
        Ok(())
    }
}
