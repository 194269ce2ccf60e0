//! A store for one test: real, on a database of its own, on a clock that the test moves.
//! It never outlives its test.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use sea_orm::{
    ConnectionTrait as _, DbBackend, QueryResult, QueryTrait, Statement, TransactionTrait as _,
};
use tempfile::TempDir;
use tizilim_test_database::TestDatabase;
use tokio_util::task::TaskTracker;

use super::{Connections, Store, StoreConfig};
use crate::kernel::{SystemIds, TestClock};

/// What the clock shows at first: Friday 20 March 2026, 18:30 in legal time.
const START: &str = "2026-03-20T13:30:00Z";

/// A store and what it stands on.
pub(crate) struct Temporary {
    pub(crate) store: Store,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) connections: Connections,
    database: TestDatabase,
    /// Holds the database if it is a file; a test may keep files of its own there.
    pub(crate) folder: TempDir,
}

/// A new store with the whole schema and nothing in it.
pub(crate) async fn temporary() -> Temporary {
    temporary_at(START.parse().unwrap()).await
}

/// One whose clock shows a moment at first.
pub(crate) async fn temporary_at(start: DateTime<Utc>) -> Temporary {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(TestClock::starting_at(start));
    let database = TestDatabase::new(folder.path()).await;
    let connections = connected(&database).await;
    if connections.is_embedded() {
        connections.migrate().await.unwrap();
    }
    let store = opened(&connections, &clock).await;
    Temporary {
        store,
        clock,
        connections,
        database,
        folder,
    }
}

impl Temporary {
    /// The same database as another process finds it: nothing is left but what was committed.
    pub(crate) async fn reopened(self) -> Self {
        drop(self.store);
        drop(self.connections);
        let connections = connected(&self.database).await;
        connections.check().await.unwrap();
        let store = opened(&connections, &self.clock).await;
        Self {
            store,
            clock: self.clock,
            connections,
            database: self.database,
            folder: self.folder,
        }
    }
}

/// The index of a table's primary key, as the engine calls it.
pub(crate) fn primary_key(store: &Store, table: &str) -> String {
    if store.reads().get_database_backend() == DbBackend::Postgres {
        format!("{table}_pkey")
    } else {
        format!("sqlite_autoindex_{table}_1")
    }
}

/// The engine answers a query by that index, without looking at a whole table or sorting.
pub(crate) async fn require_index(store: &Store, query: &impl QueryTrait, index: &str) {
    let is_postgres = store.reads().get_database_backend() == DbBackend::Postgres;
    let plan = if is_postgres {
        postgres_plan(store, query).await
    } else {
        sqlite_plan(store, query).await
    };
    let is_whole = |step: &String| {
        step.contains("Seq Scan") || step.starts_with("SCAN") && !step.contains(index)
    };
    let is_sorted = |step: &String| step.contains("Sort") || step.contains("TEMP B-TREE");
    assert!(plan.iter().any(|step| step.contains(index)), "{plan:#?}");
    assert!(
        !plan.iter().any(|step| is_whole(step) || is_sorted(step)),
        "{plan:#?}"
    );
}

async fn sqlite_plan(store: &Store, query: &impl QueryTrait) -> Vec<String> {
    let query = query.build(DbBackend::Sqlite);
    let explain = Statement {
        sql: format!("EXPLAIN QUERY PLAN {}", query.sql),
        ..query
    };
    let steps = store.reads().query_all_raw(explain).await.unwrap();
    let detail = |step: &QueryResult| step.try_get("", "detail").unwrap();
    steps.iter().map(detail).collect()
}

/// In an empty table PostgreSQL would rather read all there is than an index, and sort it.
#[expect(clippy::disallowed_methods, reason = "settings of one transaction")]
async fn postgres_plan(store: &Store, query: &impl QueryTrait) -> Vec<String> {
    let transaction = store.reads().begin().await.unwrap();
    for setting in [
        "enable_seqscan",
        "enable_bitmapscan",
        "enable_sort",
        "enable_mergejoin",
        "enable_hashjoin",
    ] {
        let off = format!("SET LOCAL {setting} = off");
        transaction.execute_unprepared(&off).await.unwrap();
    }
    let query = query.build(DbBackend::Postgres);
    let explain = Statement {
        sql: format!("EXPLAIN (COSTS off) {}", query.sql),
        ..query
    };
    let steps = transaction.query_all_raw(explain).await.unwrap();
    transaction.rollback().await.unwrap();
    let line = |step: &QueryResult| step.try_get_by_index(0).unwrap();
    steps.iter().map(line).collect()
}

async fn connected(database: &TestDatabase) -> Connections {
    let config = StoreConfig::at(database.url());
    Connections::open(&config).await.unwrap()
}

async fn opened(connections: &Connections, clock: &Arc<TestClock>) -> Store {
    let clock: Arc<TestClock> = Arc::clone(clock);
    Store::open(
        connections.clone(),
        clock,
        Arc::new(SystemIds::default()),
        TaskTracker::new(),
    )
    .await
    .unwrap()
}
