//! Seeing and steering an installation, for its operators.
//! It never shows personal data, and never changes what the register says.

mod lag_report;
mod lag_watch;
mod lookout;
mod service;
mod sinks;
mod situation;
mod wire;

pub use lookout::{Lookout, Reading, Seen};
pub use service::{OperationsEndpoint, OperationsParts};
pub use situation::{Queue, Situation, Unacknowledged};
