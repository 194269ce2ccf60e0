//! Rule sets and what they would change, as they are sent. The wire stops here.

use crate::{
    administration::act,
    application::{
        checks::{Finding, Outcome, wire},
        refusal::Ground,
        replay::{Compared, Outcomes},
    },
    pb::registry::v1 as pb,
    reference::StoredRuleSet,
    rpc::{localized, timestamp},
};

/// A rule set that was activated.
pub(super) fn stored(stored: &StoredRuleSet, state: pb::RuleSetState) -> pb::RuleSet {
    let withdrawal = stored.withdrawal.as_ref();
    pb::RuleSet {
        version: stored.version.clone(),
        effective_from_on: stored.effective_from.to_string(),
        state: state.into(),
        shipped: false,
        sha256: stored.sha256.clone(),
        act: Some(act::to_wire(&stored.act)),
        activated_at: Some(timestamp(stored.activated_at)),
        activated_by: stored.activated_by.clone(),
        withdrawn_at: withdrawal.map(|withdrawal| timestamp(withdrawal.at)),
        withdrawn_by: withdrawal.map_or_else(String::new, |withdrawal| withdrawal.by.clone()),
        withdrawal_reason: withdrawal.map(|withdrawal| localized(withdrawal.reason.clone())),
    }
}

/// What findings come to.
pub(super) const fn verdict(outcomes: Outcomes) -> pb::CheckVerdict {
    match outcomes {
        Outcomes::AllPassed => pb::CheckVerdict::AllPassed,
        Outcomes::NeedsOfficer => pb::CheckVerdict::NeedsOfficer,
        Outcomes::Failed => pb::CheckVerdict::Failed,
    }
}

/// Grounds, in the order of the law.
pub(super) fn grounds(grounds: &[Ground]) -> Vec<i32> {
    let codes = grounds.iter().copied();
    codes.map(|ground| wire::ground(ground).into()).collect()
}

/// A check that comes out otherwise.
pub(super) fn change(compared: &Compared) -> pb::CheckChange {
    let (before, after) = (&compared.before, &compared.after);
    pb::CheckChange {
        check: before.check.code().to_owned(),
        outcome: wire::outcome(before.outcome).into(),
        severity: severity(before).into(),
        tried_outcome: wire::outcome(after.outcome).into(),
        tried_severity: severity(after).into(),
    }
}

/// What a failure means; nothing else has a severity.
fn severity(finding: &Finding) -> pb::CheckSeverity {
    if finding.outcome == Outcome::Failed {
        wire::severity(finding.severity)
    } else {
        pb::CheckSeverity::Unspecified
    }
}
