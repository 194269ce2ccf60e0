//! The program `tizilim` as a child process, which can be killed at any moment.
//! It never outlives the value that stands for it.

use std::{
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
};

use tizilim::demo::client::address_in;

use super::until;

/// A running program that listens.
pub(crate) struct Program {
    child: Arc<Mutex<Child>>,
    pub(crate) address: SocketAddr,
}

impl Program {
    /// Starts the program and waits until it tells where it listens.
    pub(crate) async fn start(
        folder: &Path,
        arguments: &[&str],
        variables: &[(&str, &str)],
    ) -> Self {
        let log = tempfile::Builder::new().suffix(".log").tempfile_in(folder);
        let (file, log) = log.unwrap().keep().unwrap();
        // A file that may grow no more is told to the program, as a full disk is, and does not end it.
        let mut command = Command::new("sh");
        command
            .args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""])
            .arg(env!("CARGO_BIN_EXE_tizilim"))
            .args(arguments)
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(file);
        let child = Arc::new(Mutex::new(command.spawn().unwrap()));
        let address = until("the program's address", async || {
            let has_ended = has_ended(&child);
            let log = std::fs::read_to_string(&log).unwrap();
            assert!(!has_ended, "the program ended: {log}");
            address_in(&log)
        })
        .await;
        Self { child, address }
    }

    /// Whether the process is gone.
    pub(crate) fn has_ended(&self) -> bool {
        has_ended(&self.child)
    }

    /// Sends a signal by its name.
    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.lock().unwrap().id().to_string();
        let sent = Command::new("kill").args(["-s", name, &id]).status();
        assert!(sent.unwrap().success(), "kill -s {name}");
    }

    /// Lets none of its files grow beyond so many bytes, or beyond any number.
    pub(crate) fn limit_files(&self, bytes_max: Option<u64>) {
        let id = self.child.lock().unwrap().id().to_string();
        let limit = bytes_max.map_or_else(|| "unlimited".to_owned(), |bytes| bytes.to_string());
        let limited = Command::new("prlimit")
            .args(["--pid", &id, &format!("--fsize={limit}:")])
            .status();
        assert!(limited.unwrap().success(), "prlimit --fsize={limit}");
    }

    /// Whether the process has ended as it should.
    pub(crate) fn has_ended_well(&self) -> Option<bool> {
        let status = self.child.lock().unwrap().try_wait().unwrap();
        status.map(|status| status.success())
    }

    /// Whether a signal has stopped the process.
    pub(crate) fn is_frozen(&self) -> bool {
        let id = self.child.lock().unwrap().id();
        let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap();
        status.lines().any(|line| line.starts_with("State:\tT"))
    }

    /// What does `kill -9`, for whoever waits for a moment to do it.
    pub(crate) fn killer(&self) -> impl FnOnce() + use<> {
        let child = Arc::clone(&self.child);
        move || kill(&child)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        kill(&self.child);
    }
}

fn has_ended(child: &Mutex<Child>) -> bool {
    child.lock().unwrap().try_wait().unwrap().is_some()
}

fn kill(child: &Mutex<Child>) {
    let mut child = child.lock().unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
}
