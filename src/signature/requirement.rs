//! Who may sign for whom: pure comparisons of a verified signer with the party it stands for.
//! Never verifies a signature, and never accepts a number that the certificate does not carry.

use super::{Signer, SignerRole};
use crate::kernel::{Bin, Iin};

/// Why a signer, although genuine, is not the one whose signature is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Unmet {
    /// The certificate is another organisation's, or none's.
    #[error("the certificate is not the organisation's")]
    AnotherOrganisation,
    /// The certificate gives no right to sign for the organisation.
    #[error("the certificate gives no right to sign for the organisation")]
    NoRightToSign,
    /// The certificate is another person's.
    #[error("the certificate is not the person's")]
    AnotherPerson,
    /// The certificate is the person's, but not as a private individual.
    #[error("the certificate is not a private individual's")]
    NotAnIndividual,
}

impl Unmet {
    /// Returns the stable code that is kept as evidence.
    pub const fn code(self) -> &'static str {
        match self {
            Self::AnotherOrganisation => "another_organisation",
            Self::NoRightToSign => "no_right_to_sign",
            Self::AnotherPerson => "another_person",
            Self::NotAnIndividual => "not_an_individual",
        }
    }
}

/// Requires the chair or another executive of the cooperative (`C04`, cl. 2(1)).
pub fn cooperative_executive(signer: &Signer, cooperative: &Bin) -> Result<(), Unmet> {
    executive(signer, cooperative)
}

/// Requires the head of the local executive body, or who signs for the head (cl. 9, 11; `D-13`).
pub fn provider_head(signer: &Signer, provider: &Bin) -> Result<(), Unmet> {
    executive(signer, provider)
}

/// Requires the shareholder in person (`C05`, `C20`, cl. 2(3)).
pub fn shareholder(signer: &Signer, shareholder: &Iin) -> Result<(), Unmet> {
    if signer.iin.as_ref() != Some(shareholder) {
        return Err(Unmet::AnotherPerson);
    }
    if !signer.roles.contains(&SignerRole::Individual) {
        return Err(Unmet::NotAnIndividual);
    }
    Ok(())
}

fn executive(signer: &Signer, organisation: &Bin) -> Result<(), Unmet> {
    if signer.bin.as_ref() != Some(organisation) {
        return Err(Unmet::AnotherOrganisation);
    }
    let roles = [SignerRole::ChiefExecutive, SignerRole::CanSign];
    if !roles.iter().any(|role| signer.roles.contains(role)) {
        return Err(Unmet::NoRightToSign);
    }
    Ok(())
}
