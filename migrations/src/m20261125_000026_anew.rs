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
        let mut refused_at = schema::timestamp_with_time_zone_null("refused_at");
        let mut alter = Table::alter();
        let case = alter.table("court_case").add_column(refused_at.take());
        manager.alter_table(case.take()).await?;
        let mut annulled = schema::text_null("annulled_refusal");
        let mut alter = Table::alter();
        let act = alter.table("court_act").add_column(annulled.take());
        manager.alter_table(act.take()).await?;
        super::run(manager, &[STANDING]).await
    }
}

/// The refusal that stands, if it was there when the action was recorded.
const STANDING: &str = "UPDATE court_case SET refused_at = (\
     SELECT decided_at FROM application WHERE application.id = court_case.application_id \
     AND application.stage = 'REFUSED' AND application.decided_at <= court_case.recorded_at) \
     WHERE challenge = 'REFUSAL'";
