//! The life of an application from its filing to its end, seen by its parties over the wire.
//! Each journey stands alone in a town of its own.

mod amendments;
mod annulments;
mod assignments;
mod calendar;
mod complaints;
mod complaints_decided;
mod complaints_waiting;
mod configured_rules;
mod corrected_identity;
mod corrections;
mod courts;
mod exports;
mod extracts;
mod filing;
mod grants;
mod history;
pub(crate) mod imports;
mod lists;
mod mail;
mod notices;
mod notices_untold;
mod providers;
mod refusals;
mod refusals_in_court;
mod refused_changes;
mod removals;
mod repeats;
mod replays;
mod rule_sets;
mod rules_changes;
mod searches;
mod terms;

pub(crate) use calendar::{holiday, text};
pub(crate) use rule_sets::{activation, strict};
