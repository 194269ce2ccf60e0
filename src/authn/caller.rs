//! Who calls, for which organisation, with which rights.
//! It never says what a right allows: that is the policy's.

use std::collections::BTreeSet;

use crate::kernel::{Bin, Problem, Text};

/// An account of an organisation, as its credentials proved it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// Name of the account: in the journal, in the log, and one half of every request's identity.
    pub name: Text<64>,
    /// The kind of party it acts for.
    pub party: Party,
    /// The organisation it acts for.
    pub organisation: Bin,
    /// What its credentials allow.
    pub rights: BTreeSet<Right>,
}

/// The kind of party that a caller acts for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Party {
    /// A system that acts for one cooperative, the service recipient.
    Cooperative,
    /// A local executive body, the service provider: officers and the head.
    Provider,
    /// An agency that watches the quality of state services.
    Agency,
    /// An operator of this installation.
    Operator,
    /// A body that reviews complaints.
    ReviewingBody,
    /// The authorized body, which changes the Rules.
    AuthorizedBody,
    /// A body beside the providers that is told of changes of the Rules.
    Addressee,
}

/// What a caller's credentials allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Right {
    /// Read what the own organisation may see.
    Read,
    /// File, complete and withdraw applications of the own cooperative.
    Submit,
    /// Take applications and record checks.
    Review,
    /// Grant and refuse applications.
    Decide,
    /// See and steer the running of the installation.
    Operate,
    /// Give any application of the own provider to an officer.
    Assign,
    /// Acknowledge notices of changes of the Rules.
    Acknowledge,
}

impl Party {
    /// Every kind.
    pub const ALL: [Self; 7] = [
        Self::Cooperative,
        Self::Provider,
        Self::Agency,
        Self::Operator,
        Self::ReviewingBody,
        Self::AuthorizedBody,
        Self::Addressee,
    ];

    /// The word for it in files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cooperative => "cooperative",
            Self::Provider => "provider",
            Self::Agency => "agency",
            Self::Operator => "operator",
            Self::ReviewingBody => "reviewing-body",
            Self::AuthorizedBody => "authorized-body",
            Self::Addressee => "addressee",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Result<Self, Problem> {
        Self::ALL
            .into_iter()
            .find(|party| party.as_str() == word)
            .ok_or(Problem::new(
                "must be cooperative, provider, agency, operator, reviewing-body, authorized-body or \
                 addressee",
            ))
    }
}

impl Right {
    /// Every right.
    pub const ALL: [Self; 7] = [
        Self::Read,
        Self::Submit,
        Self::Review,
        Self::Decide,
        Self::Operate,
        Self::Assign,
        Self::Acknowledge,
    ];

    /// The word for it in files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Submit => "submit",
            Self::Review => "review",
            Self::Decide => "decide",
            Self::Operate => "operate",
            Self::Assign => "assign",
            Self::Acknowledge => "acknowledge",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Result<Self, Problem> {
        Self::ALL
            .into_iter()
            .find(|right| right.as_str() == word)
            .ok_or(Problem::new(
                "must be read, submit, review, decide, operate, assign or acknowledge",
            ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_as_they_are_written() {
        for party in Party::ALL {
            assert_eq!(Party::parse(party.as_str()), Ok(party));
        }
        for right in Right::ALL {
            assert_eq!(Right::parse(right.as_str()), Ok(right));
        }
        assert!(Party::parse("Provider").is_err());
        assert!(Right::parse("").is_err());
    }
}
