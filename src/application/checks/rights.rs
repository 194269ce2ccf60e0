//! What the register and the other applications say: C14, C21, C23, C24, C25.
//! It never tells whose an earlier right is.

use super::{CheckInput, Failure, RegisterFacts, observation::Observation};

/// C14: no right of another to the share was recorded earlier (O-21; D-6).
pub(super) fn prior_rights(register: &RegisterFacts) -> Observation {
    // An entry of the same agreement is no other's right: C21 tells of it.
    let of_another =
        |number: &&String| register.same_agreement_registered.as_ref() != Some(*number);
    let live = register.live_entry_on_share.as_ref();
    let owned = register.owned_by_entry.as_ref();
    if let Some(entry_number) = live.filter(of_another) {
        return Observation::passed()
            .with("entry_number", entry_number)
            .fails(Failure::ShareRecorded);
    }
    match owned.filter(of_another) {
        Some(entry_number) => Observation::passed()
            .with("entry_number", entry_number)
            .fails(Failure::ShareOwned),
        None => Observation::passed(),
    }
}

/// C21: the agreement has no entry yet.
pub(super) fn repeat(register: &RegisterFacts) -> Observation {
    match &register.same_agreement_registered {
        None => Observation::passed(),
        Some(entry_number) => Observation::passed()
            .with("entry_number", entry_number)
            .fails(Failure::AgreementRegistered),
    }
}

/// C23: the entry stands, and its parties and share are those of the application.
pub(super) fn reference(register: &RegisterFacts) -> Observation {
    let Some(reference) = &register.reference else {
        return Observation::not_applicable();
    };
    Observation::passed()
        .with("entry_number", &reference.entry_number)
        .fails_if(!reference.is_live, Failure::EntryClosed)
        .fails_if(!reference.is_of_shareholder, Failure::OtherShareholder)
        .fails_if(!reference.is_of_share, Failure::OtherShare)
}

/// C24: marked, and of no effect (D-8).
pub(super) fn filed_late(input: &CheckInput<'_>) -> Observation {
    Observation::passed()
        .with("concluded_on", input.document_on())
        .fails_if(input.filed_late, Failure::FiledLate)
}

/// C25: marked, since the first to be granted wins (D-23).
pub(super) fn other_applications(register: &RegisterFacts) -> Observation {
    let numbers = &register.open_applications_on_share;
    if numbers.is_empty() {
        return Observation::passed();
    }
    Observation::passed()
        .with("application_numbers", numbers.join(", "))
        .fails(Failure::OtherApplicationOpen)
}
