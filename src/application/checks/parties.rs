//! Who the parties are: C02, C03, C05, C06.
//! What says something about the shareholder is compared, and never noted.

use super::{CheckInput, Failure, observation::Observation, rules::Parameters};
use crate::application::agreement::{ActivityCode, Agreement};

/// C02: what parsing accepted is complete; a cooperative cannot conclude before it exists.
pub(super) fn cooperative(agreement: &Agreement) -> Observation {
    let registered_on = agreement.cooperative.registered_on;
    Observation::passed()
        .with("registered_on", registered_on)
        .with("concluded_on", agreement.concluded_on)
        .fails_if(
            registered_on > agreement.concluded_on,
            Failure::RegisteredAfterAgreement,
        )
}

/// C03: housing law 57(4). What the register from which an entry was imported did not tell is not checked
/// here nor elsewhere (ADR 18).
pub(super) fn activity(agreement: &Agreement, parameters: &Parameters) -> Observation {
    let is_allowed = |code: &str| {
        parameters
            .activity_prefixes
            .iter()
            .any(|prefix| code.starts_with(prefix))
    };
    if agreement.cooperative.activity_codes.is_empty() {
        return Observation::not_applicable();
    }
    let codes = agreement.cooperative.activity_codes.iter();
    let (allowed, other): (Vec<&str>, Vec<&str>) = codes
        .map(ActivityCode::as_str)
        .partition(|code| is_allowed(code));
    let told = if other.is_empty() { &allowed } else { &other };
    Observation::passed()
        .with("activity_codes", told.join(", "))
        .fails_if(!other.is_empty(), Failure::OtherActivity)
}

/// C05: housing law 53(3).
pub(super) fn shareholder(agreement: &Agreement) -> Observation {
    let shareholder = &agreement.shareholder;
    let born_on = shareholder.iin.disclose().birth_date();
    let document = shareholder.identity_document.as_ref();
    let issued_on = document.map(|document| *document.issued_on.disclose());
    Observation::passed().fails_if(
        issued_on.is_some_and(|issued_on| issued_on < born_on),
        Failure::DocumentBeforeBirth,
    )
}

/// C06: housing law 53(1).
pub(super) fn full_age(input: &CheckInput<'_>, parameters: &Parameters) -> Observation {
    let iin = input.agreement.shareholder.iin.disclose();
    let age = iin.age_on(input.document_on());
    Observation::passed()
        .with("adult_age", parameters.adult_age)
        .fails_if(age < parameters.adult_age, Failure::UnderAge)
}
