//! The stage feed on one engine: a backlog drained, the way of one stage to the monitoring system and to
//! watchers, and what idle watchers cost: `cargo bench --bench feed -- --engine sqlite|postgres
//! --seconds N`, with `--json` for machines. It ends with a failure if the stub has not what the journal has.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::unchecked_time_subtraction,
    clippy::float_arithmetic,
    clippy::as_conversions,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "a measurement that fails ends"
)]

mod acknowledged;
mod arguments;
mod backlog;
mod drained;
mod idle;
mod inbox;
#[path = "../kit/mod.rs"]
mod kit;
mod relay;
mod seen;
mod watching;

use std::process::ExitCode;

use clap::Parser as _;

use self::{
    arguments::{Arguments, Part},
    kit::{
        report::Report,
        run::{self, Run},
    },
};

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    kit::ending::told(arguments.common.json, Box::pin(measure(&arguments)))
}

async fn measure(arguments: &Arguments) -> Report {
    let folder = run::folder();
    let world = run::world();
    let mut run = Run::of(&arguments.common, &world, folder.path());
    for part in arguments.parts() {
        match part {
            Part::Drained => {
                let backlog = i64::from(arguments.backlog);
                Box::pin(drained::measure(&mut run, backlog)).await;
            }
            Part::Acknowledged => Box::pin(acknowledged::measure(&mut run)).await,
            Part::Seen => Box::pin(seen::measure(&mut run, arguments.watchers)).await,
            Part::Idle => Box::pin(idle::measure(&mut run, arguments.streams)).await,
        }
    }
    run.report
}
