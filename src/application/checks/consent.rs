//! Whether the shareholder consented to all that the law lists: C19 (cl. 6; O-15, O-65).
//! It never takes silence for a yes.

use chrono::NaiveDate;

use super::{Failure, observation::Observation};
use crate::application::agreement::Agreement;

/// C19: one failure for each item that is missing. The term must reach the day of registration.
pub(super) fn consent(agreement: &Agreement, registered_on: NaiveDate) -> Observation {
    let consent = &agreement.consent;
    let observation = Observation::passed()
        .fails_if(consent.operator.is_none(), Failure::ConsentWithoutOperator)
        .fails_if(!consent.names_subject, Failure::ConsentWithoutSubject)
        .fails_if(
            consent.third_party_transfer != Some(true),
            Failure::ConsentWithoutThirdParties,
        )
        .fails_if(
            consent.cross_border_transfer.is_none(),
            Failure::ConsentWithoutCrossBorder,
        )
        .fails_if(
            consent.publication.is_none(),
            Failure::ConsentWithoutPublication,
        )
        .fails_if(
            consent.data_items.is_empty(),
            Failure::ConsentWithoutDataList,
        );
    match consent.valid_until_on {
        None => observation.fails(Failure::ConsentWithoutTerm),
        Some(valid_until_on) => observation
            .with("valid_until_on", valid_until_on)
            .fails_if(valid_until_on < registered_on, Failure::ConsentExpired),
    }
}
