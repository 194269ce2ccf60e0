//! What is measured, as the command line says it. It never chooses a figure.

use clap::{Parser, Subcommand};

use crate::kit::arguments::Common;

/// The register under load, beside what else could be written on the same engine in the same run.
#[derive(Clone, Debug, Parser)]
#[command(name = "load")]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) common: Common,
    /// Instead of all else: whether a register with so many entries is slower than one with 10 000.
    #[arg(long, value_parser = clap::value_parser!(u32).range(10_000..=100_000_000))]
    pub(crate) entries: Option<u32>,
    /// What this process is, if it is not the one that measures.
    #[command(subcommand)]
    pub(crate) role: Option<Role>,
}

/// What a child process of the measurement is.
#[derive(Clone, Debug, Subcommand)]
pub(crate) enum Role {
    /// The plain handler that the service is compared with.
    #[command(hide = true)]
    PlainHandler {
        /// Its database.
        url: String,
    },
}
