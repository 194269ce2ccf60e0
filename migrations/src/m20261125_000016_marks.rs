//! Terms of hand-overs: one queue for all marks, theirs too, and which term a moved due moment was of.

use sea_orm_migration::{prelude::*, schema};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["application", "correction"] {
            let column = schema::boolean("handover_overdue").default(false).take();
            super::add_column(manager, table, column).await?;
        }
        let column = schema::text("term").default("DECISION").take();
        super::add_column(manager, "due_moment_change", column).await?;
        super::run(manager, QUEUE).await
    }
}

/// What can get no mark any more has no moment; whatever owes a hand-over gets its own.
const QUEUE: &[&str] = &[
    "UPDATE application SET next_mark_at = NULL \
     WHERE stage NOT IN ('REGISTERED', 'IN_REVIEW', 'AWAITING_SIGNATURE')",
    "UPDATE application SET next_mark_at = handover_due_at WHERE stage = 'HANDOVER_PENDING'",
    "UPDATE correction SET wakes_at = handover_due_at WHERE state = 'HANDOVER_PENDING'",
    "DROP INDEX ix_application_to_mark",
    "CREATE INDEX ix_application_to_mark ON application (next_mark_at, id) \
     WHERE next_mark_at IS NOT NULL",
    "CREATE INDEX ix_application_handover ON application (share_key, id) \
     WHERE stage = 'HANDOVER_PENDING'",
];
