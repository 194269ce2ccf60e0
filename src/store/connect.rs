//! Opens the database: connections for writes, and others for reads, durable to the last commit.
//! It never serves on a schema that is not the program's own.

use std::{fmt, future::Future, time::Duration};

use futures_util::FutureExt as _;
use sea_orm::{
    ConnectOptions, Database, DatabaseConnection, DbBackend,
    sqlx::{
        Connection as _,
        sqlite::{SqliteJournalMode, SqliteSynchronous},
    },
};

use super::{
    StoreFault, fault::during, server::Server, trace::traced, writer_thread::WriterThread,
};
use crate::kernel::Problem;

/// Where the register is kept, and how it is asked.
#[derive(Clone, PartialEq, Eq)]
pub struct StoreConfig {
    /// `sqlite:PATH` or `postgres://…`.
    pub url: String,
    /// Connections for reads at once; more wait.
    pub read_connections_max: u32,
    /// PostgreSQL: how long a statement runs before the server ends it.
    pub statement_seconds_max: u32,
}

impl StoreConfig {
    /// Statements end long before the calls that wait for them.
    pub const STATEMENT_SECONDS_MAX: u32 = 5;

    /// The defaults for a register at that URL.
    pub fn at(url: impl Into<String>) -> Self {
        let url = url.into();
        Self {
            read_connections_max: Self::read_connections_max_of(&url),
            statement_seconds_max: Self::STATEMENT_SECONDS_MAX,
            url,
        }
    }

    /// A file is read as fast as the processor allows; a server also makes one wait.
    pub fn read_connections_max_of(url: &str) -> u32 {
        if is_file(url) { 4 } else { 16 }
    }

    /// Whether a register can be at that URL; never tells what stands in it.
    pub fn check_url(url: &str) -> Result<String, Problem> {
        if !is_file(url) {
            Server::at(url)?;
        }
        Ok(url.to_owned())
    }
}

/// Never shows the URL: it may hold a password.
impl fmt::Debug for StoreConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoreConfig")
            .field("read_connections_max", &self.read_connections_max)
            .field("statement_seconds_max", &self.statement_seconds_max)
            .finish_non_exhaustive()
    }
}

/// How long a connection is waited for.
const ACQUIRE: Duration = Duration::from_secs(2);

/// The writer and the readers.
#[derive(Clone, Debug)]
pub struct Connections {
    pub(super) writes: DatabaseConnection,
    /// Where `writes` is waited for, and whoever writes runs.
    pub(super) writer: WriterThread,
    pub(super) reads: DatabaseConnection,
    /// PostgreSQL, for the connection that migrates; none for a file.
    pub(super) server: Option<Server>,
    pub(super) patience: Patience,
}

/// How long the database is waited for at most. A server whose machine lost its power hangs up on
/// nobody, and what was asked of it would never be answered.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience(Duration);

impl Patience {
    /// For a connection, and for two statements that each take as long as they may.
    fn of(statements: Duration) -> Self {
        Self(ACQUIRE.saturating_add(statements.saturating_mul(2)))
    }

    /// The outcome, unless it does not come in time.
    pub(super) fn with<T, E: From<StoreFault>>(
        self,
        operation: &'static str,
        asked: impl Future<Output = Result<T, E>>,
    ) -> impl Future<Output = Result<T, E>> {
        let late = move |_elapsed| Err(StoreFault::Late { operation }.into());
        tokio::time::timeout(self.0, asked).map(move |outcome| outcome.unwrap_or_else(late))
    }
}

impl Connections {
    /// Connects, without looking at the schema.
    pub async fn open(config: &StoreConfig) -> Result<Self, StoreFault> {
        let statements = Duration::from_secs(config.statement_seconds_max.into());
        let patience = Patience::of(statements);
        let (writing, reading, server) = if is_file(&config.url) {
            let file = |connections, cache| sqlite(&config.url, connections, cache);
            let reading = file(config.read_connections_max, SQLITE_CACHE);
            (file(1, SQLITE_WRITER_CACHE), reading, None)
        } else {
            let server = Server::at(&config.url).map_err(|problem| StoreFault::Url { problem })?;
            let server = server.reached().await?;
            let reading = server.for_reads(statements, config.read_connections_max);
            (server.for_writes(statements), reading, Some(server))
        };
        let (thread, writes) = WriterThread::connected(writing).await?;
        Ok(Self {
            writes,
            writer: thread,
            reads: connect(reading).await?,
            server,
            patience,
        })
    }

    /// Writes something by itself, without the committer.
    pub(super) async fn write<T: Send + 'static, W>(
        &self,
        write: impl FnOnce(DatabaseConnection) -> W,
    ) -> Result<T, StoreFault>
    where
        W: Future<Output = Result<T, StoreFault>> + Send + 'static,
    {
        self.writer.run(write(self.writes.clone())).await
    }

    /// Whether the embedded engine is used.
    pub fn is_embedded(&self) -> bool {
        self.writes.get_database_backend() == DbBackend::Sqlite
    }
}

fn is_file(url: &str) -> bool {
    url.starts_with("sqlite:")
}

pub(super) async fn connect(options: ConnectOptions) -> Result<DatabaseConnection, StoreFault> {
    Database::connect(options)
        .await
        .map(traced)
        .map_err(during("connect to the database"))
}

/// WAL, so that readers never wait behind the writer; `FULL`, so that an answered commit survives a
/// power cut.
fn sqlite(url: &str, connections: u32, cache: &'static str) -> ConnectOptions {
    let mut options = quiet(url);
    options
        .max_connections(connections)
        .min_connections(1)
        // A file does not hang up: asking before each read would cost as much as the read.
        .test_before_acquire(false)
        // After a fault the driver may believe a transaction open that the engine has ended, and would begin
        // savepoints in the place of immediate transactions from then on: commits that are none.
        .map_sqlx_sqlite_pool_opts(|pool| {
            pool.before_acquire(|connection, _| {
                let is_fit = !connection.is_in_transaction();
                Box::pin(async move { Ok(is_fit) })
            })
        })
        .map_sqlx_sqlite_opts(move |sqlite| {
            sqlite
                .create_if_missing(true)
                .foreign_keys(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .busy_timeout(Duration::from_secs(5))
                .statement_cache_capacity(SQLITE_STATEMENTS)
                // A statement of many rows keeps what it overwrites; on the disk that is a file.
                .pragma("temp_store", "memory")
                .pragma("cache_size", cache)
                .pragma("wal_autocheckpoint", SQLITE_CHECKPOINT)
        });
    options
}

/// The writer's statements are of a dozen sizes for each table.
const SQLITE_STATEMENTS: usize = 256;
/// 8 MiB, in KiB as the minus says: more than the 2 MB that are usual.
const SQLITE_CACHE: &str = "-8192";
/// 32 MiB: each new row has its place somewhere in several indexes, and a page that is not here is read again.
const SQLITE_WRITER_CACHE: &str = "-32768";
/// The writer copies the log back by itself only when it has grown to 128 MiB of pages: otherwise that
/// is done beside it.
const SQLITE_CHECKPOINT: &str = "32000";

/// Statements and their values are told to no log but by [`traced`].
pub(super) fn quiet(url: &str) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .sqlx_logging(false)
        .record_stmt_in_spans(false)
        .acquire_timeout(ACQUIRE);
    options
}
