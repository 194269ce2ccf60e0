//! Opens the database: one writer and many readers, durable to the last commit.
//! It never serves on a schema that is not the program's own.

use std::{fmt, time::Duration};

use sea_orm::{
    ConnectOptions, Database, DatabaseConnection, DbBackend,
    sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous},
};
use tizilim_migrations::{Migrator, MigratorTrait};

use super::{StoreFault, fault::during, trace::traced};

/// Where the register is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct StoreConfig {
    /// `sqlite:PATH` or `postgres://…`.
    pub url: String,
}

impl StoreConfig {
    /// The defaults for a register at that URL.
    pub fn at(url: impl Into<String>) -> Self {
        Self { url: url.into() }
    }
}

/// Never shows the URL: it may hold a password.
impl fmt::Debug for StoreConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoreConfig").finish_non_exhaustive()
    }
}

/// The writer and the readers.
#[derive(Clone, Debug)]
pub struct Connections {
    pub(super) writes: DatabaseConnection,
    pub(super) reads: DatabaseConnection,
}

const SQLITE_READERS: u32 = 4;
const POSTGRES_CONNECTIONS: u32 = 16;

impl Connections {
    /// Connects, without looking at the schema.
    pub async fn open(config: &StoreConfig) -> Result<Self, StoreFault> {
        if config.url.starts_with("sqlite:") {
            let writes = connect(sqlite(&config.url, 1)).await?;
            let reads = connect(sqlite(&config.url, SQLITE_READERS)).await?;
            return Ok(Self { writes, reads });
        }
        let pool = connect(postgres(&config.url)).await?;
        Ok(Self {
            writes: pool.clone(),
            reads: pool,
        })
    }

    /// Brings the schema up to date; two processes never do so at once.
    pub async fn migrate(&self) -> Result<(), StoreFault> {
        Migrator::up(&self.writes, None)
            .await
            .map_err(during("migrate"))
    }

    /// Fails if the schema is not the program's own.
    pub async fn check(&self) -> Result<(), StoreFault> {
        let pending = Migrator::get_pending_migrations(&self.writes)
            .await
            .map_err(during("look for pending migrations"))?
            .len();
        if pending == 0 {
            Ok(())
        } else {
            Err(StoreFault::PendingMigrations { pending })
        }
    }

    /// Whether the embedded engine is used.
    pub fn is_embedded(&self) -> bool {
        self.writes.get_database_backend() == DbBackend::Sqlite
    }
}

async fn connect(options: ConnectOptions) -> Result<DatabaseConnection, StoreFault> {
    let connection = Database::connect(options).await;
    connection
        .map(traced)
        .map_err(during("connect to the database"))
}

/// WAL, so that readers never wait behind the writer; `FULL`, so that an answered commit survives a
/// power cut.
fn sqlite(url: &str, connections: u32) -> ConnectOptions {
    let mut options = quiet(url);
    options
        .max_connections(connections)
        .min_connections(1)
        // A file does not hang up: asking before each read would cost as much as the read.
        .test_before_acquire(false)
        .map_sqlx_sqlite_opts(|sqlite| {
            sqlite
                .create_if_missing(true)
                .foreign_keys(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .busy_timeout(Duration::from_secs(5))
        });
    options
}

fn postgres(url: &str) -> ConnectOptions {
    let mut options = quiet(url);
    options
        .max_connections(POSTGRES_CONNECTIONS)
        .min_connections(2)
        .statement_timeout(Duration::from_secs(5))
        .set_application_name("tizilim");
    options
}

fn quiet(url: &str) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .sqlx_logging(false)
        .record_stmt_in_spans(false)
        .acquire_timeout(Duration::from_secs(2));
    options
}
