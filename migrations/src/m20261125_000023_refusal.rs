//! Of which refusal a complaint complains: an application that was reopened may be refused anew.

use sea_orm_migration::{prelude::*, schema};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let refused_at = schema::timestamp_with_time_zone_null("refused_at");
        super::add_column(manager, "complaint", refused_at).await?;
        super::run(manager, &[OPEN]).await
    }
}

/// Of what is open: the refusal that stands, if it was there when the complaint came.
const OPEN: &str = "UPDATE complaint SET refused_at = (\
     SELECT decided_at FROM application WHERE application.id = complaint.application_id \
     AND application.stage = 'REFUSED' AND application.decided_at <= complaint.received_at) \
     WHERE subject = 'REFUSAL' AND state IN ('RECEIVED', 'REGISTERED', 'FORWARDED')";
