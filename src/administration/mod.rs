//! What operators decide beside the register: the days of the calendar, the due moments that follow, the
//! providers, and the rule sets. It never decides an application.

mod act;
mod calendar;
mod provider;
mod rule_set;

pub(crate) use act::{act as read_act, to_wire as act_to_wire};
pub use calendar::CalendarEndpoint;
pub(crate) use calendar::{due_date, due_moment_records, term_days};
pub use provider::ProviderEndpoint;
pub(crate) use provider::wire::provider as provider_on_the_wire;
pub(crate) use rule_set::{Activate, Unactivatable, rule_set_text};
pub use rule_set::{Configured, NotActivated, RuleSetEndpoint, activate_configured};
