//! The rule set: which checks apply, what a failure means and how it is said, as data (D-20).
//! It never computes a check, and one that is not complete is never used.

mod read;
mod sound;
mod table;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use chrono::NaiveDate;

use super::{CheckCode, Failure, Outcome, Severity};
use crate::{
    application::{Form, Procedure, refusal::Ground},
    kernel::{Localized, Problem},
};

const SHIPPED: &str = include_str!("../rules.toml");

/// What is checked, in one version of the law.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleSet {
    /// The acts that the rules are of: `159/2024-232`.
    pub version: String,
    /// The first day of registration to which the rules apply (O-3).
    pub effective_from: NaiveDate,
    /// Numbers that a check compares with.
    pub parameters: Parameters,
    /// How an officer is told that a check does not apply.
    pub(super) not_applicable: Localized,
    pub(super) checks: BTreeMap<CheckCode, Rule>,
}

/// What the checks compare with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameters {
    /// How an allowed code of activity begins (C03).
    pub activity_prefixes: Vec<String>,
    /// The least number of members at a cooperative's registration (C09).
    pub founding_members_min: i32,
    /// Full age in years (C06).
    pub adult_age: u32,
    /// The currency of a contribution (C15).
    pub contribution_currency: String,
    /// How far a contribution may be from the cost in proportion to the area (C16).
    pub contribution_tolerance_per_mille: u16,
}

/// One check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rule {
    pub(super) title: Localized,
    pub(super) procedures: BTreeSet<Procedure>,
    pub(super) forms: BTreeSet<Form>,
    pub(super) severity: Severity,
    pub(super) ground: Option<Ground>,
    pub(super) article: Option<String>,
    pub(super) needs_officer: BTreeSet<Form>,
    pub(super) officer_may: BTreeMap<Form, BTreeSet<Outcome>>,
    pub(super) passed: Localized,
    pub(super) undecided: Option<Localized>,
    pub(super) failures: BTreeMap<Failure, FailureRule>,
}

/// One way to fail, where it differs from its check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FailureRule {
    pub(super) severity: Option<Severity>,
    pub(super) article: Option<String>,
    pub(super) text: Localized,
}

/// One thing that is wrong with a rule set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleProblem {
    /// Where: `checks.C16.title.kk`.
    pub path: String,
    /// What.
    pub problem: Problem,
}

impl fmt::Display for RuleProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.path, self.problem)
    }
}

/// Why a rule set cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RulesFault {
    /// It is not TOML.
    #[error("the rule set is not TOML")]
    NotToml {
        /// The line of the first mistake.
        line: usize,
        /// What it is.
        #[source]
        source: Box<toml::de::Error>,
    },
    /// It does not say what a rule set must; everything that is wrong is named.
    #[error("the rule set cannot be used: {}", told(.0))]
    Wrong(Vec<RuleProblem>),
}

fn told(problems: &[RuleProblem]) -> String {
    let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
    told.join("; ")
}

impl RuleSet {
    /// The text of the rule set that the service is shipped with.
    pub const SHIPPED: &str = SHIPPED;

    /// The rule set that the service is shipped with.
    pub fn shipped() -> Result<Self, RulesFault> {
        Self::parse(SHIPPED)
    }

    /// Reads a rule set and makes sure that every check can be said in three languages.
    pub fn parse(text: &str) -> Result<Self, RulesFault> {
        let table = text
            .parse()
            .map_err(|source: toml::de::Error| RulesFault::NotToml {
                line: line_of(text, &source),
                source: Box::new(source),
            })?;
        let mut problems = Vec::new();
        table::rule_set(table, &mut problems).ok_or(RulesFault::Wrong(problems))
    }

    /// Whether the rules apply to what is registered on a day (O-3).
    pub fn is_in_force(&self, on: NaiveDate) -> bool {
        self.effective_from <= on
    }

    /// The name of a check for people.
    pub fn title(&self, check: CheckCode) -> Option<&Localized> {
        self.checks.get(&check).map(|rule| &rule.title)
    }
}

/// From 1.
fn line_of(text: &str, error: &toml::de::Error) -> usize {
    let start = error.span().map_or(0, |span| span.start);
    let before = text.get(..start).unwrap_or_default();
    before.matches('\n').count().saturating_add(1)
}

impl Rule {
    /// Whether a machine runs the check for such an application.
    pub(super) fn applies_to(&self, procedure: Procedure, form: Form) -> bool {
        self.procedures.contains(&procedure) && self.forms.contains(&form)
    }

    /// What a failure means.
    pub(super) fn severity_of(&self, failure: &FailureRule) -> Severity {
        failure.severity.unwrap_or(self.severity)
    }
}
