//! Who signed: C04, C20 (cl. 2(1), 8).
//! An outage is never a failure: what could not be verified stays open and is tried again.

use super::{CheckInput, Failure, Signatures, observation::Observation};
use crate::{
    application::{Form, agreement::Agreement, entry_change::EntryChange},
    signature::{
        SignatureProblem, Signer, Unmet, cooperative_executive, shareholder as is_shareholder,
    },
};

/// C04: the cooperative's executive signed.
pub(super) fn executive(agreement: &Agreement, signatures: &Signatures) -> Observation {
    let bin = &agreement.cooperative.bin;
    match standing(&signatures.cooperative, |signer| {
        cooperative_executive(signer, bin)
    }) {
        Standing::Right => Observation::passed().with("bin", bin),
        Standing::Unverified => Observation::passed().unknown(),
        Standing::OfAnother(unmet) => Observation::passed()
            .with("cooperative_signature", unmet.code())
            .fails(Failure::SignerNotExecutive),
        Standing::Invalid(problem) => Observation::passed()
            .with("cooperative_signature", problem)
            .fails(Failure::SignerUnknown),
    }
}

/// C20: the parties signed these bytes; of a copy, the cooperative signed the scan.
pub(super) fn parties(input: &CheckInput<'_>) -> Observation {
    let observation = by_cooperative(Observation::passed(), input);
    match input.form {
        Form::ElectronicCopy => observation,
        Form::ElectronicContract => {
            by_former_shareholder(by_shareholder(observation, input), input)
        }
    }
}

fn by_cooperative(observation: Observation, input: &CheckInput<'_>) -> Observation {
    const FIELD: &str = "cooperative_signature";
    let bin = &input.agreement.cooperative.bin;
    match standing(&input.signatures.cooperative, |signer| {
        cooperative_executive(signer, bin)
    }) {
        Standing::Right => observation,
        Standing::Unverified => observation.unknown(),
        Standing::OfAnother(unmet) => observation
            .with(FIELD, unmet.code())
            .fails(Failure::CooperativeSignatureOfAnother),
        Standing::Invalid(problem) => observation
            .with(FIELD, problem)
            .fails(Failure::CooperativeSignatureInvalid),
    }
}

fn by_shareholder(observation: Observation, input: &CheckInput<'_>) -> Observation {
    const FIELD: &str = "shareholder_signature";
    let iin = input.agreement.shareholder.iin.disclose();
    let Some(signature) = &input.signatures.shareholder else {
        // What the State decided or registered does not need the shareholder's will.
        let rests_on_the_parties = input.change.is_none_or(EntryChange::rests_on_the_parties);
        return observation.fails_if(rests_on_the_parties, Failure::ShareholderSignatureMissing);
    };
    match standing(signature, |signer| is_shareholder(signer, iin)) {
        Standing::Right => observation,
        Standing::Unverified => observation.unknown(),
        Standing::OfAnother(unmet) => observation
            .with(FIELD, unmet.code())
            .fails(Failure::ShareholderSignatureOfAnother),
        Standing::Invalid(problem) => observation
            .with(FIELD, problem)
            .fails(Failure::ShareholderSignatureInvalid),
    }
}

/// Who assigns the right of claim signs, too.
fn by_former_shareholder(observation: Observation, input: &CheckInput<'_>) -> Observation {
    const FIELD: &str = "former_shareholder_signature";
    let Some(EntryChange::Assignment(assignment)) = input.change else {
        return observation;
    };
    let iin = assignment.entry.shareholder.disclose();
    let Some(signature) = &input.signatures.former_shareholder else {
        return observation.fails(Failure::FormerShareholderSignatureMissing);
    };
    match standing(signature, |signer| is_shareholder(signer, iin)) {
        Standing::Right => observation,
        Standing::Unverified => observation.unknown(),
        Standing::OfAnother(unmet) => observation
            .with(FIELD, unmet.code())
            .fails(Failure::FormerShareholderSignatureOfAnother),
        Standing::Invalid(problem) => observation
            .with(FIELD, problem)
            .fails(Failure::FormerShareholderSignatureInvalid),
    }
}

/// What a signature is worth for the party that it stands for.
enum Standing {
    Right,
    OfAnother(Unmet),
    Invalid(&'static str),
    Unverified,
}

fn standing(
    signature: &Result<Signer, SignatureProblem>,
    is_meant: impl FnOnce(&Signer) -> Result<(), Unmet>,
) -> Standing {
    match signature {
        Ok(signer) => is_meant(signer).map_or_else(Standing::OfAnother, |()| Standing::Right),
        Err(SignatureProblem::CouldNotVerify(_)) => Standing::Unverified,
        Err(problem) => Standing::Invalid(problem.code()),
    }
}
