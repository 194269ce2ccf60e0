//! What a change makes of an agreement and of the register's columns, and what it is read from.

use super::{
    Amendment, ClaimAssignment, Deregistration, EntryChange,
    fixture::{
        NEW_SHAREHOLDER, amendment, assignment, pb_amendment, pb_assignment, pb_ownership,
        pb_removal, removal, removal_by_court,
    },
};
use crate::{
    application::{
        Procedure, Subject,
        agreement::fixture::{agreement_with, pb_agreement, read, today},
    },
    pb::registry::v1::{self as pb, deregistration::Basis as PbBasis},
    register::columns::Closure,
    rpc::FieldErrors,
};

/// What is wrong: `path problem`.
fn violations<T>(read: impl FnOnce(&mut FieldErrors) -> Option<T>) -> Vec<String> {
    let mut errors = FieldErrors::new();
    let value = read(&mut errors);
    assert_eq!(value.is_some(), errors.is_empty());
    let malformed = errors.into_malformed();
    let violations = malformed.violations().iter();
    violations
        .map(|violation| format!("{} {}", violation.path, violation.problem))
        .collect()
}

fn of_amendment(change: impl FnOnce(&mut pb::Amendment)) -> Vec<String> {
    let mut pb = pb_amendment();
    change(&mut pb);
    violations(|errors| Amendment::parse(&pb, today(), errors))
}

fn of_assignment(change: impl FnOnce(&mut pb::ClaimAssignment)) -> Vec<String> {
    let mut pb = pb_assignment();
    change(&mut pb);
    violations(|errors| ClaimAssignment::parse(&pb, today(), errors))
}

fn of_removal(pb: &pb::Deregistration) -> Vec<String> {
    violations(|errors| Deregistration::parse(pb, today(), errors))
}

#[test]
fn an_additional_agreement_changes_what_it_names_and_nothing_else() {
    let stands = read(&pb_agreement());
    let changed = amendment(|pb| {
        pb.contribution = pb_agreement().contribution;
        pb.contribution.as_mut().unwrap().payments.truncate(1);
    });
    let result = changed.applied_to(stands.clone());
    let expected = agreement_with(|pb| {
        pb.transfer_on = "2028-10-31".to_owned();
        pb.contribution.as_mut().unwrap().payments.truncate(1);
    });
    assert_eq!(result, expected);
    assert_eq!(result.share_key(), stands.share_key());

    let mut columns = result.columns();
    changed.record(&mut columns);
    let [line] = columns.amendments.as_slice() else {
        panic!("one line")
    };
    assert_eq!(
        (line.number.as_str(), line.procedure.as_str()),
        ("1", "AMENDMENT")
    );
    assert_eq!(line.changed_parts, ["contribution", "transfer_on"]);
    assert_eq!(columns.termination, None);
}

#[test]
fn every_part_that_can_be_changed_is_taken_over_and_named() {
    let other = agreement_with(|pb| {
        pb.cooperative.as_mut().unwrap().name = "Басқа атау".to_owned();
        pb.shareholder.as_mut().unwrap().residence = "Үлгі көшесі, 9".to_owned();
        pb.construction_object.as_mut().unwrap().storey_count = 12;
        pb.share.as_mut().unwrap().area_dm2 = 5_500;
        pb.member_share_count = 3;
        pb.contribution.as_mut().unwrap().currency = "USD".to_owned();
        pb.transfer_on = "2029-01-31".to_owned();
        pb.consent.as_mut().unwrap().publication = Some(true);
    });
    let pb = other.to_wire();
    let changed = amendment(|amendment| {
        amendment.cooperative = pb.cooperative;
        amendment.shareholder = pb.shareholder;
        amendment.construction_object = pb.construction_object;
        amendment.share = pb.share;
        amendment.member_share_count = pb.member_share_count;
        amendment.contribution = pb.contribution;
        amendment.transfer_on = pb.transfer_on;
        amendment.consent = pb.consent;
    });
    assert_eq!(changed.applied_to(read(&pb_agreement())), other);
    let EntryChange::Amendment(amendment) = &changed else {
        panic!("an additional agreement")
    };
    assert_eq!(
        amendment.changed_parts(),
        [
            "cooperative",
            "shareholder",
            "construction_object",
            "share",
            "member_share_count",
            "contribution",
            "transfer_on",
            "consent"
        ]
    );
}

#[test]
fn an_assignment_brings_the_new_shareholder_and_leaves_the_rest() {
    let stands = read(&pb_agreement());
    let result = assignment().applied_to(stands.clone());
    assert_eq!(result.shareholder.iin.disclose().as_str(), NEW_SHAREHOLDER);
    assert_eq!(result.member_share_count, 2);
    assert_eq!(result.contribution, stands.contribution);
    let mut columns = result.columns();
    assignment().record(&mut columns);
    let shown = serde_json::to_string(&columns).unwrap();
    assert!(shown.contains("\"procedure\":\"ASSIGNMENT\""), "{shown}");
    for person in [NEW_SHAREHOLDER, "010101300010", "Канарейкин"] {
        assert!(!shown.contains(person), "{person} in {shown}");
    }
}

#[test]
fn a_removal_changes_nothing_and_fills_column_eight() {
    let stands = read(&pb_agreement());
    for (removal, closure, ground) in [
        (
            removal(&pb_removal()),
            Closure::Terminated,
            "Тараптардың келісімі",
        ),
        (
            removal_by_court(),
            Closure::Terminated,
            "Тараптардың келісімі; Үлгі қалалық соты, № 7599-26-00-2/1, 01.02.2026",
        ),
        (
            removal(&pb_ownership()),
            Closure::OwnershipRegistered,
            "Жылжымайтын мүлікке құқық мемлекеттік тіркелген / Право на недвижимое имущество \
             зарегистрировано: № 20:315:032:150:1:45",
        ),
    ] {
        let result = removal.applied_to(stands.clone());
        assert_eq!(result, stands);
        let mut columns = result.columns();
        removal.record(&mut columns);
        let end = columns.termination.unwrap();
        assert_eq!((end.closure, end.ground.as_str()), (closure, ground));
        assert_eq!(end.on.to_string(), "2026-03-19");
    }
    assert!(removal(&pb_removal()).rests_on_the_parties());
    assert!(!removal_by_court().rests_on_the_parties());
    assert!(!removal(&pb_ownership()).rests_on_the_parties());
}

#[test]
fn one_document_of_one_entry_and_procedure_has_one_key() {
    let cooperative = read(&pb_agreement()).cooperative.bin;
    let key = |change| Subject::Change(change).document_key(&cooperative);
    let first = key(amendment(|_| {}));
    assert_eq!(first, key(amendment(|pb| pb.number = " 1 ".to_owned())));
    let others = [
        key(amendment(|pb| pb.number = "2".to_owned())),
        key(amendment(|pb| pb.concluded_on = "2026-03-18".to_owned())),
        key(amendment(|pb| {
            pb.entry.as_mut().unwrap().entry_number = "E-260320-0000000".to_owned();
        })),
        key(assignment()),
        key(removal(&pb_removal())),
        Subject::Agreement(Box::new(read(&pb_agreement()))).document_key(&cooperative),
    ];
    assert!(others.iter().all(|other| *other != first), "{others:?}");
}

#[test]
fn what_is_left_out_of_a_change_is_named_at_once() {
    let empty = violations(|errors| Amendment::parse(&pb::Amendment::default(), today(), errors));
    assert_eq!(
        empty,
        [
            "number is required",
            "concluded_on is required",
            "entry is required"
        ]
    );
    let empty = violations(|errors| {
        ClaimAssignment::parse(&pb::ClaimAssignment::default(), today(), errors)
    });
    assert_eq!(
        empty,
        [
            "number is required",
            "concluded_on is required",
            "entry is required",
            "new_shareholder is required",
            "member_share_count is required"
        ]
    );
    assert_eq!(
        of_removal(&pb::Deregistration::default()),
        ["entry is required", "basis is required"]
    );
    let bare = pb::Deregistration {
        entry: Some(pb::EntryReference::default()),
        basis: Some(PbBasis::Ownership(pb::OwnershipEvidence::default())),
    };
    assert_eq!(
        of_removal(&bare),
        [
            "entry.entry_number is required",
            "entry.shareholder_iin is required",
            "ownership.document_number is required",
            "ownership.document_on is required",
            "ownership.registration_number is required"
        ]
    );
}

#[test]
fn a_change_that_makes_no_sense_is_told_so() {
    assert_eq!(
        of_amendment(|pb| pb.transfer_on.clear()),
        [" must change at least one part of the agreement"]
    );
    assert_eq!(
        of_amendment(|pb| {
            pb.shareholder = pb_assignment().new_shareholder;
        }),
        ["shareholder.iin must be that of the entry; another person is an assignment"]
    );
    assert_eq!(
        of_assignment(|pb| pb.new_shareholder = pb_agreement().shareholder),
        ["new_shareholder.iin must be another person's than the former one's"]
    );
    assert_eq!(
        of_amendment(|pb| pb.concluded_on = "2026-03-21".to_owned()),
        ["concluded_on must not be in the future"]
    );
    assert_eq!(
        of_amendment(|pb| pb.member_share_count = 1_001),
        ["member_share_count must be from 1 to 1000"]
    );
}

#[test]
fn only_a_participation_agreement_makes_an_entry() {
    for procedure in Procedure::ALL {
        let changes = procedure != Procedure::ParticipationAgreement;
        assert_eq!(procedure.changes_an_entry(), changes);
    }
    assert_eq!(amendment(|_| {}).procedure(), Procedure::Amendment);
    assert_eq!(assignment().procedure(), Procedure::Assignment);
    assert_eq!(
        removal(&pb_removal()).procedure(),
        Procedure::Deregistration
    );
}
