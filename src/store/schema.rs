//! The schema of the database against the program's own: brought up to it, or compared with it.
//! It never changes anything where it only compares, and never works on a schema of a later release.

use std::collections::BTreeSet;

use sea_orm::{ConnectionTrait, DatabaseConnection, EntityTrait as _, Statement};
use tizilim_migrations::{Migrator, MigratorTrait as _, SchemaManager, applied};

use super::{Connections, StoreFault, connect::connect, fault::during};

/// Every process that migrates a database holds this advisory lock meanwhile: `tizilim` in ASCII.
pub(super) const MIGRATION_LOCK: i64 = 0x0074_697a_696c_696d;

impl Connections {
    /// Brings the schema up to date; of two processes on one server the second waits for the first.
    pub async fn migrate(&self) -> Result<(), StoreFault> {
        let Some(server) = &self.server else {
            return up(&self.writes).await;
        };
        let session = connect(server.for_migrations()).await?;
        lock(&session).await?;
        let outcome = up(&session).await;
        // The lock ends with the session.
        session
            .close()
            .await
            .map_err(during("end the migration's session"))?;
        outcome
    }

    /// Fails if the schema is not the program's own. It reads only.
    pub async fn check(&self) -> Result<(), StoreFault> {
        let pending = pending(&self.reads).await?;
        if pending == 0 {
            Ok(())
        } else {
            Err(StoreFault::PendingMigrations { pending })
        }
    }
}

async fn up(database: &DatabaseConnection) -> Result<(), StoreFault> {
    if pending(database).await? == 0 {
        return Ok(());
    }
    Migrator::up(database, None)
        .await
        .map_err(during("migrate"))
}

/// How many migrations are still to be applied; a fault if some were that the program does not know.
async fn pending(reads: &DatabaseConnection) -> Result<usize, StoreFault> {
    let ours: BTreeSet<String> = Migrator::migrations()
        .iter()
        .map(|migration| migration.name().to_owned())
        .collect();
    let applied = applied_to(reads).await?;
    let unknown: Vec<&str> = applied.difference(&ours).map(String::as_str).collect();
    if unknown.is_empty() {
        Ok(ours.difference(&applied).count())
    } else {
        let unknown = unknown.join(", ");
        Err(StoreFault::SchemaAhead { unknown })
    }
}

async fn applied_to(reads: &DatabaseConnection) -> Result<BTreeSet<String>, StoreFault> {
    let is_there = SchemaManager::new(reads)
        .has_table("seaql_migrations")
        .await;
    if !is_there.map_err(during("look for the schema"))? {
        return Ok(BTreeSet::new());
    }
    let rows = applied::Entity::find().all(reads).await;
    let rows = rows.map_err(during("look at the schema"))?;
    Ok(rows.into_iter().map(|row| row.version).collect())
}

async fn lock(session: &DatabaseConnection) -> Result<(), StoreFault> {
    let backend = session.get_database_backend();
    let at_once = format!("SELECT pg_try_advisory_lock({MIGRATION_LOCK})");
    let row = session
        .query_one_raw(Statement::from_string(backend, at_once))
        .await
        .map_err(during("lock the schema"))?;
    let is_ours = row.map(|row| row.try_get_by_index(0)).transpose();
    if is_ours.map_err(during("lock the schema"))? == Some(true) {
        return Ok(());
    }
    tracing::info!("another process migrates the schema; waiting for it");
    session
        .execute_unprepared(&format!("SELECT pg_advisory_lock({MIGRATION_LOCK})"))
        .await
        .map(drop)
        .map_err(during("lock the schema"))
}
