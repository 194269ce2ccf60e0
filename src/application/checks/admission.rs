//! How the member was admitted and how many there are: C07, C08, C09.
//! It never guesses a date that is not stated.

use super::{CheckInput, Failure, observation::Observation, rules::Parameters};
use crate::application::agreement::Agreement;

/// C07: housing law 53(2), (4).
pub(super) fn protocol(input: &CheckInput<'_>) -> Observation {
    let concluded_on = input.document_on();
    match &input.agreement.admission {
        None => Observation::passed().fails(Failure::AdmissionNotStated),
        Some(admission) => Observation::passed()
            .with("protocol_on", admission.protocol_on)
            .with("concluded_on", concluded_on)
            .fails_if(
                admission.protocol_on > concluded_on,
                Failure::AdmissionAfterAgreement,
            ),
    }
}

/// C08: housing law 53(1); what is not stated is for an officer (O-23).
pub(super) fn sketch_design(agreement: &Agreement) -> Observation {
    let agreed_on = agreement.construction_object.sketch_design_agreed_on;
    let admitted_on = agreement
        .admission
        .as_ref()
        .map(|admission| admission.protocol_on);
    match agreed_on.zip(admitted_on) {
        None => Observation::passed().unknown(),
        Some((agreed_on, admitted_on)) => Observation::passed()
            .with("sketch_design_agreed_on", agreed_on)
            .with("protocol_on", admitted_on)
            .fails_if(
                agreed_on > admitted_on,
                Failure::AdmissionBeforeSketchDesign,
            ),
    }
}

/// C09: housing law 53(1), (2).
pub(super) fn membership(agreement: &Agreement, parameters: &Parameters) -> Observation {
    let Some(members) = agreement.cooperative.membership else {
        return Observation::not_applicable();
    };
    Observation::passed()
        .with("founding_members_min", parameters.founding_members_min)
        .with("founding_member_count", members.founding_member_count)
        .with("member_count", members.member_count)
        .with("share_count", members.share_count)
        .fails_if(
            members.founding_member_count < parameters.founding_members_min,
            Failure::FewFounders,
        )
        .fails_if(
            members.member_count > members.share_count,
            Failure::MoreMembersThanShares,
        )
}
