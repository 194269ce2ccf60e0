//! What the program carries to a service and from it, as files: `tizilim import` and `export`.
//! It never touches a register but over gRPC, and never prints what a file says of a person.

mod batch;
mod client;
mod export;
mod fault;
mod import;
mod measured;
mod progress;
mod repeats;
mod report;
mod rows;
mod survey;

pub use export::{ExportArgs, ExportFormat, export};
pub use fault::CourierFault;
pub use import::{Broken, ImportArgs, import};
pub use rows::Format;

use std::path::PathBuf;

use clap::Args;

/// How to reach a service.
#[derive(Clone, Debug, Args)]
pub struct ServiceArgs {
    /// Its address: `http://…` on this machine, `https://…` elsewhere.
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:50051")]
    pub server: String,
    /// The file with the token of the account that calls.
    #[arg(long, value_name = "FILE")]
    pub token_file: PathBuf,
    /// The authority of the service's certificate, PEM; needed for `https://…`.
    #[arg(long, value_name = "FILE")]
    pub ca: Option<PathBuf>,
}
