//! How a measurement ends: with a report, or interrupted. It never leaves a program or a file behind.

use std::process::ExitCode;

use tokio::signal::unix::{SignalKind, signal};

use super::report::Report;

/// Measures and tells; fails if anything that was acknowledged was not found.
pub(crate) fn told(is_json: bool, measuring: impl Future<Output = Report>) -> ExitCode {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let measured = runtime.block_on(async {
        // What is interrupted ends its programs and removes its files, too.
        tokio::select! {
            report = measuring => Some(report),
            () = interrupted() => None,
        }
    });
    let Some(report) = measured else {
        return ExitCode::FAILURE;
    };
    if is_json {
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
