//! All that the process logs, kept in memory for the tests that look into it.
//! It never prints.

use std::{
    collections::BTreeSet,
    io,
    sync::{Arc, LazyLock, Mutex, Once, PoisonError},
};

use serde_json::Value;
use tracing::{Subscriber, subscriber::DefaultGuard};
use tracing_subscriber::{filter::Targets, fmt, layer::SubscriberExt as _};

static LINES: LazyLock<Lines> = LazyLock::new(Lines::default);
static STARTED: Once = Once::new();

/// Keeps what is logged from here on, our own to the finest level.
pub(crate) fn start() {
    STARTED.call_once(|| {
        tracing::subscriber::set_global_default(subscriber(LINES.clone())).unwrap();
    });
}

fn subscriber(lines: Lines) -> impl Subscriber + Send + Sync {
    let filter: Targets = "tizilim=trace,info".parse().unwrap();
    let lines = fmt::layer().json().with_writer(move || lines.clone());
    tracing_subscriber::registry().with(filter).with(lines)
}

/// The log of a test that makes trouble on purpose, kept out of the common one, where nobody expects
/// it. Its test runs on one thread, and all that it starts.
pub(crate) struct OwnLog {
    lines: Lines,
    _while_kept: DefaultGuard,
}

impl OwnLog {
    /// Keeps what this thread logs from here on.
    pub(crate) fn start() -> Self {
        let lines = Lines::default();
        let subscriber = subscriber(lines.clone());
        Self {
            lines,
            _while_kept: tracing::subscriber::set_default(subscriber),
        }
    }

    /// All lines until now.
    pub(crate) fn text(&self) -> String {
        self.lines.text()
    }

    /// What was logged of that level, each message once.
    pub(crate) fn messages(&self, level: &str) -> BTreeSet<String> {
        let lines = self.text();
        let lines = lines
            .lines()
            .map(|line| serde_json::from_str(line).unwrap());
        lines
            .filter(|line: &Value| line["level"] == level)
            .map(|line| line["fields"]["message"].as_str().unwrap().to_owned())
            .collect()
    }
}

/// All lines until now, one JSON object each, of all tests of the process.
pub(crate) fn logged() -> String {
    LINES.text()
}

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Lines {
    fn text(&self) -> String {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
