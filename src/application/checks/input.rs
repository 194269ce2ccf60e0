//! What the checks look at: everything that was loaded before, and nothing that must be asked for.
//! It never changes while the checks run.

use chrono::{DateTime, NaiveDate, Utc};

use crate::{
    application::{Form, Procedure, agreement::Agreement, entry_change::EntryChange},
    signature::{SignatureProblem, Signer},
};

/// What the checks look at.
#[derive(Debug)]
pub struct CheckInput<'a> {
    /// In which form the application was filed.
    pub form: Form,
    /// The change of an entry that is asked for; none for a new agreement.
    pub change: Option<&'a EntryChange>,
    /// The agreement, as it stands once the application is granted.
    pub agreement: &'a Agreement,
    /// The day of registration; a consent must hold then.
    pub registered_on: NaiveDate,
    /// Whether it was filed later than 5 working days after the document's date (cl. 5).
    pub filed_late: bool,
    /// Who signed.
    pub signatures: &'a Signatures,
    /// What the register says.
    pub register: &'a RegisterFacts,
    /// When the checks run.
    pub at: DateTime<Utc>,
}

impl CheckInput<'_> {
    /// What is asked for.
    pub(super) fn procedure(&self) -> Procedure {
        self.change
            .map_or(Procedure::ParticipationAgreement, EntryChange::procedure)
    }

    /// Date of the document that is to be registered.
    pub(super) fn document_on(&self) -> NaiveDate {
        self.change
            .map_or(self.agreement.concluded_on, EntryChange::document_on)
    }
}

/// Who signed, as far as could be verified.
#[derive(Debug)]
pub struct Signatures {
    /// For the cooperative: over the scan, or over the contract.
    pub cooperative: Result<Signer, SignatureProblem>,
    /// The shareholder, over the contract, of an assignment the new one; a scan has none but on paper.
    pub shareholder: Option<Result<Signer, SignatureProblem>>,
    /// Who assigns the right of claim, over the contract.
    pub former_shareholder: Option<Result<Signer, SignatureProblem>>,
}

/// What the register says about the share and about the agreement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RegisterFacts {
    /// The number of the live entry on the share, unless it is the one that is to be changed.
    pub live_entry_on_share: Option<String>,
    /// The number of the closed entry by which the share is somebody's own, likewise (D-24).
    pub owned_by_entry: Option<String>,
    /// The number of the entry of the same document: BIN, number and date, or the same bytes.
    pub same_agreement_registered: Option<String>,
    /// The key under which the document can be registered if it has none.
    pub document_key: String,
    /// The entry that is to be changed.
    pub reference: Option<Reference>,
    /// Numbers of other open applications for the share (D-23).
    pub open_applications_on_share: Vec<String>,
}

/// What the register says to a reference to an entry (C23).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// Number of the entry.
    pub entry_number: String,
    /// Whether it stands.
    pub is_live: bool,
    /// Whether its right is the shareholder's whom the application names.
    pub is_of_shareholder: bool,
    /// Whether it is still of the same share after the change.
    pub is_of_share: bool,
}

impl Reference {
    /// Whether the entry stands and its parties match.
    pub const fn holds(&self) -> bool {
        self.is_live && self.is_of_shareholder && self.is_of_share
    }
}
