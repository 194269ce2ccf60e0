//! Changes of entries in which everything is right, of invented persons and numbers.

use super::{Amendment, Basis, ClaimAssignment, Deregistration, EntryChange};
use crate::{
    application::agreement::fixture::{pb_agreement, today},
    pb::registry::v1::{self as pb, deregistration::Basis as PbBasis},
    rpc::FieldErrors,
};

/// Who gets a right by assignment.
pub(crate) const NEW_SHAREHOLDER: &str = "550412200017";

fn pb_reference() -> pb::EntryReference {
    pb::EntryReference {
        entry_number: "E-260320-4F7K2M9".to_owned(),
        shareholder_iin: "010101300010".to_owned(),
    }
}

/// A later transfer.
pub(crate) fn pb_amendment() -> pb::Amendment {
    pb::Amendment {
        number: "1".to_owned(),
        concluded_on: "2026-03-19".to_owned(),
        entry: Some(pb_reference()),
        transfer_on: "2028-10-31".to_owned(),
        ..Default::default()
    }
}

/// An assignment to somebody else.
pub(crate) fn pb_assignment() -> pb::ClaimAssignment {
    let agreement = pb_agreement();
    let new_shareholder = agreement.shareholder.map(|former| pb::Shareholder {
        iin: NEW_SHAREHOLDER.to_owned(),
        ..former
    });
    pb::ClaimAssignment {
        number: "ТҚ-1".to_owned(),
        concluded_on: "2026-03-19".to_owned(),
        entry: Some(pb_reference()),
        new_shareholder,
        member_share_count: 2,
        admission: agreement.admission,
        consent: agreement.consent,
    }
}

/// The end of an agreement by its parties.
pub(crate) fn pb_removal() -> pb::Deregistration {
    pb::Deregistration {
        entry: Some(pb_reference()),
        basis: Some(PbBasis::Termination(pb::Termination {
            document_number: "Т-1".to_owned(),
            document_on: "2026-03-19".to_owned(),
            ground: "Тараптардың келісімі".to_owned(),
            court_decision: None,
        })),
    }
}

/// The end of an agreement by ownership.
pub(crate) fn pb_ownership() -> pb::Deregistration {
    pb::Deregistration {
        entry: Some(pb_reference()),
        basis: Some(PbBasis::Ownership(pb::OwnershipEvidence {
            document_number: "10000000001".to_owned(),
            document_on: "2026-03-19".to_owned(),
            registration_number: "20:315:032:150:1:45".to_owned(),
        })),
    }
}

fn right<T>(read: impl FnOnce(&mut FieldErrors) -> Option<T>) -> T {
    let mut errors = FieldErrors::new();
    let value = read(&mut errors);
    errors
        .into_result(value)
        .expect("the fixture is well-formed")
        .expect("what has no errors is read")
}

/// An additional agreement with a change of the message.
pub(crate) fn amendment(change: impl FnOnce(&mut pb::Amendment)) -> EntryChange {
    let mut pb = pb_amendment();
    change(&mut pb);
    EntryChange::Amendment(Box::new(right(|errors| {
        Amendment::parse(&pb, today(), errors)
    })))
}

/// The assignment.
pub(crate) fn assignment() -> EntryChange {
    EntryChange::Assignment(Box::new(right(|errors| {
        ClaimAssignment::parse(&pb_assignment(), today(), errors)
    })))
}

/// A removal.
pub(crate) fn removal(pb: &pb::Deregistration) -> EntryChange {
    EntryChange::Deregistration(Box::new(right(|errors| {
        Deregistration::parse(pb, today(), errors)
    })))
}

/// A removal after a court decision.
pub(crate) fn removal_by_court() -> EntryChange {
    let mut pb = pb_removal();
    if let Some(PbBasis::Termination(termination)) = &mut pb.basis {
        termination.court_decision = Some(pb::CourtDecision {
            court: "Үлгі қалалық соты".to_owned(),
            case_number: "7599-26-00-2/1".to_owned(),
            decided_on: "2026-02-01".to_owned(),
            in_force_on: "2026-03-02".to_owned(),
        });
    }
    let removal = removal(&pb);
    assert!(matches!(
        &removal,
        EntryChange::Deregistration(removal) if matches!(removal.basis, Basis::Termination(_))
    ));
    removal
}
