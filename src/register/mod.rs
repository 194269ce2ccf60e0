//! The register itself: entries, and what each version of an entry says.
//! It never changes what a version says: a change is a new version.

pub mod columns;
mod entry;
pub(crate) mod queries;
pub(crate) mod rows;
mod service;
pub(crate) mod wire;

pub use columns::Columns;
pub use entry::{NewEntry, SignedContent, SignedProvider};
pub use service::RegisterEndpoint;
