//! Which rule sets there are, and what one says: from memory, once it is known to be fresh.

use chrono::NaiveDate;

use super::{activate::sha256, wire};
use crate::{
    application::{Objection, Office, RuleSet},
    pb::registry::v1 as pb,
    reference::{RuleSets, StoredRuleSet},
    store::{Stop, StoreFault},
};

/// Answers `ListRuleSets`.
pub(super) async fn list(office: &Office) -> Result<pb::ListRuleSetsResponse, StoreFault> {
    let known = office.references.fresh().await?;
    let today = office.now().today;
    let mut rule_sets = vec![shipped(office, &known.rule_sets, today)];
    let stored = known.rule_sets.all();
    rule_sets.extend(stored.map(|stored| stored_on(stored, &known.rule_sets, today)));
    // As they were activated, where two begin on one day: the sort is stable.
    rule_sets.sort_by(|one, other| one.effective_from_on.cmp(&other.effective_from_on));
    Ok(pb::ListRuleSetsResponse { rule_sets })
}

/// Answers `GetRuleSet`.
pub(super) async fn get(
    office: &Office,
    version: &str,
) -> Result<pb::GetRuleSetResponse, Stop<Objection>> {
    let known = office.references.fresh().await?;
    let today = office.now().today;
    let sets = &known.rule_sets;
    let (rule_set, text) = if version == office.rules.shipped().version {
        (shipped(office, sets, today), RuleSet::SHIPPED)
    } else {
        let stored = sets.named(version);
        let stored = stored.ok_or(Stop::Refused(Objection::RuleSetUnknown))?;
        (stored_on(stored, sets, today), stored.text.as_str())
    };
    Ok(pb::GetRuleSetResponse {
        rule_set: Some(rule_set),
        text: text.to_owned(),
    })
}

fn stored_on(stored: &StoredRuleSet, sets: &RuleSets, today: NaiveDate) -> pb::RuleSet {
    let is_in_force = sets
        .in_force(today)
        .is_some_and(|in_force| in_force.version == stored.version);
    let state = if stored.withdrawal.is_some() {
        pb::RuleSetState::Withdrawn
    } else if stored.effective_from > today {
        pb::RuleSetState::Scheduled
    } else if is_in_force {
        pb::RuleSetState::InForce
    } else {
        pb::RuleSetState::Former
    };
    wire::stored(stored, state)
}

fn shipped(office: &Office, sets: &RuleSets, today: NaiveDate) -> pb::RuleSet {
    let rules = office.rules.shipped();
    let state = if sets.in_force(today).is_none() {
        pb::RuleSetState::InForce
    } else {
        pb::RuleSetState::Former
    };
    pb::RuleSet {
        version: rules.version.clone(),
        effective_from_on: rules.effective_from.to_string(),
        state: state.into(),
        shipped: true,
        sha256: sha256(RuleSet::SHIPPED),
        ..Default::default()
    }
}
