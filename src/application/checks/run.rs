//! Runs every check and says what each observation means by the rule set (cl. 8).
//! It never asks anything of anyone, so that the same input gives the same findings.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::{
    CheckCode, CheckInput, Failure, Finding, Outcome, Parameters, RegisterFacts, RuleSet, Severity,
    admission, consent, document, money,
    observation::{Applies, Observation},
    parties, premises, rights,
    rules::{FailureRule, Rule},
    signatures,
};
use crate::{
    application::Procedure,
    kernel::{Localized, SYSTEM},
};

/// Runs the checks: one finding each, in their order.
pub fn run(input: &CheckInput<'_>, rules: &RuleSet) -> Vec<Finding> {
    rules
        .checks
        .iter()
        .map(|(check, rule)| {
            let observation = if rule.applies_to(input.procedure(), input.form) {
                observe(*check, input, &rules.parameters)
            } else {
                Observation::not_applicable()
            };
            let needs_officer = rule.needs_officer.contains(&input.form);
            let conclusion = Conclusion::of(rule, &observation, needs_officer);
            finding(*check, &conclusion, observation.evidence, rules, input.at)
        })
        .collect()
}

/// Runs again what only looks at the register, after it changed under an open application (D-23).
pub fn register_findings(
    register: &RegisterFacts,
    procedure: Procedure,
    rules: &RuleSet,
    at: DateTime<Utc>,
) -> Vec<Finding> {
    let observed = [
        (CheckCode::C14, rights::prior_rights(register)),
        (CheckCode::C21, rights::repeat(register)),
        (CheckCode::C23, rights::reference(register)),
        (CheckCode::C25, rights::other_applications(register)),
    ];
    let findings = observed.into_iter().filter_map(|(check, observation)| {
        let rule = rules.checks.get(&check)?;
        if !rule.procedures.contains(&procedure) {
            return None;
        }
        let conclusion = Conclusion::of(rule, &observation, false);
        Some(finding(check, &conclusion, observation.evidence, rules, at))
    });
    findings.collect()
}

fn observe(check: CheckCode, input: &CheckInput<'_>, parameters: &Parameters) -> Observation {
    let agreement = input.agreement;
    match check {
        CheckCode::C01 => document::document(input),
        CheckCode::C02 => parties::cooperative(agreement),
        CheckCode::C03 => parties::activity(agreement, parameters),
        CheckCode::C04 => signatures::executive(agreement, input.signatures),
        CheckCode::C05 => parties::shareholder(agreement),
        CheckCode::C06 => parties::full_age(input, parameters),
        CheckCode::C07 => admission::protocol(input),
        CheckCode::C08 => admission::sketch_design(agreement),
        CheckCode::C09 => admission::membership(agreement, parameters),
        CheckCode::C11 => premises::construction_period(agreement),
        CheckCode::C12 => premises::kind(agreement),
        CheckCode::C14 => rights::prior_rights(input.register),
        CheckCode::C15 => money::contribution(agreement, parameters),
        CheckCode::C16 => money::proportion(agreement, parameters),
        CheckCode::C17 => money::payments(agreement),
        CheckCode::C18 => premises::transfer(agreement),
        CheckCode::C19 => consent::consent(agreement, input.registered_on),
        CheckCode::C20 => signatures::parties(input),
        CheckCode::C21 => rights::repeat(input.register),
        CheckCode::C23 => rights::reference(input.register),
        CheckCode::C24 => rights::filed_late(input),
        CheckCode::C25 => rights::other_applications(input.register),
        // Complete, or it was never accepted (D-9).
        CheckCode::C10 | CheckCode::C13 => Observation::passed(),
        // An officer's.
        CheckCode::C22 => Observation::not_applicable(),
    }
}

/// What an observation means.
struct Conclusion<'a> {
    rule: &'a Rule,
    outcome: Outcome,
    severity: Severity,
    article: Option<&'a String>,
    texts: Vec<&'a Localized>,
}

impl<'a> Conclusion<'a> {
    /// A failure that supports a refusal outweighs what is open, and that outweighs a warning.
    fn of(rule: &'a Rule, observation: &Observation, needs_officer: bool) -> Self {
        let is_seen =
            |(failure, _): &(&Failure, &FailureRule)| observation.failures.contains(failure);
        let failed: Vec<&FailureRule> = rule
            .failures
            .iter()
            .filter(is_seen)
            .map(|(_, rule)| rule)
            .collect();
        let grave = failed
            .iter()
            .find(|failure| rule.severity_of(failure) == Severity::Refusal);
        let is_open = observation.applies == Applies::Unknown || needs_officer;
        let mut texts: Vec<&Localized> = failed.iter().map(|failure| &failure.text).collect();
        let (outcome, severity, cited) = match (grave, failed.first()) {
            _ if observation.applies == Applies::No => {
                texts.clear();
                (Outcome::NotApplicable, rule.severity, None)
            }
            (Some(grave), _) => (Outcome::Failed, Severity::Refusal, grave.article.as_ref()),
            (None, _) if is_open => {
                texts.extend(&rule.undecided);
                (Outcome::NeedsOfficer, rule.severity, None)
            }
            (None, Some(mild)) => (Outcome::Failed, Severity::Warning, mild.article.as_ref()),
            (None, None) => (Outcome::Passed, rule.severity, None),
        };
        Self {
            rule,
            outcome,
            severity,
            article: cited.or(rule.article.as_ref()),
            texts,
        }
    }
}

fn finding(
    check: CheckCode,
    conclusion: &Conclusion<'_>,
    evidence: BTreeMap<String, String>,
    rules: &RuleSet,
    at: DateTime<Utc>,
) -> Finding {
    let say = |language: fn(&Localized) -> &String| {
        let sentences = conclusion
            .texts
            .iter()
            .map(|text| filled(language(text), &evidence));
        sentences.collect::<Vec<_>>().join(" ")
    };
    let text = (!conclusion.texts.is_empty()).then(|| Localized {
        kk: say(|text| &text.kk),
        ru: say(|text| &text.ru),
        en: say(|text| &text.en),
    });
    let supports = conclusion.severity == Severity::Refusal;
    Finding {
        check,
        outcome: conclusion.outcome,
        severity: conclusion.severity,
        ground: conclusion.rule.ground.filter(|_| supports),
        article: conclusion.article.cloned(),
        text,
        evidence,
        rule_set: rules.version.clone(),
        recorded_at: at,
        recorded_by: SYSTEM.to_owned(),
    }
}

/// Puts the evidence in where a text names it: `{entry_number}`.
fn filled(text: &str, evidence: &BTreeMap<String, String>) -> String {
    evidence
        .iter()
        .fold(text.to_owned(), |text, (field, value)| {
            text.replace(&format!("{{{field}}}"), value)
        })
}
