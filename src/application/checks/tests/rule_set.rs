//! Whether the shipped rule set holds together, and a broken one is refused.

use super::{CheckCode, RuleSet, day};
use crate::application::checks::{Failure, RulesFault};

const SHIPPED: &str = include_str!("../rules.toml");

fn problems(from: &str, to: &str) -> Vec<String> {
    assert!(SHIPPED.contains(from), "{from}");
    match RuleSet::parse(&SHIPPED.replacen(from, to, 1)) {
        Err(RulesFault::Incomplete(problems)) => problems,
        other => panic!("expected an incomplete rule set: {other:?}"),
    }
}

#[test]
fn the_shipped_rule_set_is_of_the_order_in_force() {
    let rules = RuleSet::shipped().unwrap();
    assert_eq!(rules.version, "159/2024-232");
    assert!(!rules.is_in_force(day("2024-12-31")));
    assert!(rules.is_in_force(day("2025-01-01")));
    for check in CheckCode::ALL {
        assert!(rules.title(*check).unwrap().is_complete());
    }
}

#[test]
fn each_way_to_be_incomplete_is_named() {
    for (from, to, problem) in [
        (
            "version = \"159/2024-232\"",
            "version = \" \"",
            "version is empty",
        ),
        ("[\"41\"]", "[]", "parameters.activity_prefixes is empty"),
        (
            "Does not apply to this application.",
            "",
            "not_applicable lacks a language",
        ),
        ("The signatures are valid.", " ", "C20 lacks a language"),
        (
            "ground = \"G1\"",
            "",
            "C01 must have a ground just if it supports a refusal",
        ),
        (
            "procedures = [\"PARTICIPATION_AGREEMENT\"]",
            "procedures = []",
            "C08 must be of some procedure",
        ),
        (
            "article = \"57(4)\"",
            "",
            "C03 must cite an article of the housing law (D-7)",
        ),
        (
            "failures.registered_after_agreement.text",
            "failures.other_activity.text",
            "C02 must state its own failures, all of them and no other",
        ),
        (
            "needs_officer = [\"ELECTRONIC_COPY\"]\n\
             officer_may.ELECTRONIC_COPY = [\"PASSED\", \"FAILED\"]",
            "needs_officer = [\"ELECTRONIC_COPY\"]\n\
             officer_may.ELECTRONIC_COPY = [\"FAILED\"]",
            "C02 needs an officer who may not let it pass",
        ),
        (
            "officer_may.ELECTRONIC_COPY = [\"FAILED\"]",
            "officer_may.ELECTRONIC_COPY = [\"NEEDS_OFFICER\"]",
            "C04 lets an officer record what makes no sense",
        ),
    ] {
        assert_eq!(problems(from, to), [problem]);
    }
}

#[test]
fn all_that_is_wrong_is_named_at_once() {
    let broken = SHIPPED
        .replace("en = \"Period of construction\"", "en = \"\"")
        .replace("needs_officer = [\"ELECTRONIC_COPY\"]", "");
    match RuleSet::parse(&broken) {
        Err(fault @ RulesFault::Incomplete(_)) => assert_eq!(
            fault.to_string(),
            "the rule set is not complete: \
             C02 must have the text `undecided` just if it can be open; \
             C05 must have the text `undecided` just if it can be open; \
             C11 lacks a language; \
             C13 must have the text `undecided` just if it can be open; \
             C15 must have the text `undecided` just if it can be open"
        ),
        other => panic!("expected an incomplete rule set: {other:?}"),
    }
}

#[test]
fn a_missing_check_and_an_unknown_one_are_told() {
    let start = SHIPPED.find("[checks.C25]").unwrap();
    let without_the_last = SHIPPED.split_at(start).0;
    assert!(matches!(
        RuleSet::parse(without_the_last),
        Err(RulesFault::Incomplete(problems)) if problems == ["C25 is missing"]
    ));
    let unknown = SHIPPED.replace("checks.C25", "checks.C26");
    assert!(matches!(
        RuleSet::parse(&unknown),
        Err(RulesFault::Unreadable(_))
    ));
    let misspelt = SHIPPED.replacen("severity = ", "severeness = ", 1);
    assert!(matches!(
        RuleSet::parse(&misspelt),
        Err(RulesFault::Unreadable(_))
    ));
}

#[test]
fn every_failure_belongs_to_one_check_of_the_shipped_rules() {
    for failure in Failure::ALL {
        let code = failure.check().code();
        let name = serde_json::to_value(failure).unwrap();
        let header = format!("[checks.{code}.failures.{}", name.as_str().unwrap());
        assert!(SHIPPED.contains(&header), "{header}");
    }
}
