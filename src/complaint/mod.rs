//! Complaints about the state service (cl. 14, 15; O-36 – O-41; APPK 91–100).
//! A complaint never worsens the position of who complains: no decision on one takes back what was granted.

mod addressed;
mod clerk;
mod codes;
mod content;
mod decide;
mod extend;
mod fact;
mod file;
mod forward;
mod impartial;
mod kept;
mod model;
mod moving;
mod queries;
mod remedy;
pub(crate) mod rows;
mod running;
mod satisfy;
mod service;
mod tell;
mod terms;
mod wire;
mod withdraw;

pub(crate) use addressed::visible;
pub use clerk::ComplaintClerk;
pub use codes::{Act, Addressee, LeftReason, Outcome, State, Subject};
pub use model::{Complaint, Decision, Extension, Forwarding, Moved, Remedy, Told};
pub(crate) use queries::complaint as whole_complaint;
pub(crate) use running::RunningTerm;
pub use service::ComplaintEndpoint;
