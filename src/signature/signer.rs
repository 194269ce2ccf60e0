//! The signer as the certificate names it. Never more than a trusted certificate says.

use super::oid;
use crate::kernel::{Bin, Iin, Personal};
use chrono::{DateTime, Utc};
use der::asn1::ObjectIdentifier;
use std::collections::BTreeSet;

/// The holder of the certificate a signature was made with (`C04`, `C20`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signer {
    /// The person's number, if the certificate carries one that can exist.
    pub iin: Option<Iin>,
    /// The organisation's number, if the certificate carries one that can exist.
    pub bin: Option<Bin>,
    /// What the holder is and may do.
    pub roles: BTreeSet<SignerRole>,
    /// The holder's name (common name); empty if the certificate has none.
    pub name: Personal<String>,
    /// SHA-256 of the certificate, which identifies it in the evidence of a check.
    pub certificate_sha256: [u8; 32],
    /// When the signer claims to have signed: the signer's own clock, so never proof.
    pub signed_at: Option<DateTime<Utc>>,
}

/// A role in the extended key usage of the national certification authority.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SignerRole {
    /// A natural person.
    Individual,
    /// Somebody of a legal entity.
    LegalEntity,
    /// The first head of a legal entity.
    ChiefExecutive,
    /// A person with the right to sign for a legal entity.
    CanSign,
    /// A person with the right to sign a legal entity's financial documents.
    CanSignFinancial,
    /// An officer of a legal entity's personnel department.
    PersonnelOfficer,
    /// An employee of a legal entity.
    Employee,
}

impl SignerRole {
    pub(super) const ALL: [Self; 7] = [
        Self::Individual,
        Self::LegalEntity,
        Self::ChiefExecutive,
        Self::CanSign,
        Self::CanSignFinancial,
        Self::PersonnelOfficer,
        Self::Employee,
    ];

    /// Returns the identifier that stands for this role in a certificate.
    pub(super) const fn oid(self) -> ObjectIdentifier {
        match self {
            Self::Individual => oid::INDIVIDUAL,
            Self::LegalEntity => oid::LEGAL_ENTITY,
            Self::ChiefExecutive => oid::CHIEF_EXECUTIVE,
            Self::CanSign => oid::CAN_SIGN,
            Self::CanSignFinancial => oid::CAN_SIGN_FINANCIAL,
            Self::PersonnelOfficer => oid::PERSONNEL_OFFICER,
            Self::Employee => oid::EMPLOYEE,
        }
    }

    /// Returns the role that an identifier stands for; other purposes are no roles.
    pub(super) fn from_oid(oid: &ObjectIdentifier) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.oid() == *oid)
    }
}
