//! Writes findings as messages.
//! It never reads one: findings are made here and nowhere else.

use super::{Finding, Outcome, Severity};
use crate::{
    application::refusal::wire::ground_code,
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
            .map_or(pb::RefusalGroundCode::Unspecified, ground_code)
            .into(),
        article: finding.article.unwrap_or_default(),
        text: finding.text.map(localized),
        evidence: finding.evidence,
        rule_set: finding.rule_set,
        recorded_at: Some(timestamp(finding.recorded_at)),
        recorded_by: finding.recorded_by,
    }
}

const fn outcome(outcome: Outcome) -> pb::CheckOutcome {
    match outcome {
        Outcome::Passed => pb::CheckOutcome::Passed,
        Outcome::Failed => pb::CheckOutcome::Failed,
        Outcome::NotApplicable => pb::CheckOutcome::NotApplicable,
        Outcome::NeedsOfficer => pb::CheckOutcome::NeedsOfficer,
    }
}

const fn severity(severity: Severity) -> pb::CheckSeverity {
    match severity {
        Severity::Refusal => pb::CheckSeverity::Refusal,
        Severity::Warning => pb::CheckSeverity::Warning,
    }
}
