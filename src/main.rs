//! The `tizilim` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    tizilim::cli::run(std::env::args_os())
}
