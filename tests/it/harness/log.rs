//! All that the process logs, kept in memory for the tests that look into it.
//! It never prints.

use std::{
    io,
    sync::{Mutex, Once, PoisonError},
};

use tracing_subscriber::{filter::Targets, fmt, layer::SubscriberExt as _};

static LINES: Mutex<Vec<u8>> = Mutex::new(Vec::new());
static STARTED: Once = Once::new();

/// Keeps what is logged from here on, our own to the finest level.
pub(crate) fn start() {
    STARTED.call_once(|| {
        let filter: Targets = "tizilim=trace,info".parse().unwrap();
        let lines = fmt::layer().json().with_writer(|| Lines);
        let subscriber = tracing_subscriber::registry().with(filter).with(lines);
        tracing::subscriber::set_global_default(subscriber).unwrap();
    });
}

/// All lines until now, one JSON object each, of all tests of the process.
pub(crate) fn logged() -> String {
    let lines = LINES.lock().unwrap_or_else(PoisonError::into_inner);
    String::from_utf8_lossy(&lines).into_owned()
}

struct Lines;

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut lines = LINES.lock().unwrap_or_else(PoisonError::into_inner);
        lines.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
