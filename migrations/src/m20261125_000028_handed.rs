//! When the clerk of cases in court has to look at one: past the term of a hand-over.

use sea_orm_migration::{prelude::*, schema};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let wakes_at = schema::timestamp_with_time_zone_null("wakes_at");
        super::add_column(manager, "court_case", wakes_at).await?;
        super::run(manager, &[OWED, TO_WAKE, HANDOVER_OWED]).await
    }
}

/// The clerk looks a moment early, and again.
const OWED: &str = "UPDATE court_case SET wakes_at = handover_due_at \
     WHERE handover_due_at IS NOT NULL AND handed_over_at IS NULL AND NOT handover_overdue";

const TO_WAKE: &str = "CREATE INDEX ix_court_case_to_wake ON court_case (wakes_at, id) \
     WHERE wakes_at IS NOT NULL";

const HANDOVER_OWED: &str = "CREATE INDEX ix_court_case_handover_owed \
     ON court_case (handover_due_at, id) WHERE handover_due_at IS NOT NULL AND handed_over_at IS NULL";
