//! `docs/CHECKS.md` is made from the shipped rule set, and compared with what is committed.
//! To write it anew: `UPDATE_DOCS=1 cargo test --lib catalogue`.

use std::{collections::BTreeSet, fmt::Write as _};

use super::*;
use crate::{
    application::{
        Procedure,
        checks::{Failure, rules::Rule},
    },
    kernel::Localized,
};

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/CHECKS.md");

const HEAD: &str = "# Checks

Made from `src/application/checks/rules.toml` by a test; do not edit.

What is checked before an agreement is registered (clause 8), by the rules of the version that each
finding names. A failure marked *warning* never stands in the way of a grant. \"Officer\" says where
a person must look after the automatic part has passed, and which outcomes a person may record; what
the system found passed may always be restored.

\"Of\" names the procedures: P participation agreement, A additional agreement, C assignment of the
right of claim, R removal from record. What changes an entry is checked as the agreement is to stand
with it.

";

const WORDS: &str = "
## In words

A finding has a text where something failed, where an officer must look, or where an officer noted
something. Of what passed it says the code, the outcome and what it rests on: in words, that is always
the same, and a system that shows it takes it from here.

| Check | Title | Passed |
| --- | --- | --- |
";

fn document() -> String {
    let rules = RuleSet::shipped().unwrap();
    let parameters = &rules.parameters;
    let mut text = HEAD.to_owned();
    writeln!(
        text,
        "Version `{}`, for what arrives from {} on. Allowed activities begin with {}; at least {} members \
         at the registration; full age {}; contributions in {}, within {} ‰ of the cost in proportion \
         to the area.\n",
        rules.version,
        rules.effective_from,
        parameters.activity_prefixes.join(", "),
        parameters.founding_members_min,
        parameters.adult_age,
        parameters.contribution_currency,
        parameters.contribution_tolerance_per_mille,
    )
    .unwrap();
    text.push_str(
        "| Check | Of | Supports | Rests on | Fails when | Officer: copy | Officer: contract |\n",
    );
    text.push_str("| --- | --- | --- | --- | --- | --- | --- |\n");
    for (check, rule) in &rules.checks {
        writeln!(
            text,
            "| **{}** {} | {} | {} | {} | {} | {} | {} |",
            check.code(),
            rule.title.en,
            procedures(rule),
            supports(rule),
            rule.article.as_deref().unwrap_or_default(),
            failures(rule),
            officer(rule, Form::ElectronicCopy),
            officer(rule, Form::ElectronicContract),
        )
        .unwrap();
    }
    text.push_str(WORDS);
    for (check, rule) in &rules.checks {
        let titles = in_each_language(&rule.title);
        let passed = in_each_language(&rule.passed);
        writeln!(text, "| {} | {titles} | {passed} |", check.code()).unwrap();
    }
    let not_applicable = in_each_language(&rules.not_applicable);
    writeln!(text, "| any | | `NOT_APPLICABLE`: {not_applicable} |").unwrap();
    text
}

fn in_each_language(text: &Localized) -> String {
    [&text.kk, &text.ru, &text.en]
        .map(String::as_str)
        .join("<br>")
}

fn procedures(rule: &Rule) -> String {
    if rule.procedures.iter().eq(&Procedure::ALL) {
        return "all".to_owned();
    }
    let initials = rule.procedures.iter().map(|procedure| match procedure {
        Procedure::ParticipationAgreement => "P",
        Procedure::Amendment => "A",
        Procedure::Assignment => "C",
        Procedure::Deregistration => "R",
    });
    initials.collect::<Vec<_>>().join(", ")
}

fn supports(rule: &Rule) -> &'static str {
    match (rule.severity, rule.ground) {
        (Severity::Warning, _) => "*warning*",
        (Severity::Refusal, Some(ground)) => ground.code(),
        (Severity::Refusal, None) => "G3 or G4",
    }
}

fn failures(rule: &Rule) -> String {
    let told = Failure::ALL.iter().filter_map(|failure| {
        let failure = rule.failures.get(failure)?;
        let is_milder = failure.severity.is_some_and(|own| own != rule.severity);
        let mark = if is_milder { "*warning:* " } else { "" };
        Some(format!("{mark}{}", failure.text.en))
    });
    told.collect::<Vec<_>>().join("<br>")
}

fn officer(rule: &Rule, form: Form) -> String {
    let may: BTreeSet<Outcome> = rule.officer_may.get(&form).cloned().unwrap_or_default();
    let may: Vec<&str> = may.into_iter().map(Outcome::code).collect();
    let must = if rule.needs_officer.contains(&form) {
        "**must look**; "
    } else {
        ""
    };
    format!("{must}{}", may.join(", "))
}

#[test]
fn the_committed_table_of_checks_is_that_of_the_rule_set() {
    let document = document();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(PATH, &document).unwrap();
    }
    let committed = std::fs::read_to_string(PATH).unwrap_or_default();
    assert!(
        committed == document,
        "docs/CHECKS.md is old: UPDATE_DOCS=1 cargo test --lib catalogue"
    );
}
