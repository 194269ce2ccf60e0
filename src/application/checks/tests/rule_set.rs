//! Whether the shipped rule set holds together, and a broken one is refused.

use super::{CheckCode, RuleSet, day};
use crate::application::checks::{Failure, RulesFault};

const SHIPPED: &str = include_str!("../rules.toml");

fn told(text: &str) -> Vec<String> {
    match RuleSet::parse(text) {
        Err(RulesFault::Wrong(problems)) => problems.iter().map(ToString::to_string).collect(),
        other => panic!("expected a wrong rule set: {other:?}"),
    }
}

fn problems(from: &str, to: &str) -> Vec<String> {
    assert!(SHIPPED.contains(from), "{from}");
    told(&SHIPPED.replacen(from, to, 1))
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

/// What is replaced, by what, and what is wrong then.
type Mistake = (&'static str, &'static str, &'static str);

/// What is read is wrong.
const MISREAD: &[Mistake] = &[
    (
        "version = \"159/2024-232\"",
        "version = \" \"",
        "version must not be empty",
    ),
    (
        "\"2025-01-01\"",
        "2025-01-01",
        "effective_from must be a text",
    ),
    (
        "\"2025-01-01\"",
        "\"1 January\"",
        "effective_from must be a date like 2026-10-23",
    ),
    (
        "[\"41\"]",
        "[]",
        "parameters.activity_prefixes must not be empty",
    ),
    (
        "[\"41\"]",
        "[\"41\", 42]",
        "parameters.activity_prefixes[1] must be the first digits of a code, 1 to 5",
    ),
    (
        "adult_age = 18",
        "adult_age = 0",
        "parameters.adult_age must be a whole number from 1 to 100",
    ),
    (
        "\"KZT\"",
        "\"tenge\"",
        "parameters.contribution_currency must be a currency like KZT",
    ),
    (
        "per_mille = 10",
        "per_mille = \"1 %\"",
        "parameters.contribution_tolerance_per_mille must be a whole number from 0 to 1000",
    ),
    (
        "en = \"Does not apply to this application.\"",
        "",
        "not_applicable.en is required",
    ),
    (
        "The signatures are valid.",
        " ",
        "checks.C20.passed.en must not be empty",
    ),
    (
        "severity = ",
        "severeness = ",
        "checks.C01.severity is required; checks.C01.severeness is not known here",
    ),
    (
        "severity = \"REFUSAL\"",
        "severity = \"FATAL\"",
        "checks.C01.severity must be a code that is known here",
    ),
    (
        "procedures = [\"PARTICIPATION_AGREEMENT\"]",
        "procedures = []",
        "checks.C08.procedures must not be empty",
    ),
    (
        "forms = [\"ELECTRONIC_COPY\", ",
        "forms = [\"ELECTRONIC_CONTRACT\", ",
        "checks.C01.forms[1] must be named only once",
    ),
    (
        "failures.registered_after_agreement.text",
        "failures.other_activity.text",
        "checks.C02.failures.registered_after_agreement is required; \
         checks.C02.failures.other_activity is not known here",
    ),
];

/// What is read contradicts something else.
const UNSOUND: &[Mistake] = &[
    (
        "ground = \"G1\"",
        "",
        "checks.C01.ground must be named, since the check supports a refusal",
    ),
    (
        "article = \"57(4)\"",
        "",
        "checks.C03.article must be named, since the ground is the housing law",
    ),
    (
        "[checks.C06.failures.under_age.text]\n",
        "[checks.C06.failures.under_age]\nseverity = \"REFUSAL\"\n\
         [checks.C06.failures.under_age.text]\n",
        "checks.C06.failures.under_age.severity must not support a refusal, since the check has no ground",
    ),
    (
        "{activity_codes}",
        "{activities}",
        "checks.C03.failures.other_activity.text.kk must name in braces only what the finding rests on",
    ),
    (
        "Does not apply to this application.",
        "Does not apply to {application}.",
        "not_applicable.en must name in braces only what the finding rests on",
    ),
    (
        "needs_officer = [\"ELECTRONIC_COPY\"]\n\
         officer_may.ELECTRONIC_COPY = [\"PASSED\", \"FAILED\"]",
        "needs_officer = [\"ELECTRONIC_COPY\"]\n\
         officer_may.ELECTRONIC_COPY = [\"FAILED\"]",
        "checks.C02.needs_officer must name only forms in which an officer may let the check pass",
    ),
    (
        "needs_officer = [\"ELECTRONIC_COPY\"]",
        "",
        "checks.C02.undecided must be left out, since the check never stays open",
    ),
    (
        "officer_may.ELECTRONIC_COPY = [\"FAILED\"]",
        "officer_may.ELECTRONIC_COPY = [\"NEEDS_OFFICER\"]",
        "checks.C04.officer_may.ELECTRONIC_COPY must not let an officer leave the check open",
    ),
];

#[test]
fn each_way_to_be_incomplete_is_named() {
    for (from, to, problem) in MISREAD.iter().chain(UNSOUND) {
        assert_eq!(problems(from, to).join("; "), *problem);
    }
}

/// The part of the shipped text that is of one check.
fn of_check(code: &str) -> (&'static str, &'static str, &'static str) {
    let start = SHIPPED.find(&format!("[checks.{code}]\n")).unwrap();
    let (before, rest) = SHIPPED.split_at(start);
    let end = rest.find("\n\n").unwrap_or(rest.len());
    let (check, after) = rest.split_at(end);
    (before, check, after)
}

#[test]
fn what_the_register_guards_the_rules_cannot_let_pass() {
    const REFUSAL: &str =
        "severity must be REFUSAL: the law or the register forbids a grant against it";
    for (code, from, to, problem) in [
        (
            "C14",
            "severity = \"REFUSAL\"",
            "severity = \"WARNING\"",
            REFUSAL,
        ),
        (
            "C21",
            "severity = \"REFUSAL\"",
            "severity = \"WARNING\"",
            REFUSAL,
        ),
        (
            "C22",
            "severity = \"REFUSAL\"",
            "severity = \"WARNING\"",
            REFUSAL,
        ),
        (
            "C14",
            "\"PARTICIPATION_AGREEMENT\", ",
            "",
            "procedures must name each procedure in which the register guards the grant",
        ),
        (
            "C23",
            ", \"DEREGISTRATION\"",
            "",
            "procedures must name each procedure in which the register guards the grant",
        ),
        (
            "C14",
            "officer_may.ELECTRONIC_COPY = [",
            "officer_may.ELECTRONIC_COPY = [\"PASSED\", ",
            "officer_may.ELECTRONIC_COPY must let an officer do no more than fail what the register says",
        ),
        (
            "C25",
            "forms = [\"ELECTRONIC_COPY\", ",
            "forms = [",
            "forms must be all forms: the register is asked whatever the form (D-23)",
        ),
        (
            "C22",
            "severity = ",
            "ground = \"G3\"\nseverity = ",
            "ground must be left out: the decision of the court says which ground it is",
        ),
    ] {
        let (before, check, after) = of_check(code);
        assert!(check.contains(from), "{code} {from}");
        let changed = check.replacen(from, to, 1);
        let told = told(&format!("{before}{changed}{after}"));
        let expected = format!("checks.{code}.{problem}");
        assert!(told.contains(&expected), "{expected}: {told:?}");
    }
}

#[test]
fn all_that_is_wrong_is_named_at_once() {
    const NEVER_OPEN: &str = "undecided must be left out, since the check never stays open";
    let broken = SHIPPED
        .replace("en = \"Period of construction\"", "en = \"\"")
        .replace("needs_officer = [\"ELECTRONIC_COPY\"]", "");
    let start = broken.find("[checks.C25]").unwrap();
    let broken = broken
        .split_at(start)
        .0
        .replace("[checks.C24", "[checks.C26");
    assert_eq!(
        told(&broken),
        [
            format!("checks.C02.{NEVER_OPEN}"),
            format!("checks.C05.{NEVER_OPEN}"),
            "checks.C11.title.en must not be empty".to_owned(),
            format!("checks.C13.{NEVER_OPEN}"),
            format!("checks.C15.{NEVER_OPEN}"),
            "checks.C24 is required".to_owned(),
            "checks.C25 is required".to_owned(),
            "checks.C26 is not known here".to_owned(),
        ]
    );
}

#[test]
fn what_is_no_toml_is_told_by_its_line() {
    let line = SHIPPED
        .lines()
        .position(|line| line.starts_with("[parameters]"));
    let broken = SHIPPED.replacen("[parameters]", "[parameters", 1);
    match RuleSet::parse(&broken) {
        Err(RulesFault::NotToml { line: told, .. }) => assert_eq!(told, line.unwrap() + 1),
        other => panic!("expected no TOML: {other:?}"),
    }
}

#[test]
fn every_failure_belongs_to_one_check_of_the_shipped_rules() {
    for failure in Failure::ALL {
        let code = failure.check().code();
        let header = format!("[checks.{code}.failures.{}", failure.code());
        assert!(SHIPPED.contains(&header), "{header}");
    }
}
