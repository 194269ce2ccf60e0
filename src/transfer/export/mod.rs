//! Giving out the register as a file, as of a moment, page by page (ADR 19). It never gives out a
//! shareholder but by a method of its own, of which the journal tells, and never holds more than a few
//! pages in memory.

mod audit;
mod csv_file;
mod file;
mod parquet_file;
mod row;
mod selection;
mod service;
mod stream;

pub use service::ExportEndpoint;
