//! The part of the walk that tries, activates and withdraws a rule set.

use tizilim::{
    demo::client::new_request_id,
    pb::registry::v1::{
        self as pb, replay_checks_request::Rules as ReplayRules,
        try_rule_set_request::Rules as TryRules,
    },
};

use crate::{
    harness::{Account, Town},
    journeys::{activation, strict, text},
};

/// Rule sets: tried, activated, withdrawn, and what they say; an application under one of them.
pub(super) async fn rule_sets(town: &Town, application_id: &str) {
    let rules = strict("walked", "2026-12-01");
    let mut raw = town.raw(Account::Operator).rule_sets();
    let activation = activation(&rules);
    raw.activate_rule_set(activation).await.unwrap();
    let version = "walked".to_owned();
    for provider_id in [String::new(), town.world.provider.id.to_owned()] {
        let request = pb::TryRuleSetRequest {
            rules: Some(TryRules::Version(version.clone())),
            from_on: "2026-11-01".to_owned(),
            to_on: "2026-11-30".to_owned(),
            provider_id,
        };
        let mut trial = raw.try_rule_set(request).await.unwrap().into_inner();
        while trial.message().await.unwrap().is_some() {}
    }
    let request = pb::ReplayChecksRequest {
        application_id: application_id.to_owned(),
        rules: Some(ReplayRules::Text(rules)),
    };
    raw.replay_checks(request).await.unwrap();
    let list = pb::ListRuleSetsRequest {};
    raw.list_rule_sets(list).await.unwrap();
    let request = pb::GetRuleSetRequest {
        version: version.clone(),
    };
    raw.get_rule_set(request).await.unwrap();
    let request = pb::WithdrawRuleSetRequest {
        request_id: new_request_id(),
        version,
        reason: Some(text("walk")),
    };
    raw.withdraw_rule_set(request).await.unwrap();
    let mut info = town.raw(Account::Portal).info();
    let request = pb::ListChecksRequest::default();
    info.list_checks(request).await.unwrap();
}
