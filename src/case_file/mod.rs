//! The administrative case as one archive (cl. 14): made once, kept as it was made, given out whenever it is
//! asked for, and verified by anyone without the service (ADR 28).
//! It never changes what it is made of, and a case that did not change has one hash.

mod archive;
mod case;
mod gather;
mod json;
mod list;
mod make;
mod manifest;
mod queries;
mod rows;
mod sending;
mod service;
pub mod verify;
mod wire;

pub(crate) use make::keep;
pub use service::CaseFileEndpoint;

/// The journal's kind of the fact that a case file was made.
const MADE: &str = "case_file_made";
/// The journal's kind of the fact that one was given out.
const DOWNLOADED: &str = "case_file_downloaded";
