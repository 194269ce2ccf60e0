//! The checks of clause 8: a rule set as data, and pure code for what each row computes.
//! It never decides an application, and never notes what says something about a person.

mod admission;
mod code;
mod consent;
mod document;
mod evidence;
mod finding;
mod input;
mod money;
mod observation;
mod parties;
mod premises;
mod record;
mod rights;
mod rules;
mod run;
mod signatures;
mod verdict;
pub mod wire;

pub use code::{CheckCode, Failure};
pub use finding::{Finding, Outcome, Severity};
pub use input::{CheckInput, Reference, RegisterFacts, Signatures};
pub use record::{NotOfficers, Recorded, rechecked, recorded};
pub use rules::{Parameters, RuleProblem, RuleSet, RulesFault};
pub use run::{register_findings, run};
pub use verdict::{Verdict, proposed_grounds, unmet, verdict};

#[cfg(test)]
mod tests;
