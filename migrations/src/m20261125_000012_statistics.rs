//! How many applications are alike: what the journal says, added up.

use sea_orm_migration::{prelude::*, schema};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("statistics_cell")
                    .col(schema::text("cell").primary_key())
                    .col(schema::text("provider_id"))
                    .col(schema::text("received_on"))
                    .col(schema::text_null("registered_on"))
                    .col(schema::text_null("ended_on"))
                    .col(schema::text("procedure"))
                    .col(schema::text("form"))
                    .col(schema::text("result"))
                    .col(schema::text("grounds"))
                    .col(schema::text("timeliness"))
                    .col(schema::boolean("filed_late"))
                    .col(schema::integer_null("working_days"))
                    .col(schema::big_integer("applications"))
                    .col(schema::big_integer("version"))
                    .to_owned(),
            )
            .await?;
        super::run(manager, INDEXES).await
    }
}

/// A period of one provider, by each of the days.
const INDEXES: &[&str] = &[
    "CREATE INDEX ix_statistics_cell_received ON statistics_cell (provider_id, received_on)",
    "CREATE INDEX ix_statistics_cell_registered ON statistics_cell (provider_id, registered_on)",
    "CREATE INDEX ix_statistics_cell_ended ON statistics_cell (provider_id, ended_on)",
];
