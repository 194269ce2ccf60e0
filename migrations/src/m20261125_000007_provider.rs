//! The service providers, version by version.

use sea_orm_migration::{prelude::*, schema};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(provider_version()).await?;
        super::append_only(manager, "provider_version").await
    }
}

fn provider_version() -> TableCreateStatement {
    Table::create()
        .table("provider_version")
        .col(schema::text("provider_id"))
        .col(schema::big_integer("version"))
        .col(schema::text("kind").check(Expr::col("kind").is_in([
            "OBLAST",
            "REPUBLICAN_CITY",
            "DISTRICT",
            "OBLAST_CITY",
        ])))
        .col(schema::text("bin"))
        .col(schema::text("kato"))
        .col(schema::text("territory"))
        .col(schema::text("name"))
        .col(schema::text("opens"))
        .col(schema::text("closes"))
        .col(schema::text("reviewing_body"))
        .col(schema::text("heads"))
        .col(schema::text("deputies"))
        .col(schema::timestamp_with_time_zone("set_at"))
        .col(schema::text("set_by"))
        .primary_key(Index::create().col("provider_id").col("version"))
        .to_owned()
}
