//! What every measurement is told on its command line. It never chooses a figure.

use clap::{Args, ValueEnum};

/// On what, for how long, and by how many.
#[derive(Clone, Debug, Args)]
pub(crate) struct Common {
    /// On which engine.
    #[arg(long, value_enum, default_value_t = Engine::Sqlite)]
    pub(crate) engine: Engine,
    /// A PostgreSQL that is there, of which new databases are asked; else a private one is started.
    #[arg(long)]
    pub(crate) server: Option<String>,
    /// How long each thing is measured, in each of the rounds.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..=600))]
    pub(crate) seconds: u64,
    /// How many callers call at once.
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) clients: u16,
    /// Over how many connections.
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) connections: u16,
    /// Print for machines.
    #[arg(long)]
    pub(crate) json: bool,
    /// What `cargo bench` says to every measurement.
    #[arg(long, hide = true)]
    bench: bool,
}

/// A database engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Engine {
    /// Embedded.
    Sqlite,
    /// A cluster with its durable defaults.
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
