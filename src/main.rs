//! The `tizilim` program.

use std::process::ExitCode;

/// A call makes and frees many small things; docs/SPEED.md says what this saves.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    tizilim::cli::run(std::env::args_os())
}
