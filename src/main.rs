//! The `tizilim` program.
fn main() {}
