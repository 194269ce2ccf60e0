//! The rule sets by which applications are checked: operators activate and withdraw them, and anyone with a
//! part in the service asks what another one would change. It never judges an application.

mod activate;
mod configured;
mod given;
mod queries;
mod replay;
mod service;
mod tally;
mod trial;
mod wire;
mod withdraw;

pub use configured::{Configured, NotActivated, activate_configured};
pub use service::RuleSetEndpoint;
