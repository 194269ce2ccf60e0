//! What an installation decides: defaults, then a TOML file, then the environment, then checked.
//! It never opens what it names: keys, databases and folders are for others.

pub mod reader;
mod secret;

pub use secret::Secret;
