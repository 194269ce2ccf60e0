//! Which annulments of entries wait for the signature of a head.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::run(manager, INDEXES).await
    }
}

const INDEXES: &[&str] = &[
    "CREATE INDEX ix_court_case_provider_to_annul ON court_case (provider_id, recorded_at, id) \
     WHERE restraint = 'ANNULMENT' AND annulled_at IS NULL",
    "CREATE INDEX ix_court_case_cooperative_to_annul ON court_case (cooperative_bin, recorded_at, id) \
     WHERE restraint = 'ANNULMENT' AND annulled_at IS NULL",
];
