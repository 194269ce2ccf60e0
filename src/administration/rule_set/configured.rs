//! The rule set that the configuration names: activated when the service starts, unless it was before.
//! It never takes another text for the same rule set.

use std::sync::Arc;

use super::activate::{Activate, Unactivatable, sha256};
use crate::{
    application::{Office, RuleSet, checks::RulesFault},
    calendar::Act,
    reference::RuleSets,
    store::{Stop, StoreFault},
};

/// Who is said to have activated it.
const CONFIGURATION: &str = "configuration";

/// How the rule set of the configuration stands in the register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Configured {
    /// It judges from its first day on, whether it was activated now or before.
    Stands,
    /// It was withdrawn and judges nothing. A withdrawal is an act with a reason, later than the
    /// configuration: it counts, and a start in the night does not fail for it.
    Withdrawn {
        /// The version, which stays used.
        version: String,
    },
}

/// The rule set of the configuration is not in the register.
#[derive(Debug, thiserror::Error)]
pub enum NotActivated {
    /// Its text is of no use.
    #[error(transparent)]
    Unusable(#[from] RulesFault),
    /// Another text stands under its version.
    #[error("the register has another rule set of the version {version}")]
    Another {
        /// The version.
        version: String,
    },
    /// It would begin on a day that it must not.
    #[error("{}", .0.join("; "))]
    Refused(Vec<String>),
    /// The store failed.
    #[error("the rule set could not be stored")]
    Store(#[from] StoreFault),
}

/// Makes sure that a rule set is in the register.
pub async fn activate_configured(
    office: &Arc<Office>,
    text: String,
    act: &Act,
) -> Result<Configured, NotActivated> {
    let rules = RuleSet::parse(&text)?;
    if let Some(found) = found(office, &rules.version, &text)? {
        return Ok(found);
    }
    let version = rules.version.clone();
    let command = Activate {
        office: Arc::clone(office),
        by: CONFIGURATION.to_owned(),
        method: CONFIGURATION,
        request: None,
        rules,
        text: text.clone(),
        act: act.clone(),
        validate_only: false,
    };
    let executed = office.store.execute(&command).await;
    office.references.reload().await?;
    let Err(stop) = executed else {
        tracing::info!(version, "activated the rule set of the configuration");
        return Ok(Configured::Stands);
    };
    // Another process on the same configuration was faster.
    if let Some(found) = found(office, &version, &text)? {
        return Ok(found);
    }
    match stop {
        Stop::Refused(Unactivatable(problems)) => {
            let told = problems.iter();
            let told = told.map(|found| format!("{} {}", found.path, found.problem));
            Err(NotActivated::Refused(told.collect()))
        }
        Stop::Fault(fault) => Err(fault.into()),
        Stop::RequestIdReused | Stop::TryAgain { .. } | Stop::Full { .. } | Stop::LeaseLost => {
            Err(NotActivated::Store(StoreFault::Late {
                operation: "activate the rule set of the configuration",
            }))
        }
    }
}

fn found(office: &Office, version: &str, text: &str) -> Result<Option<Configured>, NotActivated> {
    let known = office.references.current();
    let shipped = &office.rules.shipped().version;
    among(&known.rule_sets, shipped, version, text)
}

/// How the very text stands among those that were activated and the shipped one; none if its version is new.
fn among(
    sets: &RuleSets,
    shipped: &str,
    version: &str,
    text: &str,
) -> Result<Option<Configured>, NotActivated> {
    let named = sets.named(version);
    let is_the_same = match named {
        Some(stored) => stored.sha256 == sha256(text),
        None if version == shipped => text == RuleSet::SHIPPED,
        None => return Ok(None),
    };
    let version = version.to_owned();
    if !is_the_same {
        return Err(NotActivated::Another { version });
    }
    Ok(Some(
        match named.and_then(|stored| stored.withdrawal.as_ref()) {
            None => Configured::Stands,
            Some(_) => Configured::Withdrawn { version },
        },
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        kernel::{Localized, Text},
        reference::{StoredRuleSet, Withdrawal},
    };

    fn stored(version: &str, withdrawal: Option<Withdrawal>) -> StoredRuleSet {
        StoredRuleSet {
            version: version.to_owned(),
            effective_from: "2026-04-01".parse().unwrap(),
            text: "a text".to_owned(),
            sha256: sha256("a text"),
            act: Act {
                title: Localized::of("бұйрық", "приказ", "order"),
                number: Text::parse("1").unwrap(),
                dated_on: "2026-03-01".parse().unwrap(),
            },
            activated_at: "2026-03-20T05:00:00Z".parse().unwrap(),
            activated_by: CONFIGURATION.to_owned(),
            withdrawal,
        }
    }

    #[test]
    fn what_was_withdrawn_does_not_stand_and_another_text_is_never_taken_for_it() {
        let withdrawal = Withdrawal {
            reason: Localized::of("қате", "ошибка", "slip"),
            at: "2026-03-21T05:00:00Z".parse().unwrap(),
            by: "operator".to_owned(),
        };
        let sets = RuleSets::of(vec![stored("one", None), stored("two", Some(withdrawal))]);
        let found = |version, text| among(&sets, "shipped", version, text);
        let withdrawn = Configured::Withdrawn {
            version: "two".to_owned(),
        };
        assert_eq!(found("one", "a text").unwrap(), Some(Configured::Stands));
        assert_eq!(found("two", "a text").unwrap(), Some(withdrawn));
        assert_eq!(found("three", "a text").unwrap(), None);
        let shipped = found("shipped", RuleSet::SHIPPED).unwrap();
        assert_eq!(shipped, Some(Configured::Stands));
        for version in ["one", "two", "shipped"] {
            let other = found(version, "another text").unwrap_err();
            assert!(other.to_string().ends_with(version), "{other}");
        }
    }
}
