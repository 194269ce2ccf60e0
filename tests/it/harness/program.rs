//! The program `tizilim` as a child process, which can be killed at any moment.
//! It never outlives the value that stands for it.

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    time::Duration,
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
        let (mut program, log) = Self::spawn(folder, arguments, variables);
        program.address = until("the program's address", async || {
            let has_ended = program.has_ended();
            let log = std::fs::read_to_string(&log).unwrap();
            assert!(!has_ended, "the program ended: {log}");
            address_in(&log)
        })
        .await;
        program
    }

    /// Starts the program and waits until it tells where it listens; none if it ends instead, or takes
    /// long, as when what it needs is not there.
    pub(crate) async fn try_start(
        folder: &Path,
        arguments: &[&str],
        variables: &[(&str, &str)],
    ) -> Option<Self> {
        const LOOKS: u32 = 1_000;
        let (mut program, log) = Self::spawn(folder, arguments, variables);
        for _ in 0..LOOKS {
            if program.has_ended() {
                return None;
            }
            if let Some(address) = address_in(&std::fs::read_to_string(&log).unwrap()) {
                program.address = address;
                return Some(program);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        None
    }

    /// A program that does not listen yet, and its log.
    fn spawn(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> (Self, PathBuf) {
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
        let address = (Ipv4Addr::UNSPECIFIED, 0).into();
        (Self { child, address }, log)
    }

    /// Whether the process is gone.
    pub(crate) fn has_ended(&self) -> bool {
        self.child.lock().unwrap().try_wait().unwrap().is_some()
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

    /// What it holds in memory now; its peak is counted anew from here.
    pub(crate) fn memory_peak_kib_from_now(&self) -> u64 {
        let id = self.child.lock().unwrap().id();
        // Linux: the peak is what is held now (proc(5), clear_refs).
        std::fs::write(format!("/proc/{id}/clear_refs"), "5").unwrap();
        self.memory_peak_kib()
    }

    /// The most that it held in memory.
    pub(crate) fn memory_peak_kib(&self) -> u64 {
        let id = self.child.lock().unwrap().id();
        let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let peak = peak.unwrap().trim().trim_end_matches(" kB");
        peak.parse().unwrap()
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

fn kill(child: &Mutex<Child>) {
    let mut child = child.lock().unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
}
