//! How far an import is, on standard error, every two seconds and at its end.

use std::{
    io::{self, Write as _},
    time::{Duration, Instant},
};

const INTERVAL: Duration = Duration::from_secs(2);

/// How far an import is.
pub(super) struct Progress {
    what: &'static str,
    began: Instant,
    shown: Instant,
    bytes_in_all: u64,
}

impl Progress {
    pub(super) fn begin(what: &'static str, bytes_in_all: u64) -> Self {
        let now = Instant::now();
        Self {
            what,
            began: now,
            shown: now,
            bytes_in_all,
        }
    }

    /// Shows how far it is, unless that was shown just now.
    pub(super) fn at(&mut self, rows: u64, bytes: u64) {
        if self.shown.elapsed() >= INTERVAL {
            self.shown = Instant::now();
            self.show(rows, bytes);
        }
    }

    /// Shows where it ended.
    pub(super) fn end(&self, rows: u64) {
        self.show(rows, self.bytes_in_all);
    }

    fn show(&self, rows: u64, bytes: u64) {
        let percent = bytes.saturating_mul(100).checked_div(self.bytes_in_all);
        let milliseconds = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        let per_second = rows.saturating_mul(1000).checked_div(milliseconds);
        let (percent, per_second) = (percent.unwrap_or(100), per_second.unwrap_or(rows));
        let what = self.what;
        // Nobody is left to tell if standard error is closed.
        writeln!(
            io::stderr(),
            "{what}: {rows} rows, {percent} %, {per_second} rows/s"
        )
        .unwrap_or_default();
    }
}
