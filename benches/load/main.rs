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
mod contracts;
mod database;
mod drive;
mod filling;
mod grown;
mod measure;
mod plain;
mod program;
mod recorded;
mod report;
mod round;
mod site;

use std::process::ExitCode;

use clap::Parser as _;
use tokio::signal::unix::{SignalKind, signal};

use self::{
    arguments::{Arguments, Role},
    measure::measure,
};

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    if let Some(Role::PlainHandler { url }) = &arguments.role {
        runtime.block_on(plain::handler::serve(url));
        return ExitCode::SUCCESS;
    }
    let measured = runtime.block_on(async {
        // What is interrupted ends its programs and removes its files, too.
        tokio::select! {
            report = Box::pin(measure(&arguments)) => Some(report),
            () = interrupted() => None,
        }
    });
    let Some(report) = measured else {
        return ExitCode::FAILURE;
    };
    if arguments.json {
        println!("{}", serde_json::to_string(&report).unwrap());
    } else {
        print!("{report}");
    }
    if report.is_right() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

async fn interrupted() {
    let mut interrupt = signal(SignalKind::interrupt()).unwrap();
    let mut terminate = signal(SignalKind::terminate()).unwrap();
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}
