//! What the checks look at: everything that was loaded before, and nothing that must be asked for.
//! It never changes while the checks run.

use chrono::{DateTime, NaiveDate, Utc};

use crate::{
    application::{Form, agreement::Agreement},
    signature::{SignatureProblem, Signer},
};

/// What the checks look at.
#[derive(Debug)]
pub struct CheckInput<'a> {
    /// In which form the agreement was filed.
    pub form: Form,
    /// The agreement.
    pub agreement: &'a Agreement,
    /// The day of registration; a consent must hold then.
    pub registered_on: NaiveDate,
    /// Whether it was filed later than 5 working days after the agreement's date (cl. 5).
    pub filed_late: bool,
    /// Who signed.
    pub signatures: &'a Signatures,
    /// What the register says.
    pub register: &'a RegisterFacts,
    /// When the checks run.
    pub at: DateTime<Utc>,
}

/// Who signed, as far as could be verified.
#[derive(Debug)]
pub struct Signatures {
    /// For the cooperative: over the scan, or over the contract.
    pub cooperative: Result<Signer, SignatureProblem>,
    /// The shareholder, over the contract; a scan has none but on paper.
    pub shareholder: Option<Result<Signer, SignatureProblem>>,
}

/// What the register says about the share and about the agreement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RegisterFacts {
    /// The number of the live entry on the share.
    pub live_entry_on_share: Option<String>,
    /// The number of the entry of the same agreement: BIN, number and date, or the same bytes.
    pub same_agreement_registered: Option<String>,
    /// Numbers of other open applications for the share (D-23).
    pub open_applications_on_share: Vec<String>,
}
