//! What a removal from record rests on: registered ownership, or the end of the agreement (A2-8(4)).
//! It never says what becomes of the share: that is for the register (D-24).

use chrono::NaiveDate;

use crate::{application::refusal::CourtDecision, kernel::Text};

/// What a removal rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Basis {
    /// The shareholder's ownership is registered.
    Ownership(OwnershipEvidence),
    /// The agreement ended before.
    Termination(Termination),
}

/// A document on the state registration of the shareholder's right to the real estate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnershipEvidence {
    /// Number of the document.
    pub document_number: Text<100>,
    /// Date of the document.
    pub document_on: NaiveDate,
    /// Number under which the right is registered.
    pub registration_number: Text<100>,
}

/// A document on the end of the agreement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Termination {
    /// Number of the document.
    pub document_number: Text<100>,
    /// Date of the document.
    pub document_on: NaiveDate,
    /// Ground, as column 8 prints it.
    pub ground: Text<500>,
    /// The court decision that ended it, if one did.
    pub court_decision: Option<CourtDecision>,
}

impl Basis {
    pub(super) const fn document_number(&self) -> &Text<100> {
        match self {
            Self::Ownership(evidence) => &evidence.document_number,
            Self::Termination(termination) => &termination.document_number,
        }
    }

    pub(super) const fn document_on(&self) -> NaiveDate {
        match self {
            Self::Ownership(evidence) => evidence.document_on,
            Self::Termination(termination) => termination.document_on,
        }
    }

    /// Whether the parties themselves ended the agreement.
    pub const fn is_of_the_parties(&self) -> bool {
        match self {
            Self::Ownership(_) => false,
            Self::Termination(termination) => termination.court_decision.is_none(),
        }
    }
}
