//! A file on a disk: one without room stops changes, and only for as long as there is none; what is committed is on it.

use sea_orm::sqlx::Connection as _;
use tempfile::TempDir;
use tokio_util::task::TaskTracker;

use super::*;
use crate::kernel::{SystemClock, SystemIds};

/// What SQLite itself says, or is told.
async fn pragma(connection: &DatabaseConnection, pragma: &str) -> i64 {
    let pragma = format!("PRAGMA {pragma}");
    let pragma = sea_orm::Statement::from_string(sea_orm::DbBackend::Sqlite, pragma);
    let said = connection.query_one_raw(pragma).await.unwrap().unwrap();
    said.try_get_by_index(0).unwrap()
}

async fn on_a_file() -> (TempDir, Store, Connections) {
    let folder = tempfile::tempdir().unwrap();
    let file = format!("sqlite:{}", folder.path().join("register.db").display());
    let connections = Connections::open(&StoreConfig::at(file)).await.unwrap();
    connections.migrate().await.unwrap();
    let table = Schema::new(sea_orm::DbBackend::Sqlite).create_table_from_entity(thing::Entity);
    connections.writes.execute(&table).await.unwrap();
    let (clock, ids) = (Arc::new(SystemClock), Arc::new(SystemIds::default()));
    let store = Store::open(connections.clone(), clock, ids, TaskTracker::new()).await;
    (folder, store.unwrap(), connections)
}

#[tokio::test]
async fn a_full_disk_is_told_as_what_passes_and_costs_nothing_that_was_acknowledged() {
    let (_folder, store, connections) = &on_a_file().await;
    store.execute(&Make::named(store, "before")).await.unwrap();
    // Below what there is means: not a page more.
    pragma(&connections.writes, "max_page_count = 1").await;

    let Err(CommitStop::Fault(fault)) = store.commit(large(store)).await else {
        panic!("there is no room");
    };
    assert!(fault.is_transient());
    assert!(fault.to_string().contains("the disk is full"), "{fault}");

    // The limit was the connection's, which the fault has ended: there is room again.
    store.commit(large(store)).await.unwrap();
    let sizes: Vec<_> = things(store)
        .await
        .into_iter()
        .map(|thing| thing.name.chars().count())
        .collect();
    assert_eq!(sizes, ["before".len(), LARGE]);
    assert_eq!(facts(store).await.len(), 1);
}

#[tokio::test]
async fn no_commit_is_made_in_a_transaction_that_only_the_driver_believes_open() {
    let (_folder, store, connections) = &on_a_file().await;
    let pool = connections.writes.get_sqlite_connection_pool();
    let mut connection = pool.acquire().await.unwrap();
    // As the engine ends it by itself after a fault of the disk.
    let mut transaction = connection.begin().await.unwrap();
    let ending = sea_orm::sqlx::query("ROLLBACK");
    ending.execute(&mut *transaction).await.unwrap();
    drop(transaction);
    drop(connection);

    let connection = pool.acquire().await.unwrap();
    assert!(!connection.is_in_transaction());
    drop(connection);
    store.execute(&Make::named(store, "a")).await.unwrap();
    assert_eq!(things(store).await.len(), 1, "others see it");
}

#[tokio::test]
async fn every_connection_to_a_file_waits_until_a_commit_is_on_the_disk() {
    let (_folder, _store, connections) = &on_a_file().await;
    for connection in [&connections.writes, &connections.reads] {
        assert_eq!(pragma(connection, "synchronous").await, 2, "FULL");
    }
}

/// More than a page holds.
const LARGE: usize = 20_000;

fn large(store: &Store) -> Changes {
    let at = store.clock().now().instant;
    let thing = thing::Model {
        id: store.ids().next(at),
        name: "х".repeat(LARGE),
        version: 1,
        at,
    };
    Changes::by(origin(at)).insert(Insert::of(&thing))
}
