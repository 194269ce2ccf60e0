//! What is measured, as the command line says it. It never chooses a figure.

use clap::{Parser, ValueEnum};

use crate::kit::arguments::Common;

/// The stage feed: push and watch.
#[derive(Clone, Debug, Parser)]
#[command(name = "feed")]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) common: Common,
    /// How many stages wait when the monitoring system is back.
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(4_000..=10_000_000))]
    pub(crate) backlog: u32,
    /// How many watch while stages are timed.
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..=50_000))]
    pub(crate) watchers: u32,
    /// How many watch while nothing happens.
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=50_000))]
    pub(crate) streams: u32,
    /// Only this; may be said more than once.
    #[arg(long, value_enum)]
    only: Vec<Part>,
}

/// What can be measured by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// A backlog, alone and while submissions go on.
    Drained,
    /// From a commit to the monitoring system's acknowledgement.
    Acknowledged,
    /// From a commit to all watchers.
    Seen,
    /// The memory of watchers.
    Idle,
}

impl Arguments {
    /// What is to be measured, in order.
    pub(crate) fn parts(&self) -> impl Iterator<Item = Part> {
        let is_wanted = |part: &Part| self.only.is_empty() || self.only.contains(part);
        let all = Part::value_variants().iter();
        all.copied().filter(is_wanted)
    }
}
