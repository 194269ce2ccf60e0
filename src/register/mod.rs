//! The register itself: entries, and what each version of an entry says.
//! It never changes what a version says: a change is a new version.

mod claims;
pub mod columns;
mod entry;
mod imported;
pub(crate) mod listing;
pub(crate) mod queries;
pub(crate) mod rows;
mod service;
mod share;
mod state;
pub(crate) mod wire;

pub(crate) use claims::{ClaimMoves, ShareTaken, Target, claim_suspension, require_not_suspended};
pub use columns::Columns;
pub(crate) use entry::Place;
pub use entry::{
    NewVersion, Origin, SignedContent, SignedCorrection, SignedCourtAct, SignedProvider,
};
pub(crate) use imported::{ImportedClaim, ImportedEntry};
pub use listing::{Listing, ShareholderMarks};
pub use service::RegisterEndpoint;
pub(crate) use state::ClaimState;
pub use state::EntryState;
