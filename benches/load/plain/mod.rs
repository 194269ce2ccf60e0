//! What else could write the rows of a submission: the engine alone, and a handler as most would
//! write it. The rows are those that the service stored for one submission, under other keys.
//!
//! The service moves the one row of the journal's head with each submission. Here that is an insert
//! into a table of its own, so that no row is hot: it makes the comparison harder for the service.

pub(crate) mod handler;
mod pgbench;
mod rows;
mod sqlite;

use std::{path::Path, time::Duration};

use sea_orm::ConnectionTrait as _;
use tokio::task::block_in_place;

use self::{pgbench::Pgbench, sqlite::PlainSqlite};
use crate::kit::{
    arguments::Engine,
    database::{Database, Databases},
    round::{Round, Watch},
};

/// How many applications share a transaction at the practical limit.
pub(crate) const BATCH: usize = 64;

/// Guards first, as the service writes; each table with the columns that no two rows share. The sample is the
/// first by the first column, which is of one and the same submission where rows belong together.
const TABLES: [(&str, &[Key]); 4] = [
    ("request_memory", &[Key::scattered("request_id")]),
    (
        "application",
        &[
            Key::ascending("id"),
            Key::scattered("number"),
            Key::ascending("share_key"),
            Key::ascending("agreement_key"),
            Key::ascending("agreement_sha256"),
        ],
    ),
    ("application_content", &[Key::ascending("application_id")]),
    (
        "journal",
        &[Key::ascending("number"), Key::ascending("subject")],
    ),
];

/// A column that no two rows share, filled as the service's is: what its clients and its numbers for
/// people make by chance is scattered over an index, and its own ids ascend.
#[derive(Clone, Copy)]
pub(super) struct Key {
    column: &'static str,
    is_scattered: bool,
}

impl Key {
    const fn ascending(column: &'static str) -> Self {
        Self {
            column,
            is_scattered: false,
        }
    }

    const fn scattered(column: &'static str) -> Self {
        Self {
            column,
            is_scattered: true,
        }
    }
}

const HEADS: &str = "plain_head";

/// Adds the table of heads to a database of the program's schema.
pub(crate) async fn prepare(database: &Database) {
    let table = format!("CREATE TABLE {HEADS} (number bigint NOT NULL PRIMARY KEY)");
    let connection = database.connect().await;
    connection.execute_unprepared(&table).await.unwrap();
}

/// The engine by itself.
pub(crate) enum Plain {
    Sqlite(Database, PlainSqlite),
    Postgres(Database, Pgbench),
}

impl Plain {
    /// A writer to a database of its own, of the rows that it finds in the service's.
    pub(crate) async fn open(databases: &Databases, sample: &Database, folder: &Path) -> Self {
        let own = databases.make("plain").await;
        prepare(&own).await;
        match own.engine {
            Engine::Sqlite => {
                let plain = PlainSqlite::open(&own.url, &sample.url);
                Self::Sqlite(own, plain)
            }
            Engine::Postgres => {
                let plain = Pgbench::open(&own, sample, folder).await;
                Self::Postgres(own, plain)
            }
        }
    }

    /// One transaction for each submission; an embedded engine has one writer, whoever calls.
    pub(crate) async fn one_each(&mut self, callers: u16, limit: Duration) -> Round {
        self.database().settle().await;
        let watch = Watch::begin(None);
        match self {
            Self::Sqlite(_, plain) => watch.end(block_in_place(|| plain.write(1, limit)), 1),
            Self::Postgres(_, plain) => {
                let written = block_in_place(|| plain.write_one_each(callers, limit));
                watch.end_after(written.took, written.latencies, 1)
            }
        }
    }

    /// The practical limit: batches, of as many writers as are best.
    pub(crate) async fn batches(&mut self, limit: Duration) -> Round {
        self.database().settle().await;
        let watch = Watch::begin(None);
        match self {
            Self::Sqlite(_, plain) => {
                watch.end(block_in_place(|| plain.write(BATCH, limit)), BATCH)
            }
            Self::Postgres(_, plain) => {
                let written = block_in_place(|| plain.write_batches(limit));
                watch.end_after(written.took, written.latencies, BATCH)
            }
        }
    }

    const fn database(&self) -> &Database {
        match self {
            Self::Sqlite(database, _) | Self::Postgres(database, _) => database,
        }
    }
}
