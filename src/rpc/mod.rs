//! The edge: what every call passes through, and the one place where outcomes become statuses.
//! It never knows a capability.

mod field_errors;
mod reason;
pub mod status;

pub use field_errors::{FieldError, FieldErrors, Malformed};
pub use reason::{Precondition, Reason, Resource};
pub use status::Refused;
