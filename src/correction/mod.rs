//! Corrections of slips and arithmetic errors in what the provider issued (APPK 82; O-75, D-25).
//! They are no procedure of the state service, and never change what a version of an entry says: a
//! correction is a new version.

mod addressed;
mod begin;
mod case;
mod clerk;
mod confirm_handover;
mod content;
mod correct;
mod fact;
mod model;
mod prepare;
mod queries;
mod reject;
pub(crate) mod rows;
mod service;
mod terms;
mod wire;

pub(crate) use addressed::{moved_changes, visible};
pub use clerk::CorrectionClerk;
pub use model::{Correction, CorrectionOrigin, CorrectionState, Moved};
pub(crate) use queries::correction as whole_correction;
pub use service::CorrectionEndpoint;
pub(crate) use terms::RunningTerm;
