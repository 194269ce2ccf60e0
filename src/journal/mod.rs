//! The journal: facts numbered without gaps, read in order, never changed (I-9).
//! It never writes: the committer does.

mod stage_fact;

pub use stage_fact::{ProviderFact, STAGE, StageFact};
