//! Cases in court about what the provider did with applications (cl. 16; O-42, O-43; D-17), and what the
//! acts of courts mean for entries of the register.
//! They are no procedure of the state service, and never name a person: who sues is told by kind.

mod act;
mod action;
mod addressed;
mod annul;
mod clerk;
mod confirm_handover;
mod effect;
mod fact;
mod file_response;
mod model;
mod papers;
mod prepare;
mod queries;
pub(crate) mod queues;
mod record_act;
mod record_action;
pub(crate) mod restraint;
pub(crate) mod rows;
mod service;
pub(crate) mod wire;

pub(crate) use addressed::moved_changes;
pub use clerk::CourtClerk;
pub(crate) use model::{CourtCase, Moved};
pub(crate) use queries::case as whole_case;
pub use service::CourtEndpoint;
