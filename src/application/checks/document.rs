//! The document that is to be registered: C01.
//! It never believes a document of the State unseen: an officer looks at that.

use super::{CheckInput, Failure, observation::Observation};

/// C01: what parsing accepted has its number and date; nothing can change an agreement before it is
/// concluded.
pub(super) fn document(input: &CheckInput<'_>) -> Observation {
    let Some(change) = input.change else {
        return Observation::passed();
    };
    let (document_on, concluded_on) = (change.document_on(), input.agreement.concluded_on);
    let observation = Observation::passed()
        .with("document_on", document_on)
        .with("concluded_on", concluded_on)
        .fails_if(document_on < concluded_on, Failure::DocumentBeforeAgreement);
    if change.rests_on_the_parties() {
        observation
    } else {
        observation.unknown()
    }
}
