//! The edge: what every call passes through, and the one place where outcomes become statuses.
//! It never knows a capability.

mod field_errors;
pub mod layers;
mod open;
pub mod page;
mod reason;
pub mod status;

pub use field_errors::{FieldError, FieldErrors, Malformed};
pub use open::open;
pub use reason::{Precondition, Reason, Resource};
pub use status::Refused;
