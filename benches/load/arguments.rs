//! What is measured, as the command line says it. It never chooses a figure.

use clap::{Parser, Subcommand, ValueEnum};

/// The register under load, beside what else could be written on the same engine in the same run.
#[derive(Clone, Debug, Parser)]
#[command(name = "load")]
pub(crate) struct Arguments {
    /// On which engine.
    #[arg(long, value_enum, default_value_t = Engine::Sqlite)]
    pub(crate) engine: Engine,
    /// How long each thing is measured, in each of the rounds.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..=600))]
    pub(crate) seconds: u64,
    /// How many callers call at once.
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) clients: u16,
    /// Over how many connections.
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) connections: u16,
    /// Instead of all else: whether a register with so many entries is slower than one with 10 000.
    #[arg(long, value_parser = clap::value_parser!(u32).range(10_000..=100_000_000))]
    pub(crate) entries: Option<u32>,
    /// Print for machines.
    #[arg(long)]
    pub(crate) json: bool,
    /// What `cargo bench` says to every measurement.
    #[arg(long, hide = true)]
    bench: bool,
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

/// A database engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Engine {
    /// Embedded.
    Sqlite,
    /// A private cluster with its durable defaults.
    Postgres,
}

impl Engine {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}
