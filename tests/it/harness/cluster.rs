//! A PostgreSQL of one test's own, by `tests/postgres`, which can be killed, frozen, started again and
//! followed by a standby. It never leaves a server behind.

use std::{fs, path::Path};

use tempfile::TempDir;
use tizilim::store::{Connections, StoreConfig};
use tokio::process::Command;

use crate::sources::root;

/// A server of this test; it ends with the value.
pub(crate) struct Cluster {
    folder: TempDir,
    pub(crate) url: String,
}

impl Cluster {
    /// A server with the register's schema and nothing in it. Its processes are asked to end at once and
    /// never cut off in a write, nor is the machine, whose memory of the files is as good as the disk.
    pub(crate) async fn start() -> Self {
        Self::start_with(&["--fast", "-c", "synchronous_commit=on"]).await
    }

    /// The same, as durable as in production.
    pub(crate) async fn start_durably() -> Self {
        Self::start_with(&[]).await
    }

    async fn start_with(settings: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let arguments = [settings, &[path(&folder)]].concat();
        let url = postgres("start", &arguments).await;
        let connections = Connections::open(&StoreConfig::at(&url)).await.unwrap();
        connections.migrate().await.unwrap();
        Self { folder, url }
    }

    /// A standby that each commit of this server waits for.
    pub(crate) async fn followed(&self) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let arguments = [path(&self.folder), &self.url, path(&folder)];
        let url = postgres("follow", &arguments).await;
        Self { folder, url }
    }

    /// Ends all its processes at once, as they are.
    pub(crate) async fn kill(&self) {
        postgres("kill", &[path(&self.folder)]).await;
    }

    /// Starts it again; if it runs, its connections end.
    pub(crate) async fn restart(&self) {
        postgres("restart", &[path(&self.folder)]).await;
    }

    /// Starts it again, if the machine lets it: its last processes may still be about to end.
    pub(crate) async fn try_restart(&self) -> Option<()> {
        run("restart", &[path(&self.folder)]).await.ok().map(drop)
    }

    /// Tells all its processes a signal, in the midst of whatever they do.
    pub(crate) fn signal(&self, name: &str) {
        let file = self.folder.path().join("data/postmaster.pid");
        let file = fs::read_to_string(file).unwrap();
        let first = file.lines().next().unwrap();
        // Whoever is stopped starts no other while they are counted.
        kill("STOP", &[first.to_owned()]);
        let mut all = children(first);
        all.push(first.to_owned());
        kill(name, &all);
    }

    /// Lets the standby take changes.
    pub(crate) async fn promote(&self) {
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
    let done = run(command, arguments).await;
    done.unwrap_or_else(|said| panic!("{command}: {said}"))
}

/// What the script prints, or what it says when it fails.
async fn run(command: &str, arguments: &[&str]) -> Result<String, String> {
    let mut script = Command::new(root().join("tests/postgres"));
    let done = script.arg(command).args(arguments).output().await.unwrap();
    let said = |bytes| String::from_utf8(bytes).unwrap().trim().to_owned();
    if done.status.success() {
        return Ok(said(done.stdout));
    }
    Err(said(done.stderr))
}

fn kill(signal: &str, processes: &[String]) {
    let mut kill = std::process::Command::new("kill");
    let told = kill.args(["-s", signal]).args(processes).output().unwrap();
    // Some may have ended meanwhile.
    assert!(told.status.success() || processes.len() > 1, "{told:?}");
}

/// The processes that a process has started.
fn children(parent: &str) -> Vec<String> {
    let is_child = |process: &Path| {
        let stat = fs::read_to_string(process.join("stat")).unwrap_or_default();
        // After the name in parentheses, which may hold spaces: state, parent.
        let parents = stat.rsplit(") ").next().unwrap_or_default();
        parents.split(' ').nth(1) == Some(parent)
    };
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let children = processes.filter(|process| is_child(&process.path()));
    children
        .filter_map(|process| process.file_name().into_string().ok())
        .collect()
}
