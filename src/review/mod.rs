//! The provider's work on applications (cl. 8–11): take, record a check, grant, refuse.
//! It never makes a decision that names no official.

mod grant;
mod prepare;
mod queue;
mod record_check;
mod refuse;
mod service;
mod take;

pub use service::ReviewEndpoint;
