//! What the findings come to (cl. 9): the way to a grant, to a refusal, or to an officer.
//! It never decides: it proposes, and a person of the provider signs or refuses.

use super::{CheckCode, Finding, Outcome};
use crate::application::refusal::{Ground, RefusalGround};

/// What the findings come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing stands in the way of a grant.
    AllPassed,
    /// Nothing failed so far, and only an officer can tell the rest.
    Open(Vec<CheckCode>),
    /// Something failed; the grounds that it supports, if it names them.
    Failed(Vec<RefusalGround>),
}

/// Weighs the findings. A warning never stands in the way.
pub fn verdict(findings: &[Finding]) -> Verdict {
    if findings.iter().any(Finding::forbids_grant) {
        return Verdict::Failed(proposed_grounds(findings));
    }
    let open: Vec<CheckCode> = findings
        .iter()
        .filter(|finding| finding.outcome == Outcome::NeedsOfficer)
        .map(|finding| finding.check)
        .collect();
    if open.is_empty() {
        Verdict::AllPassed
    } else {
        Verdict::Open(open)
    }
}

/// The checks that stand in the way of a grant: open, or failed.
pub fn unmet(findings: &[Finding]) -> Vec<CheckCode> {
    findings
        .iter()
        .filter(|finding| finding.forbids_grant() || finding.outcome == Outcome::NeedsOfficer)
        .map(|finding| finding.check)
        .collect()
}

/// The grounds that failed checks support, in the order of the law. A court decision is not among
/// them: only the officer who knows it can say which ground it is.
pub fn proposed_grounds(findings: &[Finding]) -> Vec<RefusalGround> {
    let supported = |ground: Ground| {
        let failed_checks: Vec<CheckCode> = findings
            .iter()
            .filter(|finding| finding.forbids_grant() && finding.ground == Some(ground))
            .map(|finding| finding.check)
            .collect();
        (!failed_checks.is_empty()).then(|| RefusalGround::resting_on(ground, failed_checks))
    };
    Ground::ALL.into_iter().filter_map(supported).collect()
}
