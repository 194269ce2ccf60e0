//! A child process that listens, and what it costs: processor time and memory, as the kernel counts
//! them. It never outlives the value that stands for it.

use std::{
    fs::{self, File},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use tizilim::demo::client::address_in;

/// `/proc` counts processor time in these, whatever the kernel's own tick is.
const TICK: Duration = Duration::from_millis(10);
const LISTENS_WITHIN: Duration = Duration::from_mins(1);

/// A running program.
pub(crate) struct Program {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Program {
    /// Starts a program and waits until its log tells where it listens.
    pub(crate) fn start(command: &mut Command, log: &Path) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(log).unwrap())
            .spawn()
            .unwrap();
        let begun = Instant::now();
        loop {
            let has_ended = child.try_wait().unwrap().is_some();
            let text = fs::read_to_string(log).unwrap();
            if let Some(address) = address_in(&text) {
                return Self { child, address };
            }
            let is_late = begun.elapsed() > LISTENS_WITHIN;
            assert!(!has_ended && !is_late, "{command:?} does not serve: {text}");
            sleep(Duration::from_millis(20));
        }
    }

    /// Processor time that it took until now.
    pub(crate) fn processor_time(&self) -> Duration {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        // The name in parentheses may hold spaces; user and system time are 12 and 13 after it.
        let after_name = stat.rsplit(") ").next().unwrap();
        let times = after_name.split(' ').skip(11).take(2);
        TICK * times
            .map(|ticks| ticks.parse::<u32>().unwrap())
            .sum::<u32>()
    }

    /// Resident megabytes now.
    pub(crate) fn memory(&self) -> f64 {
        self.megabytes("VmRSS:")
    }

    /// The most megabytes that were ever resident.
    pub(crate) fn memory_peak(&self) -> f64 {
        self.megabytes("VmHWM:")
    }

    fn megabytes(&self, field: &str) -> f64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let mut lines = status.lines();
        let value = lines.find_map(|line| line.strip_prefix(field)).unwrap();
        let kilobytes: f64 = value.trim().trim_end_matches(" kB").parse().unwrap();
        kilobytes / 1024.0
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// Processor time that all processes of the machine took until now.
pub(crate) fn machine_time() -> Duration {
    let stat = fs::read_to_string("/proc/stat").unwrap();
    let ticks: Vec<u32> = stat
        .lines()
        .next()
        .unwrap()
        .split_whitespace()
        .skip(1)
        .map(|ticks| ticks.parse().unwrap())
        .collect();
    // user, nice, system, (idle, waiting,) interrupts of two kinds
    TICK * [0, 1, 2, 5, 6]
        .map(|field| ticks[field])
        .iter()
        .sum::<u32>()
}
