//! SQLite's log is copied back into its file without a close, a restart or a full log.

use std::time::Duration;

use sea_orm::Database;
use tokio_util::task::TaskTracker;

use super::*;
use crate::kernel::SystemClock;

/// Until a copy of the file alone, without its log, holds so many facts.
async fn until_the_file_holds(facts: i64, file: &std::path::Path) {
    let copy = file.with_file_name("copy.db");
    loop {
        std::fs::copy(file, &copy).unwrap();
        let read = Database::connect(format!("sqlite:{}", copy.display())).await;
        // The copy may be torn, or from before there was anything in the file.
        if let Ok(read) = read
            && matches!(read_journal_head(&read).await, Ok(number) if number == facts)
        {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn what_was_committed_is_soon_in_the_file_without_its_log() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("register.db");
    let config = StoreConfig::at(format!("sqlite:{}", file.display()));
    let connections = Connections::open(&config).await.unwrap();
    connections.migrate().await.unwrap();
    let (clock, ids) = (Arc::new(SystemClock), Arc::new(SystemIds::default()));
    let store = Store::open(connections, clock, ids, TaskTracker::new());
    let store = store.await.unwrap();
    for facts in 1..=2 {
        let at = store.clock().now().instant;
        let changes = Changes::by(origin(at)).facts([fact(store.ids().next(at))]);
        store.commit(changes).await.unwrap();
        let held = until_the_file_holds(facts, &file);
        tokio::time::timeout(Duration::from_secs(10), held)
            .await
            .unwrap();
    }
}
