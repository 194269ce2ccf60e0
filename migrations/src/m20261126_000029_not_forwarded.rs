//! Since when a complaint is late to be forwarded, which was told as the silence of who is to decide.

use sea_orm_migration::{prelude::*, schema};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let since = schema::timestamp_with_time_zone_null("not_forwarded_at");
        super::add_column(manager, "complaint", since).await?;
        super::run(manager, &[KEPT_BACK]).await
    }
}

/// Of those that went on meanwhile only the stages tell.
const KEPT_BACK: &str = "UPDATE complaint SET not_forwarded_at = silent_at, silent_at = NULL \
     WHERE state = 'REGISTERED' AND addressee <> 'PROVIDER' AND silent_at IS NOT NULL";
