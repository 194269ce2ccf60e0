//! What stands where in the text of a rule set.
//! It never asks whether what stands there holds together.

use std::collections::{BTreeMap, BTreeSet};

use toml::Table;

use super::{
    FailureRule, Parameters, Rule, RuleProblem, RuleSet,
    read::{Part, whole},
    sound,
};
use crate::{
    application::{
        Form,
        checks::{CheckCode, Failure, Outcome},
    },
    kernel::Problem,
};

/// Reads a rule set, or notes all that is wrong with it.
pub(super) fn rule_set(table: Table, problems: &mut Vec<RuleProblem>) -> Option<RuleSet> {
    whole(table, problems, |root| {
        let version = root.line::<100>("version");
        let effective_from = root.day("effective_from");
        let parameters = root.part("parameters", parameters);
        let not_applicable = root.localized("not_applicable");
        if let Some(text) = &not_applicable {
            sound::words("not_applicable", text, &[], root);
        }
        let checks = root.part("checks", checks);
        Some(RuleSet {
            version: version?,
            effective_from: effective_from?,
            parameters: parameters?,
            not_applicable: not_applicable?,
            checks: checks?,
        })
    })
}

fn parameters(part: &mut Part<'_>) -> Option<Parameters> {
    let prefixes = part.items("activity_prefixes", |part, path, value| {
        let digits = |text: &str| (1..=5).contains(&text.len()) && is_digits(text);
        let prefix = value
            .as_str()
            .filter(|text| digits(text))
            .map(str::to_owned);
        if prefix.is_none() {
            part.problem(
                path,
                Problem::new("must be the first digits of a code, 1 to 5"),
            );
        }
        prefix
    });
    if prefixes.as_ref().is_some_and(Vec::is_empty) {
        part.problem("activity_prefixes", EMPTY);
    }
    let founding_members_min = part.number("founding_members_min", 1, 10_000);
    let adult_age = part.number("adult_age", 1, 100);
    let currency = part.read("contribution_currency", |text| {
        if text.len() == 3 && text.bytes().all(|letter| letter.is_ascii_uppercase()) {
            Ok(text.to_owned())
        } else {
            Err(Problem::new("must be a currency like KZT"))
        }
    });
    let tolerance = part.number("contribution_tolerance_per_mille", 0, 1000);
    Some(Parameters {
        activity_prefixes: prefixes?,
        founding_members_min: founding_members_min?.into(),
        adult_age: adult_age?.into(),
        contribution_currency: currency?,
        contribution_tolerance_per_mille: tolerance?,
    })
}

const EMPTY: Problem = Problem::new("must not be empty");

fn is_digits(text: &str) -> bool {
    text.bytes().all(|digit| digit.is_ascii_digit())
}

/// Every check, and no other.
fn checks(part: &mut Part<'_>) -> Option<BTreeMap<CheckCode, Rule>> {
    let rules: Vec<Option<(CheckCode, Rule)>> = CheckCode::ALL
        .iter()
        .map(|check| {
            let rule = part.part(check.code(), |part| rule(part, *check))?;
            sound::rule(&rule, *check, part);
            Some((*check, rule))
        })
        .collect();
    rules.into_iter().collect()
}

fn rule(part: &mut Part<'_>, check: CheckCode) -> Option<Rule> {
    let title = part.localized("title");
    let procedures = part.codes("procedures");
    if procedures.as_ref().is_some_and(BTreeSet::is_empty) {
        part.problem("procedures", EMPTY);
    }
    let forms = part.codes("forms");
    let severity = part.code("severity");
    let ground = part.if_given("ground", Part::code);
    let article = part.if_given("article", Part::line::<50>);
    let needs_officer = part.if_given("needs_officer", Part::codes);
    let officer_may = part.if_given("officer_may", |part, key| {
        part.part(key, |part| Some(officer_may(part)))
    });
    let passed = part.localized("passed");
    let undecided = part.if_given("undecided", Part::localized);
    let failures = failures(part, check);
    Some(Rule {
        title: title?,
        procedures: procedures?,
        forms: forms?,
        severity: severity?,
        ground,
        article,
        needs_officer: needs_officer.unwrap_or_default(),
        officer_may: officer_may.unwrap_or_default(),
        passed: passed?,
        undecided,
        failures: failures?,
    })
}

fn officer_may(part: &mut Part<'_>) -> BTreeMap<Form, BTreeSet<Outcome>> {
    let may = Form::ALL.into_iter().filter_map(|form| {
        let outcomes = part.if_given(form.code(), Part::codes)?;
        Some((form, outcomes))
    });
    may.collect()
}

/// All its own failures, and no other.
fn failures(part: &mut Part<'_>, check: CheckCode) -> Option<BTreeMap<Failure, FailureRule>> {
    let own = || {
        Failure::ALL
            .iter()
            .filter(|failure| failure.check() == check)
    };
    if own().next().is_none() {
        return Some(BTreeMap::new());
    }
    part.part("failures", |part| {
        let rules: Vec<Option<(Failure, FailureRule)>> = own()
            .map(|failure| {
                let read = part.part(&failure.code(), failure_rule);
                read.map(|rule| (*failure, rule))
            })
            .collect();
        rules.into_iter().collect()
    })
}

fn failure_rule(part: &mut Part<'_>) -> Option<FailureRule> {
    let severity = part.if_given("severity", Part::code);
    let article = part.if_given("article", Part::line::<50>);
    let text = part.localized("text");
    Some(FailureRule {
        severity,
        article,
        text: text?,
    })
}
