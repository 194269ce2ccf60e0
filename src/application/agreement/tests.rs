//! What an agreement keeps, and what it is read from.

mod limits;
mod round_trip;

use super::fixture::{agreement_with, day, pb_agreement, read, today};
use super::{Agreement, Consent, Mailbox};
use crate::kernel::Language;
use crate::pb::registry::v1::{self as pb, shareholder::Mailbox as PbMailbox};
use crate::rpc::FieldErrors;

type Pb = pb::ParticipationAgreement;

/// What is wrong with an agreement: `path problem`.
fn violations(pb: &Pb) -> Vec<String> {
    let mut errors = FieldErrors::new();
    let agreement = Agreement::parse(pb, today(), &mut errors);
    assert_eq!(agreement.is_some(), errors.is_empty());
    errors
        .into_malformed()
        .violations()
        .iter()
        .map(|violation| format!("{} {}", violation.path, violation.problem))
        .collect()
}

fn violations_with(change: impl FnOnce(&mut Pb)) -> Vec<String> {
    let mut pb = pb_agreement();
    change(&mut pb);
    violations(&pb)
}

fn cooperative(pb: &mut Pb) -> &mut pb::Cooperative {
    pb.cooperative.as_mut().unwrap()
}

fn shareholder(pb: &mut Pb) -> &mut pb::Shareholder {
    pb.shareholder.as_mut().unwrap()
}

fn object(pb: &mut Pb) -> &mut pb::ConstructionObject {
    pb.construction_object.as_mut().unwrap()
}

fn share(pb: &mut Pb) -> &mut pb::Share {
    pb.share.as_mut().unwrap()
}

fn contribution(pb: &mut Pb) -> &mut pb::ShareContribution {
    pb.contribution.as_mut().unwrap()
}

fn consent(pb: &mut Pb) -> &mut pb::PersonalDataConsent {
    pb.consent.as_mut().unwrap()
}

#[test]
fn a_right_agreement_is_read_and_written_as_it_was() {
    assert_eq!(read(&pb_agreement()).to_wire(), pb_agreement());
}

#[test]
fn every_required_part_of_an_empty_agreement_is_missing() {
    let missing = [
        "agreement_number",
        "concluded_on",
        "cooperative",
        "shareholder",
        "construction_object",
        "share",
        "member_share_count",
        "contribution",
        "transfer_on",
    ];
    assert_eq!(
        violations(&Pb::default()),
        missing.map(|path| format!("{path} is required"))
    );
}

#[test]
fn every_required_field_of_empty_parts_is_missing() {
    let empty = Pb {
        cooperative: Some(pb::Cooperative {
            executive: Some(pb::CooperativeExecutive::default()),
            ..pb::Cooperative::default()
        }),
        shareholder: Some(pb::Shareholder::default()),
        construction_object: Some(pb::ConstructionObject::default()),
        share: Some(pb::Share::default()),
        contribution: Some(pb::ShareContribution {
            payments: vec![pb::Payment::default()],
            ..pb::ShareContribution::default()
        }),
        admission: Some(pb::Admission::default()),
        consent: Some(pb::PersonalDataConsent::default()),
        ..Pb::default()
    };
    let expected: Vec<String> = include_str!("tests/required.txt")
        .lines()
        .map(|path| format!("{path} is required"))
        .collect();
    assert_eq!(violations(&empty), expected);
}

#[test]
fn two_hundred_wrong_fields_are_all_told_at_once() {
    let wrong = violations_with(|pb| {
        contribution(pb).payments = vec![pb::Payment::default(); 100];
    });
    assert_eq!(wrong.len(), 200);
}

#[test]
fn spaces_alone_are_nothing() {
    let wrong = violations_with(|pb| {
        pb.agreement_number = " \u{a0} ".to_owned();
        share(pb).number = "\t".to_owned();
    });
    assert_eq!(
        wrong,
        ["agreement_number is required", "share.number is required"]
    );
}

#[test]
fn what_a_consent_lacks_is_no_error() {
    assert_eq!(
        agreement_with(|pb| pb.consent = None).consent,
        Consent::default()
    );
    let partial = agreement_with(|pb| {
        pb.consent = Some(pb::PersonalDataConsent {
            publication: Some(false),
            ..pb::PersonalDataConsent::default()
        });
    });
    assert_eq!(partial.consent.publication, Some(false));
    assert_eq!(partial.consent.cross_border_transfer, None);
}

#[test]
fn what_a_consent_says_must_be_readable() {
    let wrong = violations_with(|pb| {
        consent(pb).valid_until_on = "for good".to_owned();
        consent(pb).data_items[1] = String::new();
    });
    assert_eq!(
        wrong,
        [
            "consent.valid_until_on must be a date like 2026-10-23",
            "consent.data_items[1] must not be empty",
        ]
    );
    let wrong = violations_with(|pb| consent(pb).data_items = vec!["x".to_owned(); 51]);
    assert_eq!(wrong, ["consent.data_items must have at most 50 items"]);
}

#[test]
fn what_the_checks_judge_is_read() {
    let agreement = agreement_with(|pb| {
        contribution(pb).amount_tiyn = -5;
        contribution(pb).currency = "USD".to_owned();
        share(pb).kind = pb::ShareKind::StorageRoom.into();
        object(pb).starts_on = "2029-01-01".to_owned();
        pb.admission = None;
        object(pb).sketch_design_agreed_on.clear();
    });
    assert_eq!(agreement.contribution.unwrap().amount_tiyn, -5);
    assert_eq!(agreement.admission, None);
    assert_eq!(agreement.construction_object.starts_on, day("2029-01-01"));
}

#[test]
fn a_shareholder_has_an_address_or_says_to_have_none() {
    let agreement = agreement_with(|pb| {
        shareholder(pb).mailbox = Some(PbMailbox::HasNoEmail(true));
        shareholder(pb).language = 0;
    });
    assert_eq!(agreement.shareholder.mailbox, Mailbox::None);
    assert_eq!(agreement.shareholder.language, Language::Kazakh);
}

#[test]
fn one_share_has_one_key_however_it_is_spelt() {
    let key = read(&pb_agreement()).share_key();
    let respelt = agreement_with(|pb| {
        object(pb).cadastral_number = "20-315-032-150".to_owned();
        share(pb).number = "№ 045".to_owned();
        share(pb).block = "б".to_owned();
        share(pb).floor = Some(8);
    });
    assert_eq!(respelt.share_key(), key);
    let other = agreement_with(|pb| share(pb).kind = pb::ShareKind::ParkingPlace.into());
    assert_ne!(other.share_key(), key);
}

#[test]
fn the_columns_hold_nothing_of_the_shareholder() {
    let columns = read(&pb_agreement()).columns();
    assert_eq!(columns.agreement.number, "ЖСК-12/7");
    assert_eq!(columns.share.room_count, Some(2));
    assert_eq!(columns.construction_period.ends_on, day("2028-06-30"));
    let stored = serde_json::to_string(&columns).unwrap();
    for canary in super::fixture::CANARIES {
        assert!(!stored.contains(canary), "{canary}");
    }
}

#[test]
fn debug_output_hides_the_shareholder() {
    let shown = format!("{:?}", read(&pb_agreement()));
    for canary in super::fixture::CANARIES {
        assert!(!shown.contains(canary), "{canary}");
    }
}
