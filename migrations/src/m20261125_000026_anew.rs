//! Of which refusal a case in court is, and the refusal that an act of a court annulled.

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
        super::add_column(manager, "court_case", refused_at).await?;
        let annulled = schema::text_null("annulled_refusal");
        super::add_column(manager, "court_act", annulled).await?;
        super::run(manager, &[STANDING]).await
    }
}

/// The refusal that stands, if it was there when the action was recorded.
const STANDING: &str = "UPDATE court_case SET refused_at = (\
     SELECT decided_at FROM application WHERE application.id = court_case.application_id \
     AND application.stage = 'REFUSED' AND application.decided_at <= court_case.recorded_at) \
     WHERE challenge = 'REFUSAL'";
