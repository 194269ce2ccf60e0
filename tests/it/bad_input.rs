//! What is not as the contract says: told by the right code with every violation, never as a fault of
//! ours, and nothing is stored.

mod case_files;
mod changes;
mod complaints;
mod corrections;
mod courts;
mod fields;
mod messages;
mod notices;
mod queries;
mod reconciliation;
mod sinks;
