//! A reasoned refusal: grounds of the closed list, what each rests on, and its text (cl. 9; I-4).
//! It never lets a ground stand that rests on nothing.

mod compose;
mod ground;
mod parse;
mod phrases;
mod support;
pub mod wire;

pub use compose::{RefusalText, compose};
pub(crate) use compose::{how_to_complain, way_to_court};
pub use ground::Ground;
pub use parse::{parse, read_court_decision};
pub use support::support;

use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::checks::CheckCode;
use crate::kernel::{Localized, Personal, Text};

/// A ground and what it rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefusalGround {
    /// Which ground.
    pub code: Ground,
    /// The failed checks that support it.
    pub failed_checks: Vec<CheckCode>,
    /// G2: the article of the housing law, if no failed check cites it (O-62).
    pub article: Option<Text<50>>,
    /// G1: the document or field that is not reliable, if no failed check tells (O-61).
    pub subject: Option<Text<200>>,
    /// G3 and G4: the court decision (O-63, O-64).
    pub court_decision: Option<CourtDecision>,
    /// The reasoning; an officer's free words, which may speak of persons.
    #[serde(serialize_with = "disclosed", deserialize_with = "personal")]
    pub reasoning: Option<Personal<Localized>>,
}

/// A court decision in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CourtDecision {
    /// The court.
    pub court: Text<200>,
    /// Number of the case.
    pub case_number: Text<100>,
    /// When it was decided.
    pub decided_on: NaiveDate,
    /// When it came into force; not before the decision.
    pub in_force_on: NaiveDate,
}

impl RefusalGround {
    /// A ground that rests on failed checks alone, as the system proposes it.
    pub fn resting_on(code: Ground, failed_checks: Vec<CheckCode>) -> Self {
        Self {
            code,
            failed_checks,
            article: None,
            subject: None,
            court_decision: None,
            reasoning: None,
        }
    }
}

/// The store keeps the reasoning with the refusal: there, and only there, it is written out.
#[expect(clippy::ref_option, reason = "serde gives a reference to the field")]
fn disclosed<S: Serializer>(
    reasoning: &Option<Personal<Localized>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    reasoning
        .as_ref()
        .map(Personal::disclose)
        .serialize(serializer)
}

fn personal<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Personal<Localized>>, D::Error> {
    let reasoning = Option::<Localized>::deserialize(deserializer)?;
    Ok(reasoning.map(Personal::new))
}

#[cfg(test)]
mod tests;
