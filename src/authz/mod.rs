//! What a caller may do: the right to call a method here, the own organisation's objects in queries.
//! It never says who the caller is.

#[cfg(test)]
mod matrix;
mod permit;
mod policy;

pub use permit::{Denied, Permit, Scope, require};
pub use policy::*;
