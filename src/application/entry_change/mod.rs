//! What is filed to change an entry: an additional agreement, an assignment of the right of claim, a
//! removal from record (A2-3(3), A2-8).
//! It never judges: what is well-formed but does not fit the entry is for the checks.

mod basis;
mod columns;
mod parse;

pub use basis::{Basis, OwnershipEvidence, Termination};

use chrono::NaiveDate;

use super::{
    Procedure,
    agreement::{
        Admission, Agreement, Consent, ConstructionObject, Contribution, Cooperative, Share,
        Shareholder,
    },
};
use crate::kernel::{Iin, Personal, Text};

/// Which entry is to be changed, and whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryReference {
    /// Number of the entry.
    pub entry_number: Text<50>,
    /// Whose right stands in it; in an assignment, the former shareholder.
    pub shareholder: Personal<Iin>,
}

/// A change of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntryChange {
    /// An additional agreement.
    Amendment(Box<Amendment>),
    /// An assignment of the right of claim.
    Assignment(Box<ClaimAssignment>),
    /// Removal from record.
    Deregistration(Box<Deregistration>),
}

/// An additional agreement: each part that is there takes the place of the part that stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amendment {
    /// Number.
    pub number: Text<100>,
    /// Date of conclusion.
    pub concluded_on: NaiveDate,
    /// The entry.
    pub entry: EntryReference,
    /// The cooperative's data.
    pub cooperative: Option<Cooperative>,
    /// The shareholder's data; the person is the same.
    pub shareholder: Option<Shareholder>,
    /// What is being built.
    pub construction_object: Option<ConstructionObject>,
    /// The share.
    pub share: Option<Share>,
    /// How many shares the member has.
    pub member_share_count: Option<i32>,
    /// The contribution and its payments.
    pub contribution: Option<Contribution>,
    /// When the share is to be handed over.
    pub transfer_on: Option<NaiveDate>,
    /// The consent.
    pub consent: Option<Consent>,
}

/// A contract by which a shareholder assigns the right of claim to another person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimAssignment {
    /// Number.
    pub number: Text<100>,
    /// Date of conclusion.
    pub concluded_on: NaiveDate,
    /// The entry, with the former shareholder.
    pub entry: EntryReference,
    /// The new shareholder.
    pub new_shareholder: Shareholder,
    /// How many shares the new shareholder has in the cooperative, this one included.
    pub member_share_count: i32,
    /// How the new shareholder was admitted, if that is told.
    pub admission: Option<Admission>,
    /// The new shareholder's consent.
    pub consent: Consent,
}

/// A removal of an agreement from record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deregistration {
    /// The entry.
    pub entry: EntryReference,
    /// On what it rests.
    pub basis: Basis,
}

impl EntryChange {
    /// Of which procedure it is.
    pub const fn procedure(&self) -> Procedure {
        match self {
            Self::Amendment(_) => Procedure::Amendment,
            Self::Assignment(_) => Procedure::Assignment,
            Self::Deregistration(_) => Procedure::Deregistration,
        }
    }

    /// Which entry it changes.
    pub const fn entry(&self) -> &EntryReference {
        match self {
            Self::Amendment(amendment) => &amendment.entry,
            Self::Assignment(assignment) => &assignment.entry,
            Self::Deregistration(deregistration) => &deregistration.entry,
        }
    }

    /// Number of the document that is registered.
    pub const fn document_number(&self) -> &Text<100> {
        match self {
            Self::Amendment(amendment) => &amendment.number,
            Self::Assignment(assignment) => &assignment.number,
            Self::Deregistration(deregistration) => deregistration.basis.document_number(),
        }
    }

    /// Date of that document; filing is due 5 working days after it (cl. 5).
    pub const fn document_on(&self) -> NaiveDate {
        match self {
            Self::Amendment(amendment) => amendment.concluded_on,
            Self::Assignment(assignment) => assignment.concluded_on,
            Self::Deregistration(deregistration) => deregistration.basis.document_on(),
        }
    }

    /// Whether the parties' signatures alone make it: a document of the State is for an officer to see.
    pub const fn rests_on_the_parties(&self) -> bool {
        match self {
            Self::Amendment(_) | Self::Assignment(_) => true,
            Self::Deregistration(deregistration) => deregistration.basis.is_of_the_parties(),
        }
    }

    /// The agreement as it stands once the change is registered.
    #[must_use]
    pub fn applied_to(&self, agreement: Agreement) -> Agreement {
        match self {
            Self::Amendment(amendment) => amendment.applied_to(agreement),
            Self::Assignment(assignment) => Agreement {
                shareholder: assignment.new_shareholder.clone(),
                member_share_count: assignment.member_share_count,
                admission: assignment.admission.clone(),
                consent: assignment.consent.clone(),
                ..agreement
            },
            Self::Deregistration(_) => agreement,
        }
    }
}

impl Amendment {
    fn applied_to(&self, stands: Agreement) -> Agreement {
        fn part<T: Clone>(new: Option<&T>, stands: T) -> T {
            new.cloned().unwrap_or(stands)
        }
        Agreement {
            cooperative: part(self.cooperative.as_ref(), stands.cooperative),
            shareholder: part(self.shareholder.as_ref(), stands.shareholder),
            construction_object: part(
                self.construction_object.as_ref(),
                stands.construction_object,
            ),
            share: part(self.share.as_ref(), stands.share),
            member_share_count: self.member_share_count.unwrap_or(stands.member_share_count),
            contribution: self.contribution.clone().or(stands.contribution),
            transfer_on: self.transfer_on.or(stands.transfer_on),
            consent: part(self.consent.as_ref(), stands.consent),
            number: stands.number,
            concluded_on: stands.concluded_on,
            admission: stands.admission,
        }
    }

    /// Which parts it changes, by their names in the contract.
    pub fn changed_parts(&self) -> Vec<&'static str> {
        let parts = [
            (self.cooperative.is_some(), "cooperative"),
            (self.shareholder.is_some(), "shareholder"),
            (self.construction_object.is_some(), "construction_object"),
            (self.share.is_some(), "share"),
            (self.member_share_count.is_some(), "member_share_count"),
            (self.contribution.is_some(), "contribution"),
            (self.transfer_on.is_some(), "transfer_on"),
            (self.consent.is_some(), "consent"),
        ];
        let changed = parts.into_iter().filter(|(is_changed, _)| *is_changed);
        changed.map(|(_, name)| name).collect()
    }
}

#[cfg(test)]
pub(in crate::application) mod fixture;
#[cfg(test)]
mod tests;
