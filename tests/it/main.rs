//! The integration tests: rules of the source and of the contract, and the service from outside.
//! They never reach behind the public interface, but for what a restart would find on the disk.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test reports by failing"
)]

mod contract;
mod dependencies;
mod errors_doc;
mod layering;
mod proto_rules;
mod sources;
mod words;
