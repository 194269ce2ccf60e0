//! What an officer records in place of what stood there, within what the rule set allows (cl. 8(1)).
//! It never hides what the system found: that stays in the evidence.

use chrono::{DateTime, Utc};

use super::{CheckCode, Finding, Outcome, RuleSet, Severity};
use crate::{
    application::{Form, Procedure},
    kernel::{Localized, SYSTEM},
};

/// Where the evidence keeps what the system had found.
const SYSTEM_OUTCOME: &str = "system_outcome";

/// What an officer saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// What is asked for.
    pub procedure: Procedure,
    /// In which form it was filed.
    pub form: Form,
    /// For which check.
    pub check: CheckCode,
    /// What came out.
    pub outcome: Outcome,
    /// In the officer's words, without personal data; a failure has them always.
    pub note: Option<Localized>,
    /// The officer's account.
    pub officer: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// The check, or this outcome of it, is not for an officer to record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an officer may not record this outcome of this check")]
pub struct NotOfficers;

/// Puts an officer's record in the place of the finding that stood there.
pub fn recorded(
    findings: &[Finding],
    record: &Recorded,
    rules: &RuleSet,
) -> Result<Vec<Finding>, NotOfficers> {
    let rule = rules
        .checks
        .get(&record.check)
        .filter(|rule| rule.procedures.contains(&record.procedure))
        .ok_or(NotOfficers)?;
    let before = findings
        .iter()
        .find(|finding| finding.check == record.check)
        .ok_or(NotOfficers)?;
    let system_outcome = system_outcome(before);
    let allowed = rule
        .officer_may
        .get(&record.form)
        .is_some_and(|outcomes| outcomes.contains(&record.outcome));
    let restores = record.outcome == Outcome::Passed && system_outcome == Outcome::Passed.code();
    if !(allowed || restores) {
        return Err(NotOfficers);
    }
    let mut evidence = before.evidence.clone();
    evidence.insert(SYSTEM_OUTCOME.to_owned(), system_outcome);
    let finding = Finding {
        check: record.check,
        outcome: record.outcome,
        severity: rule.severity,
        ground: rule.ground.filter(|_| rule.severity == Severity::Refusal),
        article: rule.article.clone(),
        text: record.note.clone(),
        evidence,
        rule_set: rules.version.clone(),
        recorded_at: record.at,
        recorded_by: record.officer.clone(),
    };
    Ok(replaced(findings, finding))
}

/// Puts a finding in the place of the one of the same check; the order of the checks is kept.
fn replaced(findings: &[Finding], finding: Finding) -> Vec<Finding> {
    let mut all: Vec<Finding> = findings
        .iter()
        .filter(|other| other.check != finding.check)
        .cloned()
        .collect();
    all.push(finding);
    all.sort_by_key(|finding| finding.check);
    all
}

/// Puts what the register says now in the place of what it said before. What an officer found failed
/// stays so, unless the register says it too: an officer may know more than the register.
pub fn rechecked(findings: &[Finding], found: Vec<Finding>) -> Vec<Finding> {
    let is_known_better = |new: &Finding| {
        let before = findings.iter().find(|before| before.check == new.check);
        before.is_some_and(|before| before.recorded_by != SYSTEM && before.forbids_grant())
    };
    found
        .into_iter()
        .filter(|new| new.forbids_grant() || !is_known_better(new))
        .fold(findings.to_vec(), |findings, new| replaced(&findings, new))
}

fn system_outcome(before: &Finding) -> String {
    if before.recorded_by == SYSTEM {
        return before.outcome.code().to_owned();
    }
    before
        .evidence
        .get(SYSTEM_OUTCOME)
        .cloned()
        .unwrap_or_default()
}
