//! What is built, and when it is handed over: C11, C12, C18.
//! It never compares a date with today: an agreement is about the future.

use super::{Failure, observation::Observation};
use crate::application::agreement::{Agreement, ShareKind};

/// C11: Annex 1, column 3.
pub(super) fn construction_period(agreement: &Agreement) -> Observation {
    let object = &agreement.construction_object;
    Observation::passed()
        .with("starts_on", object.starts_on)
        .with("ends_on", object.ends_on)
        .fails_if(object.starts_on > object.ends_on, Failure::EndsBeforeStart)
}

/// C12: clause 2(2), housing law 53(7); a storage room by D-11.
pub(super) fn kind(agreement: &Agreement) -> Observation {
    let observation = Observation::passed().with("kind", agreement.share.kind.code());
    match agreement.share.kind {
        ShareKind::Apartment | ShareKind::NonResidentialPremise | ShareKind::ParkingPlace => {
            observation
        }
        ShareKind::StorageRoom => observation.fails(Failure::StorageRoom),
    }
}

/// C18: housing law 54(1).
pub(super) fn transfer(agreement: &Agreement) -> Observation {
    let Some(transfer_on) = agreement.transfer_on else {
        return Observation::not_applicable();
    };
    let ends_on = agreement.construction_object.ends_on;
    Observation::passed()
        .with("transfer_on", transfer_on)
        .with("ends_on", ends_on)
        .fails_if(transfer_on < ends_on, Failure::TransferBeforeCompletion)
}
