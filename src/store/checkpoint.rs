//! Copies SQLite's log back into its file beside the writer, so that no commit waits for it.
//! It never makes anything durable: a commit is so before it is answered.

use std::time::Duration;

use sea_orm::{ConnectionTrait as _, DatabaseConnection};
use tokio::sync::watch;

use super::fault::during;

/// How long the log grows on meanwhile: a page that many commits touch is copied once.
const PAUSE: Duration = Duration::from_millis(100);

/// Runs until the committer is gone.
pub(super) async fn run(reads: DatabaseConnection, mut head: watch::Receiver<i64>) {
    while head.changed().await.is_ok() {
        tokio::time::sleep(PAUSE).await;
        head.mark_unchanged();
        let copied = reads.execute_unprepared("PRAGMA wal_checkpoint(PASSIVE)");
        if let Err(fault) = copied.await.map_err(during("copy the log back")) {
            // The log holds what was committed, and is copied back later.
            tracing::debug!(%fault, "the log was not copied back");
        }
    }
}
