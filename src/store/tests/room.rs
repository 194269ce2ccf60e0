//! A disk without room stops changes, and only for as long as there is none.

use tokio_util::task::TaskTracker;

use super::*;
use crate::kernel::{SystemClock, SystemIds};

/// As SQLite itself has it, whatever the disk.
async fn allow_pages(connections: &Connections, pages: i64) -> i64 {
    let writes = &connections.writes;
    let pragma = format!("PRAGMA max_page_count = {pages}");
    let pragma = sea_orm::Statement::from_string(sea_orm::DbBackend::Sqlite, pragma);
    let allowed = writes.query_one_raw(pragma).await.unwrap().unwrap();
    allowed.try_get_by_index(0).unwrap()
}

#[tokio::test]
async fn a_full_disk_is_told_as_what_passes_and_costs_nothing_that_was_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let file = format!("sqlite:{}", folder.path().join("register.db").display());
    let connections = Connections::open(&StoreConfig::at(file)).await.unwrap();
    connections.migrate().await.unwrap();
    let table = Schema::new(sea_orm::DbBackend::Sqlite).create_table_from_entity(thing::Entity);
    connections.writes.execute(&table).await.unwrap();
    let (clock, ids) = (Arc::new(SystemClock), Arc::new(SystemIds::default()));
    let store = &Store::open(connections.clone(), clock, ids, TaskTracker::new())
        .await
        .unwrap();
    store.execute(&Make::named(store, "before")).await.unwrap();
    // Below what there is means: not a page more.
    allow_pages(&connections, 1).await;

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
