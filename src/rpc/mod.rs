//! The edge: what every call passes through, and the one place where outcomes become statuses.
//! It never knows a capability.

mod answer;
mod field_errors;
mod item_error;
pub mod languages;
pub mod layers;
mod open;
pub mod page;
mod period;
mod permitted;
mod reason;
pub mod status;
mod text;
mod time;

pub use answer::{Replayable, answer};
pub use field_errors::{FieldError, FieldErrors, Malformed};
pub use item_error::item_error;
pub use layers::Credentials;
pub use open::{credentials, open};
pub use period::period;
pub use permitted::{Answer, permitted};
pub use reason::{Precondition, Reason, Resource};
pub use status::Refused;
pub use text::localized;
pub use time::{instant, timestamp};
