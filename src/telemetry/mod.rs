//! The log: ERROR is for a human to look at, WARN was not expected and went on, INFO changed a state.
//! It never shows what a panic said, which may be a value of somebody's.

#[cfg(test)]
pub(crate) mod captured;
pub(crate) mod metrics;
pub(crate) mod scrape;

use std::{
    io::{self, IsTerminal as _},
    panic,
};

use tracing_subscriber::{
    Layer as _, filter::Targets, fmt, layer::SubscriberExt as _, util::SubscriberInitExt as _,
};

use crate::config::{Log, LogFormat};

/// Starts the log of the process, on standard error; a second start changes nothing.
pub fn start(log: &Log) {
    // The configuration has read the filter before.
    let filter: Targets = log.filter.parse().unwrap_or_default();
    let lines = match log.format {
        LogFormat::Text => fmt::layer()
            .with_ansi(io::stderr().is_terminal())
            .with_writer(io::stderr)
            .boxed(),
        LogFormat::Json => fmt::layer().json().with_writer(io::stderr).boxed(),
    };
    let is_first = tracing_subscriber::registry()
        .with(lines.with_filter(filter))
        .try_init()
        .is_ok();
    if is_first {
        panic::set_hook(Box::new(|panic| {
            let location = panic.location().map(ToString::to_string);
            tracing::error!(location, "panicked");
        }));
    }
}
