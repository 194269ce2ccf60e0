//! What the code of a check saw, before the rule set says what it means.
//! It never weighs anything.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Display,
};

use super::Failure;

/// What was seen.
#[derive(Debug, Default)]
pub(super) struct Observation {
    pub(super) applies: Applies,
    pub(super) failures: BTreeSet<Failure>,
    pub(super) evidence: BTreeMap<String, String>,
}

/// Whether the data let the check be made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Applies {
    /// They do.
    #[default]
    Yes,
    /// There is nothing to check.
    No,
    /// Something that is needed is not there (O-23).
    Unknown,
}

impl Observation {
    /// Nothing is wrong.
    pub(super) fn passed() -> Self {
        Self::default()
    }

    /// There is nothing to check.
    pub(super) fn not_applicable() -> Self {
        Self {
            applies: Applies::No,
            ..Self::default()
        }
    }

    /// The data do not tell.
    pub(super) fn unknown(mut self) -> Self {
        self.applies = Applies::Unknown;
        self
    }

    /// Something is wrong.
    pub(super) fn fails(mut self, failure: Failure) -> Self {
        self.failures.insert(failure);
        self
    }

    /// Something is wrong if `is_wrong`.
    pub(super) fn fails_if(self, is_wrong: bool, failure: Failure) -> Self {
        if is_wrong { self.fails(failure) } else { self }
    }

    /// Notes what the finding rests on; never a value that says something about a person.
    pub(super) fn with(mut self, field: &str, value: impl Display) -> Self {
        self.evidence.insert(field.to_owned(), value.to_string());
        self
    }
}
