//! The rule set: which checks apply, what a failure means and how it is said, as data (D-20).
//! It never computes a check, and one that is not complete is never used.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::Deserialize;

use super::{CheckCode, Failure, Outcome, Severity};
use crate::{
    application::{Form, Procedure, refusal::Ground},
    kernel::Localized,
};

const SHIPPED: &str = include_str!("rules.toml");

/// What is checked, in one version of the law.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleSet {
    /// The acts that the rules are of: `159/2024-232`.
    pub version: String,
    /// The first day of arrival to which the rules apply (O-3).
    pub effective_from: NaiveDate,
    /// Numbers that a check compares with.
    pub parameters: Parameters,
    /// How an officer is told that a check does not apply.
    pub(super) not_applicable: Localized,
    pub(super) checks: BTreeMap<CheckCode, Rule>,
}

/// What the checks compare with.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
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
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rule {
    pub(super) title: Localized,
    pub(super) procedures: BTreeSet<Procedure>,
    pub(super) forms: BTreeSet<Form>,
    pub(super) severity: Severity,
    pub(super) ground: Option<Ground>,
    pub(super) article: Option<String>,
    #[serde(default)]
    pub(super) needs_officer: BTreeSet<Form>,
    #[serde(default)]
    pub(super) officer_may: BTreeMap<Form, BTreeSet<Outcome>>,
    pub(super) passed: Localized,
    pub(super) undecided: Option<Localized>,
    #[serde(default)]
    pub(super) failures: BTreeMap<Failure, FailureRule>,
}

/// One way to fail, where it differs from its check.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FailureRule {
    pub(super) severity: Option<Severity>,
    pub(super) article: Option<String>,
    pub(super) text: Localized,
}

/// Why a rule set cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RulesFault {
    /// It is not written as a rule set is.
    #[error("the rule set cannot be read")]
    Unreadable(#[source] Box<toml::de::Error>),
    /// It is not complete; everything that is wrong is named.
    #[error("the rule set is not complete: {}", .0.join("; "))]
    Incomplete(Vec<String>),
}

impl RuleSet {
    /// The rule set that the service is shipped with.
    pub fn shipped() -> Result<Self, RulesFault> {
        Self::parse(SHIPPED)
    }

    /// Reads a rule set and makes sure that every check can be said in three languages.
    pub fn parse(text: &str) -> Result<Self, RulesFault> {
        let rules: Self =
            toml::from_str(text).map_err(|error| RulesFault::Unreadable(Box::new(error)))?;
        let problems = rules.problems();
        if problems.is_empty() {
            Ok(rules)
        } else {
            Err(RulesFault::Incomplete(problems))
        }
    }

    /// Whether the rules apply to what arrives on a day (O-3).
    pub fn is_in_force(&self, on: NaiveDate) -> bool {
        self.effective_from <= on
    }

    /// The name of a check for people.
    pub fn title(&self, check: CheckCode) -> Option<&Localized> {
        self.checks.get(&check).map(|rule| &rule.title)
    }

    fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        if self.version.trim().is_empty() {
            problems.push("version is empty".to_owned());
        }
        if self.parameters.activity_prefixes.is_empty() {
            problems.push("parameters.activity_prefixes is empty".to_owned());
        }
        if !self.not_applicable.is_complete() {
            problems.push("not_applicable lacks a language".to_owned());
        }
        for check in CheckCode::ALL {
            match self.checks.get(check) {
                Some(rule) => problems.extend(
                    rule.problems(*check)
                        .into_iter()
                        .map(|problem| format!("{} {problem}", check.code())),
                ),
                None => problems.push(format!("{} is missing", check.code())),
            }
        }
        problems
    }
}

impl Rule {
    /// Whether a machine runs the check for such an application.
    pub(super) fn applies_to(&self, procedure: Procedure, form: Form) -> bool {
        self.procedures.contains(&procedure) && self.forms.contains(&form)
    }

    fn problems(&self, check: CheckCode) -> Vec<String> {
        let mut problems = Vec::new();
        let texts = [&self.title, &self.passed]
            .into_iter()
            .chain(&self.undecided)
            .chain(self.failures.values().map(|failure| &failure.text));
        if !texts.into_iter().all(Localized::is_complete) {
            problems.push("lacks a language".to_owned());
        }
        if self.procedures.is_empty() {
            problems.push("must be of some procedure".to_owned());
        }
        let expected = Failure::ALL
            .iter()
            .filter(|failure| failure.check() == check);
        if !expected.eq(self.failures.keys()) {
            problems.push("must state its own failures, all of them and no other".to_owned());
        }
        let stays_open = check.can_stay_open() || !self.needs_officer.is_empty();
        if stays_open != self.undecided.is_some() {
            problems.push("must have the text `undecided` just if it can be open".to_owned());
        }
        if !self.needs_officer.is_subset(&self.forms) {
            problems.push("needs an officer in a form where it does not run".to_owned());
        }
        if check.is_about_the_register()
            && !(self.forms.iter().eq(&Form::ALL) && self.needs_officer.is_empty())
        {
            problems.push("must run in every form, without an officer (D-23)".to_owned());
        }
        // Only a check of court decisions has no one ground: the decision says which.
        let lacks_ground = self.severity == Severity::Refusal && self.ground.is_none();
        if lacks_ground != (check == CheckCode::C22) {
            problems.push("must have a ground just if it supports a refusal".to_owned());
        }
        if self.ground == Some(Ground::NonComplianceWithHousingLaw) && self.article.is_none() {
            problems.push("must cite an article of the housing law (D-7)".to_owned());
        }
        let may = |outcome| self.officer_may.values().any(|may| may.contains(&outcome));
        if may(Outcome::NeedsOfficer)
            || (may(Outcome::Failed) && self.severity == Severity::Warning)
        {
            problems.push("lets an officer record what makes no sense".to_owned());
        }
        for form in &self.needs_officer {
            let passes = |may: &BTreeSet<Outcome>| may.contains(&Outcome::Passed);
            if !self.officer_may.get(form).is_some_and(passes) {
                problems.push("needs an officer who may not let it pass".to_owned());
            }
        }
        problems
    }
}
