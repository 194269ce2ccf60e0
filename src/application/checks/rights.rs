//! What the register and the other applications say: C14, C21, C24, C25.
//! It never tells whose an earlier right is.

use super::{CheckInput, Failure, RegisterFacts, observation::Observation};

/// C14: no right of another to the share was recorded earlier (O-21; D-6).
pub(super) fn prior_rights(register: &RegisterFacts) -> Observation {
    match &register.live_entry_on_share {
        Some(entry_number) if register.same_agreement_registered.as_ref() != Some(entry_number) => {
            Observation::passed()
                .with("entry_number", entry_number)
                .fails(Failure::ShareRecorded)
        }
        // An entry of the same agreement is no other's right: C21 tells of it.
        Some(_) | None => Observation::passed(),
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

/// C24: marked, and of no effect (D-8).
pub(super) fn filed_late(input: &CheckInput<'_>) -> Observation {
    Observation::passed()
        .with("concluded_on", input.agreement.concluded_on)
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
