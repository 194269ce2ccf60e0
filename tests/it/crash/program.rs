//! The program `tizilim` as a child process, which can be killed at any moment.
//! It never outlives the value that stands for it.

use std::{
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
};

use crate::harness::until;

/// A running program that listens.
pub(super) struct Program {
    child: Arc<Mutex<Child>>,
    pub(super) address: SocketAddr,
}

impl Program {
    /// Starts the program and waits until it tells where it listens.
    pub(super) async fn start(folder: &Path, arguments: &[&str], crash_at: Option<&str>) -> Self {
        let log = tempfile::Builder::new().suffix(".log").tempfile_in(folder);
        let (file, log) = log.unwrap().keep().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_tizilim"));
        command
            .args(arguments)
            .env_remove("TIZILIM_CRASH_AT")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(file);
        if let Some(point) = crash_at {
            command.env("TIZILIM_CRASH_AT", point);
        }
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
    pub(super) fn has_ended(&self) -> bool {
        has_ended(&self.child)
    }

    /// What does `kill -9`, for whoever waits for a moment to do it.
    pub(super) fn killer(&self) -> impl FnOnce() + use<> {
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

/// Of the line that says `serving`, or that the stub listens: in JSON or in words.
fn address_in(log: &str) -> Option<SocketAddr> {
    let line = log
        .lines()
        .find(|line| line.contains("serving") || line.contains("listens"))?;
    let address = line.split("127.0.0.1:").nth(1)?;
    let port: String = address.chars().take_while(char::is_ascii_digit).collect();
    format!("127.0.0.1:{port}").parse().ok()
}
