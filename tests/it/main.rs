//! The integration tests: rules of the source and of the contract, and the service from outside.
//! They never reach behind the public interface, but for what a restart would find on the disk.
#![expect(
    clippy::arithmetic_side_effects,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::large_futures,
    clippy::panic,
    reason = "a test reports by failing"
)]

mod bad_days;
mod bad_input;
mod case_files;
mod chaos;
mod contract;
mod crash;
mod dependencies;
mod errors_doc;
mod feed;
mod harness;
mod isolation;
mod journeys;
mod lag;
mod languages;
mod layering;
mod long_answers;
mod metrics;
mod misbehaving;
mod model;
mod obligations;
mod office;
mod outage;
mod privacy;
mod proto_rules;
mod races;
mod reconciliation;
mod replicas;
mod sinks;
mod sources;
mod statements;
mod statistics;
mod words;
