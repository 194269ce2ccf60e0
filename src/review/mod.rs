//! The provider's work on applications (cl. 8–11): take, give on, record a check, note, grant, refuse.
//! It never makes a decision that names no official.

mod acts;
mod batch;
mod beside;
mod confirm;
mod give;
mod grant;
mod note;
mod prepare;
mod queue;
mod record_check;
mod refuse;
mod rows;
mod service;
mod take;
mod wire;

pub(crate) use beside::review_acts;
pub(crate) use record_check::officer_post;
pub use service::ReviewEndpoint;
