//! The schema, one table family per file; a released file never changes.
//!
//! Instants are UTC with microseconds, JSON is text, enumerations are their codes with a CHECK.

#![expect(
    elided_lifetimes_in_paths,
    reason = "the signature of MigrationTrait elides them"
)]

pub use sea_orm_migration::{MigratorTrait, SchemaManager, seaql_migrations as applied};
use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

mod m20261125_000001_journal;
mod m20261125_000002_application;
mod m20261125_000003_register;
mod m20261125_000004_delivery;
mod m20261125_000005_reference;
mod m20261125_000006_listing;
mod m20261125_000007_provider;
mod m20261125_000008_rule_set;
mod m20261125_000009_office;
mod m20261125_000010_correction;
mod m20261125_000011_import;
mod m20261125_000012_statistics;
mod m20261125_000013_sinks;
mod m20261125_000014_reconciliation;
mod m20261125_000015_lag;
mod m20261125_000016_marks;
mod m20261125_000017_complaint;
mod m20261125_000018_notice;
mod m20261125_000019_moves;
mod m20261125_000020_case_file;
mod m20261125_000021_owed;
mod m20261125_000023_refusal;
mod m20261125_000024_court;
mod m20261125_000025_annulment;
mod m20261125_000026_anew;
mod m20261125_000027_to_annul;
mod m20261125_000028_handed;
mod m20261126_000029_not_forwarded;

/// All migrations, in order.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261125_000001_journal::Migration),
            Box::new(m20261125_000002_application::Migration),
            Box::new(m20261125_000003_register::Migration),
            Box::new(m20261125_000004_delivery::Migration),
            Box::new(m20261125_000005_reference::Migration),
            Box::new(m20261125_000006_listing::Migration),
            Box::new(m20261125_000007_provider::Migration),
            Box::new(m20261125_000008_rule_set::Migration),
            Box::new(m20261125_000009_office::Migration),
            Box::new(m20261125_000010_correction::Migration),
            Box::new(m20261125_000011_import::Migration),
            Box::new(m20261125_000012_statistics::Migration),
            Box::new(m20261125_000013_sinks::Migration),
            Box::new(m20261125_000014_reconciliation::Migration),
            Box::new(m20261125_000015_lag::Migration),
            Box::new(m20261125_000016_marks::Migration),
            Box::new(m20261125_000017_complaint::Migration),
            Box::new(m20261125_000018_notice::Migration),
            Box::new(m20261125_000019_moves::Migration),
            Box::new(m20261125_000020_case_file::Migration),
            Box::new(m20261125_000021_owed::Migration),
            Box::new(m20261125_000023_refusal::Migration),
            Box::new(m20261125_000024_court::Migration),
            Box::new(m20261125_000025_annulment::Migration),
            Box::new(m20261125_000026_anew::Migration),
            Box::new(m20261125_000027_to_annul::Migration),
            Box::new(m20261125_000028_handed::Migration),
            Box::new(m20261126_000029_not_forwarded::Migration),
        ]
    }
}

/// Adds a column to a table: SQLite adds one at a time.
async fn add_column(
    manager: &SchemaManager<'_>,
    table: &'static str,
    column: ColumnDef,
) -> Result<(), DbErr> {
    let added = Table::alter().table(table).add_column(column).to_owned();
    manager.alter_table(added).await
}

/// Runs statements in order.
async fn run(manager: &SchemaManager<'_>, statements: &[&str]) -> Result<(), DbErr> {
    for statement in statements {
        manager
            .get_connection()
            .execute_unprepared(statement)
            .await?;
    }
    Ok(())
}

/// An UPDATE, DELETE or TRUNCATE of the table fails: what stands there never changes.
async fn append_only(manager: &SchemaManager<'_>, table: &str) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    if connection.get_database_backend() == DbBackend::Postgres {
        let function = format!(
            "CREATE FUNCTION {table}_is_append_only() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
        );
        let trigger = format!(
            "CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} \
             FOR EACH STATEMENT EXECUTE FUNCTION {table}_is_append_only()"
        );
        return run(manager, &[&function, &trigger]).await;
    }
    for event in ["UPDATE", "DELETE"] {
        let trigger = format!(
            "CREATE TRIGGER {table}_no_{event} BEFORE {event} ON {table} \
             BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        );
        connection.execute_unprepared(&trigger).await?;
    }
    Ok(())
}
