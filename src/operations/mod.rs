//! Seeing and steering an installation, for its operators.
//! It never shows personal data, and never changes what the register says.

mod service;
mod wire;

pub use service::{OperationsEndpoint, OperationsParts};
