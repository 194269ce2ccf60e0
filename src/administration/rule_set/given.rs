//! A rule set as a caller names it: one that is there, or the text of one that need not be.
//! It never stores anything.

use std::sync::Arc;

use crate::{
    application::{Objection, Office, RuleSet, checks::RulesFault},
    rpc::FieldErrors,
    store::{Stop, StoreFault},
};

/// How many bytes the text of a rule set has at most.
const TEXT_BYTES_MAX: usize = 256 * 1024;

/// A rule set as it is named.
#[derive(Debug)]
pub(super) enum Given {
    Version(String),
    Text(Arc<RuleSet>),
}

impl Given {
    /// Reads the version of a rule set that must be there.
    pub(super) fn version(version: String, errors: &mut FieldErrors) -> Option<Self> {
        if version.is_empty() {
            errors.missing("version");
            return None;
        }
        Some(Self::Version(version))
    }

    /// Reads the text of a rule set.
    pub(super) fn text(text: &str, errors: &mut FieldErrors) -> Option<Self> {
        rule_set(text, errors).map(Arc::new).map(Self::Text)
    }

    /// The rule set.
    pub(super) async fn find(self, office: &Office) -> Result<Arc<RuleSet>, Stop<Objection>> {
        match self {
            Self::Text(rules) => Ok(rules),
            Self::Version(version) => named(office, &version).await,
        }
    }
}

async fn named(office: &Office, version: &str) -> Result<Arc<RuleSet>, Stop<Objection>> {
    office.references.fresh().await?;
    let found: Result<_, StoreFault> = office.rules.named(version);
    found?.ok_or(Stop::Refused(Objection::RuleSetUnknown))
}

/// Reads the text of a rule set; all that is wrong with it is told under `text`.
pub(crate) fn rule_set(text: &str, errors: &mut FieldErrors) -> Option<RuleSet> {
    const TEXT: &str = "text";
    if text.is_empty() {
        errors.missing(TEXT);
        return None;
    }
    if text.len() > TEXT_BYTES_MAX {
        errors.add(
            TEXT,
            format_args!("must have at most {TEXT_BYTES_MAX} bytes"),
        );
        return None;
    }
    match RuleSet::parse(text) {
        Ok(rules) => return Some(rules),
        Err(RulesFault::NotToml { line, .. }) => {
            errors.add(TEXT, format_args!("must be TOML, which line {line} is not"));
        }
        Err(RulesFault::Wrong(problems)) => errors.at(TEXT, |errors| {
            for found in problems {
                errors.add(&found.path, found.problem);
            }
        }),
    }
    None
}
