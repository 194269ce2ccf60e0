//! Bringing over what former registers held, and giving out what this one holds.
//! It never lets anything in but as data with its provenance, and never gives out persons unasked.

mod bring;
mod cell;
mod export;
pub(crate) mod former;
mod judge;
mod queries;
pub(crate) mod rows;
mod service;
mod wire;

pub(crate) use cell::{escaped, unescaped};
pub use export::ExportEndpoint;
pub(crate) use former::{COLUMNS, FormerEntry, Row, TOLD_BY_EXPORTS, shown_name};
pub use service::ImportEndpoint;
