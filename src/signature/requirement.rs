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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Personal;

    fn iin(number: &str) -> Iin {
        Iin::parse(number, "2026-03-20".parse().unwrap()).unwrap()
    }

    fn bin(number: &str) -> Bin {
        Bin::parse(number).unwrap()
    }

    fn signer(bin: Option<Bin>, roles: &[SignerRole]) -> Signer {
        Signer {
            iin: Some(iin("010101300010")),
            bin,
            roles: roles.iter().copied().collect(),
            name: Personal::new(String::new()),
            certificate_sha256: [0; 32],
            signed_at: None,
        }
    }

    #[test]
    fn only_who_may_sign_for_this_organisation_is_its_executive() {
        use SignerRole::{CanSign, CanSignFinancial, ChiefExecutive, Employee, LegalEntity};
        let (ours, theirs) = (bin("600740000012"), bin("600741000025"));
        for (carried, roles, outcome) in [
            (Some(&ours), &[LegalEntity, ChiefExecutive][..], Ok(())),
            (Some(&ours), &[LegalEntity, CanSign], Ok(())),
            (
                Some(&ours),
                &[LegalEntity, CanSignFinancial, Employee],
                Err(Unmet::NoRightToSign),
            ),
            (Some(&ours), &[], Err(Unmet::NoRightToSign)),
            (
                Some(&theirs),
                &[LegalEntity, ChiefExecutive],
                Err(Unmet::AnotherOrganisation),
            ),
            (None, &[ChiefExecutive], Err(Unmet::AnotherOrganisation)),
        ] {
            let signer = signer(carried.cloned(), roles);
            assert_eq!(cooperative_executive(&signer, &ours), outcome, "{signer:?}");
            assert_eq!(provider_head(&signer, &ours), outcome, "{signer:?}");
        }
    }

    #[test]
    fn only_the_person_as_a_private_individual_is_the_shareholder() {
        let individual = signer(None, &[SignerRole::Individual]);
        assert_eq!(shareholder(&individual, &iin("010101300010")), Ok(()));
        let another = shareholder(&individual, &iin("010101300102"));
        assert_eq!(another, Err(Unmet::AnotherPerson));
        let at_work = signer(Some(bin("600740000012")), &[SignerRole::ChiefExecutive]);
        let at_work = shareholder(&at_work, &iin("010101300010"));
        assert_eq!(at_work, Err(Unmet::NotAnIndividual));
        let unnamed = Signer {
            iin: None,
            ..individual
        };
        assert_eq!(
            shareholder(&unnamed, &iin("010101300010")),
            Err(Unmet::AnotherPerson)
        );
    }
}
