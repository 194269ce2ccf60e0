//! Writes findings and rule sets as messages.
//! It never reads one: findings are made here and nowhere else, and rule sets come as texts.

use std::collections::BTreeSet;

use super::{
    CheckCode, Failure, Finding, Outcome, RuleSet, Severity,
    rules::{FailureRule, Rule},
};
use crate::{
    application::{
        Form, Procedure,
        refusal::{Ground, wire::ground_code},
        wire,
    },
    pb::registry::v1 as pb,
    rpc::{localized, timestamp},
};

/// A finding as sent.
pub fn finding(finding: Finding) -> pb::Finding {
    pb::Finding {
        check: finding.check.code().to_owned(),
        outcome: outcome(finding.outcome).into(),
        severity: severity(finding.severity).into(),
        ground: finding
            .ground
            .map_or(pb::RefusalGroundCode::Unspecified, ground)
            .into(),
        article: finding.article.unwrap_or_default(),
        text: finding.text.map(localized),
        evidence: finding.evidence,
        rule_set: finding.rule_set,
        recorded_at: Some(timestamp(finding.recorded_at)),
        recorded_by: finding.recorded_by,
    }
}

/// An outcome as sent.
pub const fn outcome(outcome: Outcome) -> pb::CheckOutcome {
    match outcome {
        Outcome::Passed => pb::CheckOutcome::Passed,
        Outcome::Failed => pb::CheckOutcome::Failed,
        Outcome::NotApplicable => pb::CheckOutcome::NotApplicable,
        Outcome::NeedsOfficer => pb::CheckOutcome::NeedsOfficer,
    }
}

/// A severity as sent.
pub const fn severity(severity: Severity) -> pb::CheckSeverity {
    match severity {
        Severity::Refusal => pb::CheckSeverity::Refusal,
        Severity::Warning => pb::CheckSeverity::Warning,
    }
}

/// A ground as sent.
pub const fn ground(ground: Ground) -> pb::RefusalGroundCode {
    ground_code(ground)
}

/// All that a rule set says, as sent.
pub fn checks(rules: &RuleSet) -> pb::ListChecksResponse {
    let parameters = &rules.parameters;
    pb::ListChecksResponse {
        checks: rules.checks.iter().map(check).collect(),
        rule_set: rules.version.clone(),
        effective_from_on: rules.effective_from.to_string(),
        parameters: Some(pb::CheckParameters {
            activity_prefixes: parameters.activity_prefixes.clone(),
            founding_members_min: parameters.founding_members_min,
            adult_age: i32::try_from(parameters.adult_age).unwrap_or(i32::MAX),
            contribution_currency: parameters.contribution_currency.clone(),
            contribution_tolerance_per_mille: parameters.contribution_tolerance_per_mille.into(),
        }),
        not_applicable: Some(localized(rules.not_applicable.clone())),
    }
}

fn check((code, rule): (&CheckCode, &Rule)) -> pb::CheckRule {
    let failures = rule.failures.iter();
    pb::CheckRule {
        code: code.code().to_owned(),
        title: Some(localized(rule.title.clone())),
        severity: severity(rule.severity).into(),
        ground: rule
            .ground
            .map_or(pb::RefusalGroundCode::Unspecified, ground)
            .into(),
        article: rule.article.clone().unwrap_or_default(),
        procedures: procedures(&rule.procedures),
        forms: forms(&rule.forms),
        needs_officer_forms: forms(&rule.needs_officer),
        officer_records: rule.officer_may.iter().map(officer_records).collect(),
        passed: Some(localized(rule.passed.clone())),
        undecided: rule.undecided.clone().map(localized),
        failures: failures
            .map(|(code, own)| failure(rule, *code, own))
            .collect(),
    }
}

fn failure(rule: &Rule, code: Failure, own: &FailureRule) -> pb::CheckFailure {
    let article = own.article.as_ref().or(rule.article.as_ref());
    pb::CheckFailure {
        code: code.code(),
        severity: severity(rule.severity_of(own)).into(),
        article: article.cloned().unwrap_or_default(),
        text: Some(localized(own.text.clone())),
    }
}

fn officer_records((form, outcomes): (&Form, &BTreeSet<Outcome>)) -> pb::OfficerRecords {
    let outcomes = outcomes.iter().copied();
    pb::OfficerRecords {
        form: wire::form(*form).into(),
        outcomes: outcomes.map(|one| outcome(one).into()).collect(),
    }
}

fn procedures(procedures: &BTreeSet<Procedure>) -> Vec<i32> {
    let procedures = procedures.iter().copied();
    procedures.map(|one| wire::procedure(one).into()).collect()
}

fn forms(forms: &BTreeSet<Form>) -> Vec<i32> {
    forms
        .iter()
        .copied()
        .map(|one| wire::form(one).into())
        .collect()
}
