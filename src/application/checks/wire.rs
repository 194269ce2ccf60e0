//! Writes findings as messages.
//! It never reads one: findings are made here and nowhere else.

use super::{Finding, Outcome, Severity};
use crate::{
    application::refusal::wire::ground_code, kernel::Localized, pb::registry::v1 as pb,
    rpc::timestamp,
};

/// A finding as sent.
pub fn finding(finding: &Finding) -> pb::Finding {
    pb::Finding {
        check: finding.check.code().to_owned(),
        outcome: outcome(finding.outcome).into(),
        severity: severity(finding.severity).into(),
        ground: finding
            .ground
            .map_or(pb::RefusalGroundCode::Unspecified, ground_code)
            .into(),
        article: finding.article.clone().unwrap_or_default(),
        text: finding.text.as_ref().map(localized),
        evidence: finding.evidence.clone(),
        rule_set: finding.rule_set.clone(),
        recorded_at: Some(timestamp(finding.recorded_at)),
        recorded_by: finding.recorded_by.clone(),
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

/// A text in three languages as sent.
pub fn localized(text: &Localized) -> pb::LocalizedText {
    pb::LocalizedText {
        kk: text.kk.clone(),
        ru: text.ru.clone(),
        en: text.en.clone(),
    }
}
