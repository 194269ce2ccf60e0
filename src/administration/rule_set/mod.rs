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

pub(crate) use activate::{Activate, Unactivatable};
pub use configured::{Configured, NotActivated, activate_configured};
pub(crate) use given::rule_set as rule_set_text;
pub use service::RuleSetEndpoint;
