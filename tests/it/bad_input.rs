//! What is not as the contract says: told by the right code with every violation, never as a fault of
//! ours, and nothing is stored.

mod changes;
mod fields;
mod messages;
mod queries;
