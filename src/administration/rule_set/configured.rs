//! The rule set that the configuration names: activated when the service starts, unless it was before.
//! It never takes another text for the same rule set.

use std::sync::Arc;

use super::activate::{Activate, Unactivatable, sha256};
use crate::{
    application::{Office, RuleSet, checks::RulesFault},
    calendar::Act,
    store::{Stop, StoreFault},
};

/// Who is said to have activated it.
const CONFIGURATION: &str = "configuration";

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
    /// It would begin on a day that it must not, or was withdrawn.
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
) -> Result<(), NotActivated> {
    let rules = RuleSet::parse(&text)?;
    if stands(office, &rules.version, &text)? {
        return Ok(());
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
    match executed {
        Ok(_) => {
            tracing::info!(version, "activated the rule set of the configuration");
            Ok(())
        }
        // Another process on the same configuration was faster.
        Err(_) if stands(office, &version, &text)? => Ok(()),
        Err(Stop::Refused(Unactivatable(problems))) => {
            let told = problems.iter();
            let told = told.map(|found| format!("{} {}", found.path, found.problem));
            Err(NotActivated::Refused(told.collect()))
        }
        Err(Stop::Fault(fault)) => Err(fault.into()),
        Err(
            Stop::RequestIdReused | Stop::TryAgain { .. } | Stop::Full { .. } | Stop::LeaseLost,
        ) => Err(NotActivated::Store(StoreFault::Late {
            operation: "activate the rule set of the configuration",
        })),
    }
}

/// Whether the very text stands in the register, or is the shipped one.
fn stands(office: &Office, version: &str, text: &str) -> Result<bool, NotActivated> {
    let known = office.references.current();
    let is_shipped = version == office.rules.shipped().version;
    let stands = match known.rule_sets.named(version) {
        Some(stored) => stored.sha256 == sha256(text),
        None if is_shipped => text == RuleSet::SHIPPED,
        None => return Ok(false),
    };
    if stands {
        return Ok(true);
    }
    let version = version.to_owned();
    Err(NotActivated::Another { version })
}
