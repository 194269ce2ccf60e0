//! The register under load on one engine, beside what else could be written on it, in one run:
//! `cargo bench --bench load -- --engine sqlite|postgres --seconds N`, with `--json` for machines.
//! It ends with a failure if anything that was acknowledged is not there exactly once.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::unchecked_time_subtraction,
    clippy::float_arithmetic,
    clippy::as_conversions,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a measurement that fails ends"
)]

mod arguments;
mod audit;
mod calls;
mod checked;
mod filling;
mod grown;
#[path = "../kit/mod.rs"]
mod kit;
mod measure;
mod plain;
mod recorded;

use std::process::ExitCode;

use clap::Parser as _;

use self::{
    arguments::{Arguments, Role},
    measure::measure,
};

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if let Some(Role::PlainHandler { url }) = &arguments.role {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(plain::handler::serve(url));
        return ExitCode::SUCCESS;
    }
    kit::ending::told(arguments.common.json, Box::pin(measure(&arguments)))
}
