//! Applications for the state service: what is filed, what the checks find, how it ends (cl. 5–10).
//! It never reaches into another part but through what that part shows.

pub mod agreement;
pub mod checks;
mod form;
pub mod refusal;
mod stage;

pub use form::Form;
pub use stage::{Stage, StageCode};
