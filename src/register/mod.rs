//! The register itself: entries, and what each version of an entry says.
//! It never changes what a version says: a change is a new version.

pub mod columns;

pub use columns::Columns;
