//! A store for one test: real, on a SQLite file of its own, on a clock that the test moves.
//! It never outlives its test.

use std::sync::Arc;

use sea_orm::{ConnectionTrait as _, DbBackend, QueryTrait, Statement};
use tempfile::TempDir;
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
    /// Holds the database; a test may keep files of its own there.
    pub(crate) folder: TempDir,
}

/// A new store with the whole schema and nothing in it.
pub(crate) async fn temporary() -> Temporary {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(TestClock::starting_at(START.parse().unwrap()));
    let connections = connected(&folder).await;
    connections.migrate().await.unwrap();
    let store = opened(&connections, &clock).await;
    Temporary {
        store,
        clock,
        connections,
        folder,
    }
}

impl Temporary {
    /// The same database as another process finds it: nothing is left but what was committed.
    pub(crate) async fn reopened(self) -> Self {
        drop(self.store);
        drop(self.connections);
        let connections = connected(&self.folder).await;
        connections.check().await.unwrap();
        let store = opened(&connections, &self.clock).await;
        Self {
            store,
            clock: self.clock,
            connections,
            folder: self.folder,
        }
    }
}

/// The engine answers a query by that index, without looking at a whole table or sorting.
pub(crate) async fn require_index(store: &Store, query: &impl QueryTrait, index: &str) {
    let query = query.build(DbBackend::Sqlite);
    let explain = Statement {
        sql: format!("EXPLAIN QUERY PLAN {}", query.sql),
        ..query
    };
    let steps = store.reads().query_all_raw(explain).await.unwrap();
    let steps: Vec<String> = steps
        .iter()
        .map(|step| step.try_get("", "detail").unwrap())
        .collect();
    let is_whole = |step: &String| step.starts_with("SCAN") && !step.contains(index);
    let is_sorted = |step: &String| step.contains("TEMP B-TREE");
    assert!(steps.iter().any(|step| step.contains(index)), "{steps:?}");
    assert!(
        !steps.iter().any(|step| is_whole(step) || is_sorted(step)),
        "{steps:?}"
    );
}

async fn connected(folder: &TempDir) -> Connections {
    let path = folder.path().join("register.db");
    let url = format!("sqlite:{}", path.display());
    Connections::open(&StoreConfig { url }).await.unwrap()
}

async fn opened(connections: &Connections, clock: &Arc<TestClock>) -> Store {
    let clock: Arc<TestClock> = Arc::clone(clock);
    Store::open(
        connections.clone(),
        clock,
        Arc::new(SystemIds),
        TaskTracker::new(),
    )
    .await
    .unwrap()
}
