//! What the model keeps: shares are numbers, entries have versions, applications have stages.
//! It never says what may follow what: that is `law`.

use chrono::{DateTime, Utc};

/// What a change of an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Amendment,
    Assignment,
    Termination,
    Ownership,
}

/// What is asked for. Shares, people, cooperatives and entries are numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    Agreement {
        share: usize,
        person: usize,
        consent: bool,
    },
    /// Of an entry that is said to be `person`'s; of an assignment, to another.
    Change {
        kind: Kind,
        entry: usize,
        person: usize,
        to: usize,
    },
}

/// What makes two documents one (C21): the cooperative, the entry that it changes and how, its number. A
/// removal is one kind, whatever it rests on.
pub(super) type Document = (usize, Option<(usize, Kind)>, usize);

/// An application.
#[derive(Clone, Debug)]
pub(super) struct Application {
    pub(super) cooperative: usize,
    pub(super) asked: Asked,
    pub(super) document: Document,
    pub(super) registered_at: DateTime<Utc>,
    pub(super) due_at: DateTime<Utc>,
    pub(super) officer: Option<usize>,
    /// Whether the shareholder signed who had the right when the signatures were looked at (C20).
    pub(super) is_signed: bool,
    /// What an officer says of the document; a document on ownership is for an officer to see.
    pub(super) document_holds: Option<bool>,
    /// Every stage and mark so far.
    pub(super) told: Vec<&'static str>,
}

/// How an entry stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Live,
    Terminated,
    Owned,
}

/// A version of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Version {
    pub(super) at: DateTime<Utc>,
    /// None for the agreement itself.
    pub(super) kind: Option<Kind>,
    pub(super) holder: usize,
    pub(super) state: State,
    /// How many lines column 7 has.
    pub(super) amendments: usize,
}

/// An entry, version by version.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) cooperative: usize,
    pub(super) share: usize,
    pub(super) versions: Vec<Version>,
}

/// An answer: done, or the reason why not.
pub(super) type Outcome = Result<(), &'static str>;

pub(super) fn require(holds: bool, otherwise: &'static str) -> Outcome {
    if holds { Ok(()) } else { Err(otherwise) }
}

impl Application {
    /// The stage: the last that is no mark.
    pub(super) fn stage(&self) -> &'static str {
        let mut stages = self.told.iter().rev();
        stages.find(|stage| **stage != "OVERDUE").unwrap()
    }

    pub(super) fn is_undecided(&self) -> bool {
        ["RECEIVED", "REGISTERED"].contains(&self.stage()) || self.is_in_work()
    }

    pub(super) fn is_in_work(&self) -> bool {
        ["IN_REVIEW", "AWAITING_SIGNATURE"].contains(&self.stage())
    }

    pub(super) fn require_taken_by(&self, officer: usize) -> Outcome {
        require(self.officer.is_some(), "NOT_TAKEN")?;
        require(self.officer == Some(officer), "TAKEN_BY_ANOTHER")
    }
}

impl Entry {
    pub(super) fn stands(&self) -> &Version {
        self.versions.last().unwrap()
    }
}
