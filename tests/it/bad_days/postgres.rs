//! A PostgreSQL of one test's own, by `tests/postgres`, which can be killed, started again and
//! followed by a standby. It never leaves a server behind.

use tempfile::TempDir;
use tizilim::store::{Connections, StoreConfig};
use tokio::process::Command;

use crate::sources::root;

/// A server of this test; it ends with the value.
pub(super) struct Cluster {
    folder: TempDir,
    pub(super) url: String,
}

impl Cluster {
    /// A server with the register's schema and nothing in it. Its processes are killed and never the
    /// machine, whose memory of the files is as good as the disk.
    pub(super) async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let arguments = ["--fast", "-c", "synchronous_commit=on", path(&folder)];
        let url = postgres("start", &arguments).await;
        let connections = Connections::open(&StoreConfig::at(&url)).await.unwrap();
        connections.migrate().await.unwrap();
        Self { folder, url }
    }

    /// A standby that each commit of this server waits for.
    pub(super) async fn followed(&self) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let arguments = [path(&self.folder), &self.url, path(&folder)];
        let url = postgres("follow", &arguments).await;
        Self { folder, url }
    }

    /// Ends all its processes at once, as they are.
    pub(super) async fn kill(&self) {
        postgres("kill", &[path(&self.folder)]).await;
    }

    /// Starts it again; if it runs, its connections end.
    pub(super) async fn restart(&self) {
        postgres("restart", &[path(&self.folder)]).await;
    }

    /// Lets the standby take changes.
    pub(super) async fn promote(&self) {
        postgres("promote", &[path(&self.folder)]).await;
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let stopped = std::process::Command::new(root().join("tests/postgres"))
            .args(["stop", path(&self.folder)])
            .status();
        let is_stopped = stopped.is_ok_and(|status| status.success());
        assert!(is_stopped || std::thread::panicking(), "it stops");
    }
}

fn path(folder: &TempDir) -> &str {
    folder.path().to_str().unwrap()
}

async fn postgres(command: &str, arguments: &[&str]) -> String {
    let mut script = Command::new(root().join("tests/postgres"));
    let done = script.arg(command).args(arguments).output().await.unwrap();
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{command}: {said}");
    String::from_utf8(done.stdout).unwrap().trim().to_owned()
}
