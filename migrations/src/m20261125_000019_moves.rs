//! Moved due moments of corrections beside those of applications: a move is of a case, whichever it is.

use sea_orm_migration::prelude::*;

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
            &[
                "ALTER TABLE due_moment_change RENAME COLUMN application_id TO case_id",
                "ALTER TABLE due_moment_change RENAME COLUMN application_version TO case_version",
            ],
        )
        .await
    }
}
