//! Whether a rule set holds together: what it says in one place must not contradict another, nor what the
//! code computes and the register guards. It never looks at the law.

use std::collections::BTreeSet;

use super::{Rule, read::Part};
use crate::{
    application::{
        Form, Procedure,
        checks::{CheckCode, Outcome, Severity},
        refusal::Ground,
    },
    kernel::{Localized, Problem},
};

const REFUSAL: Problem =
    Problem::new("must be REFUSAL: the law or the register forbids a grant against it");

/// Notes every contradiction in the rule of a check.
pub(super) fn rule(rule: &Rule, check: CheckCode, checks: &mut Part<'_>) {
    let mut found = Found {
        check: check.code(),
        checks,
    };
    on_the_ground(rule, check, &mut found);
    on_officers(rule, check, &mut found);
    on_the_register(rule, check, &mut found);
    on_words(rule, &mut found);
}

/// Notes what a text names in braces: that is filled in from what the finding rests on, nothing else may be.
pub(super) fn words(key: &str, text: &Localized, evidence: &[&str], part: &mut Part<'_>) {
    for (language, text) in [("kk", &text.kk), ("ru", &text.ru), ("en", &text.en)] {
        if !names_only(text, evidence) {
            let problem = Problem::new("must name in braces only what the finding rests on");
            part.problem(&format!("{key}.{language}"), problem);
        }
    }
}

fn names_only(text: &str, evidence: &[&str]) -> bool {
    let mut parts = text.split('{');
    let before = parts.next().unwrap_or_default();
    let is_known = |part: &str| {
        part.split_once('}')
            .is_some_and(|(name, after)| evidence.contains(&name) && !after.contains('}'))
    };
    !before.contains('}') && parts.all(is_known)
}

/// Where contradictions of one check are noted.
struct Found<'found, 'problems> {
    check: &'static str,
    checks: &'found mut Part<'problems>,
}

impl Found<'_, '_> {
    fn add_if(&mut self, is_wrong: bool, key: &str, problem: Problem) {
        if is_wrong {
            let path = format!("{}.{key}", self.check);
            self.checks.problem(&path, problem);
        }
    }

    fn words(&mut self, key: &str, text: &Localized, evidence: &[&str]) {
        let path = format!("{}.{key}", self.check);
        words(&path, text, evidence, self.checks);
    }
}

fn on_the_ground(rule: &Rule, check: CheckCode, found: &mut Found<'_, '_>) {
    let is_grave = rule.severity == Severity::Refusal;
    if check == CheckCode::C22 {
        let named = rule.ground.is_some();
        found.add_if(
            named,
            "ground",
            Problem::new("must be left out: the decision of the court says which ground it is"),
        );
        found.add_if(!is_grave, "severity", REFUSAL);
    } else if rule.ground.is_none() {
        found.add_if(
            is_grave,
            "ground",
            Problem::new("must be named, since the check supports a refusal"),
        );
        for (failure, own) in &rule.failures {
            let is_graver = !is_grave && rule.severity_of(own) == Severity::Refusal;
            found.add_if(
                is_graver,
                &format!("failures.{}.severity", failure.code()),
                Problem::new("must not support a refusal, since the check has no ground"),
            );
        }
    }
    let rests_on_housing_law = rule.ground == Some(Ground::NonComplianceWithHousingLaw);
    found.add_if(
        rests_on_housing_law && rule.article.is_none(),
        "article",
        Problem::new("must be named, since the ground is the housing law"),
    );
}

fn on_officers(rule: &Rule, check: CheckCode, found: &mut Found<'_, '_>) {
    let stays_open = check.can_stay_open() || !rule.needs_officer.is_empty();
    found.add_if(
        stays_open && rule.undecided.is_none(),
        "undecided",
        Problem::new("must be given, since the check can stay open"),
    );
    found.add_if(
        !stays_open && rule.undecided.is_some(),
        "undecided",
        Problem::new("must be left out, since the check never stays open"),
    );
    found.add_if(
        !rule.needs_officer.is_subset(&rule.forms),
        "needs_officer",
        Problem::new("must name only forms in which the check is made"),
    );
    let may_pass = |form: &Form| {
        let may = rule.officer_may.get(form);
        may.is_some_and(|may| may.contains(&Outcome::Passed))
    };
    found.add_if(
        !rule.needs_officer.iter().all(may_pass),
        "needs_officer",
        Problem::new("must name only forms in which an officer may let the check pass"),
    );
    for (form, may) in &rule.officer_may {
        let key = format!("officer_may.{}", form.code());
        found.add_if(
            may.contains(&Outcome::NeedsOfficer),
            &key,
            Problem::new("must not let an officer leave the check open"),
        );
        found.add_if(
            may.contains(&Outcome::Failed) && rule.severity == Severity::Warning,
            &key,
            Problem::new("must not let an officer fail what only warns"),
        );
    }
}

/// A grant is refused by the register itself where it holds something against it (I-2, C21, C23): rules that
/// let it pass would only make an application wait for a signature that is then refused.
fn on_the_register(rule: &Rule, check: CheckCode, found: &mut Found<'_, '_>) {
    if !check.is_about_the_register() {
        return;
    }
    found.add_if(
        !rule.forms.iter().eq(&Form::ALL),
        "forms",
        Problem::new("must be all forms: the register is asked whatever the form (D-23)"),
    );
    found.add_if(
        !rule.needs_officer.is_empty(),
        "needs_officer",
        Problem::new("must be left out: the register needs no officer (D-23)"),
    );
    let guarded = guarded(check);
    if guarded.is_empty() {
        return;
    }
    let is_mild = |severity: Severity| severity == Severity::Warning;
    found.add_if(is_mild(rule.severity), "severity", REFUSAL);
    for (failure, own) in &rule.failures {
        found.add_if(
            !is_mild(rule.severity) && is_mild(rule.severity_of(own)),
            &format!("failures.{}.severity", failure.code()),
            REFUSAL,
        );
    }
    found.add_if(
        !guarded.is_subset(&rule.procedures),
        "procedures",
        Problem::new("must name each procedure in which the register guards the grant"),
    );
    for (form, may) in &rule.officer_may {
        found.add_if(
            !may.is_subset(&BTreeSet::from([Outcome::Failed])),
            &format!("officer_may.{}", form.code()),
            Problem::new("must let an officer do no more than fail what the register says"),
        );
    }
}

/// In which procedures a grant is refused where the check fails, whatever the rules say.
fn guarded(check: CheckCode) -> BTreeSet<Procedure> {
    let is_guarded = |procedure: &Procedure| {
        let changes = procedure.changes_an_entry();
        check == CheckCode::C21
            || (check == CheckCode::C14 && !changes)
            || (check == CheckCode::C23 && changes)
    };
    Procedure::ALL.into_iter().filter(is_guarded).collect()
}

fn on_words(rule: &Rule, found: &mut Found<'_, '_>) {
    found.words("title", &rule.title, &[]);
    found.words("passed", &rule.passed, &[]);
    if let Some(undecided) = &rule.undecided {
        found.words("undecided", undecided, &[]);
    }
    for (failure, own) in &rule.failures {
        let key = format!("failures.{}.text", failure.code());
        found.words(&key, &own.text, failure.evidence());
    }
}
