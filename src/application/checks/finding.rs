//! What one check found, as it is stored and shown.
//! It never holds personal data: neither its text nor its evidence.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::CheckCode;
use crate::{application::refusal::Ground, kernel::Localized};

/// What one check found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// The check.
    pub check: CheckCode,
    /// What came out.
    pub outcome: Outcome,
    /// What a failure means.
    pub severity: Severity,
    /// The ground that a failure supports; none for a warning, and for a court decision, which says
    /// itself which of two grounds it is (C22).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ground: Option<Ground>,
    /// The article of the housing law that the check rests on: `57(4)`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub article: Option<String>,
    /// In words, what failed, what an officer must look at, or what an officer noted. What passed or
    /// does not apply has none: the rule set says it once for all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<Localized>,
    /// What it rests on: names of fields, and values without personal data.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub evidence: BTreeMap<String, String>,
    /// The version of the rule set.
    pub rule_set: String,
    /// When it was found.
    pub recorded_at: DateTime<Utc>,
    /// [`SYSTEM`](crate::kernel::SYSTEM), or the account of the officer.
    pub recorded_by: String,
}

/// What came out of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Outcome {
    /// As the law asks.
    Passed,
    /// Not as the law asks.
    Failed,
    /// Does not apply.
    NotApplicable,
    /// Only an officer can tell.
    NeedsOfficer,
}

/// What a failed check means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Severity {
    /// It supports a refusal.
    Refusal,
    /// It is told to the officer, and supports nothing.
    Warning,
}

impl Outcome {
    /// The name in the store and in evidence.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Passed => "PASSED",
            Self::Failed => "FAILED",
            Self::NotApplicable => "NOT_APPLICABLE",
            Self::NeedsOfficer => "NEEDS_OFFICER",
        }
    }
}

impl Finding {
    /// Whether it stands in the way of a grant; a warning never does.
    pub fn forbids_grant(&self) -> bool {
        self.outcome == Outcome::Failed && self.severity == Severity::Refusal
    }

    /// Whether another finding of the same check means the same, whatever its words: the outcome is, and of a
    /// failure what it supports and rests on.
    pub fn means_the_same_as(&self, other: &Self) -> bool {
        let failure = |finding: &Self| (finding.severity, finding.ground, finding.article.clone());
        self.outcome == other.outcome
            && (self.outcome != Outcome::Failed || failure(self) == failure(other))
    }

    /// Whether a refusal on `ground` can rest on it.
    pub fn supports(&self, ground: Ground) -> bool {
        self.forbids_grant()
            && match self.ground {
                Some(own) => own == ground,
                None => ground.rests_on_a_court(),
            }
    }
}
