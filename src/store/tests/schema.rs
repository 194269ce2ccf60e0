//! The schema is the program's own, or nothing is served.

use tizilim_migrations::{Migrator, MigratorTrait as _, SchemaManager};
use tizilim_test_database::TestDatabase;

use super::*;

async fn opened(database: &TestDatabase) -> Connections {
    let config = StoreConfig::at(database.url());
    Connections::open(&config).await.unwrap()
}

#[tokio::test]
async fn a_database_without_a_schema_is_refused_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let database = TestDatabase::empty(folder.path()).await;
    let connections = opened(&database).await;
    let fault = connections.check().await.unwrap_err();
    let StoreFault::PendingMigrations { pending } = fault else {
        panic!("{fault}")
    };
    assert_eq!(pending, Migrator::migrations().len());
    let schema = SchemaManager::new(&connections.writes);
    assert!(!schema.has_table("seaql_migrations").await.unwrap());

    connections.migrate().await.unwrap();
    connections.check().await.unwrap();
    connections.migrate().await.unwrap();
    connections.check().await.unwrap();
}

#[tokio::test]
async fn a_schema_of_a_later_release_is_neither_served_nor_migrated() {
    let temporary = temporary().await;
    let connections = &temporary.connections;
    let later = "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m2999_later', 0)";
    connections.writes.execute_unprepared(later).await.unwrap();
    for outcome in [connections.check().await, connections.migrate().await] {
        assert_eq!(
            outcome.unwrap_err().to_string(),
            "the schema is of a later release of this program, which made m2999_later"
        );
    }
}
