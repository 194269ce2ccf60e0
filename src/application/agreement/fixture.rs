//! An agreement in which everything is right, of invented persons and numbers.
//! It never holds a value that two tests could want to be different: they change it.

use chrono::NaiveDate;

use super::Agreement;
use crate::{
    pb::registry::v1::{self as pb, shareholder::Mailbox},
    rpc::FieldErrors,
};

/// What must never be found in a log, an error or the evidence of a check.
pub(crate) const CANARIES: [&str; 11] = [
    "010101300010",
    "Канарейкин",
    "Пример",
    "Образцович",
    "улица Невидимая",
    "N00000001",
    "2020-02-20",
    "МВД Примера",
    "+77010000001",
    "canary@example.kz",
    "Төраға Үлгі",
];

/// The day on which the agreement is read.
pub(crate) fn today() -> NaiveDate {
    day("2026-03-20")
}

/// A date of a test.
pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// The agreement as it is filed; every check passes on it.
pub(crate) fn pb_agreement() -> pb::ParticipationAgreement {
    pb::ParticipationAgreement {
        agreement_number: "ЖСК-12/7".to_owned(),
        concluded_on: "2026-03-16".to_owned(),
        cooperative: Some(pb_cooperative()),
        shareholder: Some(pb_shareholder()),
        construction_object: Some(pb_construction_object()),
        share: Some(pb::Share {
            kind: pb::ShareKind::Apartment.into(),
            block: "Б".to_owned(),
            floor: Some(7),
            number: "45".to_owned(),
            area_dm2: 5_430,
            room_count: 2,
        }),
        member_share_count: 1,
        contribution: Some(pb::ShareContribution {
            amount_tiyn: 1_086_000_000,
            currency: "KZT".to_owned(),
            payments: vec![
                pb::Payment {
                    due_on: "2026-04-01".to_owned(),
                    amount_tiyn: 86_000_000,
                },
                pb::Payment {
                    due_on: "2028-06-30".to_owned(),
                    amount_tiyn: 1_000_000_000,
                },
            ],
        }),
        transfer_on: "2028-09-30".to_owned(),
        admission: Some(pb::Admission {
            protocol_number: "14".to_owned(),
            protocol_on: "2026-03-10".to_owned(),
        }),
        consent: Some(pb::PersonalDataConsent {
            operator: "«Үлгі» ТҮҚ кооперативі".to_owned(),
            names_subject: true,
            valid_until_on: "2031-12-31".to_owned(),
            third_party_transfer: Some(true),
            cross_border_transfer: Some(false),
            publication: Some(false),
            data_items: vec!["name".to_owned(), "identification number".to_owned()],
        }),
    }
}

fn pb_cooperative() -> pb::Cooperative {
    pb::Cooperative {
        bin: "600740000012".to_owned(),
        name: "«Үлгі» ТҮҚ кооперативі".to_owned(),
        registration_certificate_number: "1234-1910-ТҮҚ".to_owned(),
        registered_on: "2024-07-15".to_owned(),
        legal_address: "Алматы, Үлгі көшесі, 1".to_owned(),
        actual_address: "Алматы, Үлгі көшесі, 2".to_owned(),
        activity_codes: vec!["41201".to_owned()],
        founding_member_count: 12,
        member_count: 60,
        share_count: 92,
        executive: Some(pb::CooperativeExecutive {
            full_name: "Төраға Үлгі Мысалұлы".to_owned(),
            role: pb::ExecutiveRole::Chair.into(),
        }),
    }
}

fn pb_shareholder() -> pb::Shareholder {
    pb::Shareholder {
        iin: "010101300010".to_owned(),
        surname: "Канарейкин".to_owned(),
        given_name: "Пример".to_owned(),
        patronymic: "Образцович".to_owned(),
        residence: "Алматы, улица Невидимая, 3, 4".to_owned(),
        identity_document_number: "N00000001".to_owned(),
        identity_document_issued_on: "2020-02-20".to_owned(),
        identity_document_issuer: "МВД Примера".to_owned(),
        phone: "+77010000001".to_owned(),
        mailbox: Some(Mailbox::Email("canary@example.kz".to_owned())),
        language: pb::Language::Ru.into(),
    }
}

fn pb_construction_object() -> pb::ConstructionObject {
    pb::ConstructionObject {
        kato: "751110000".to_owned(),
        address: "Алматы, Құрылыс көшесі, 5".to_owned(),
        cadastral_number: "20:315:032:150".to_owned(),
        technical_characteristics: "Монолитный каркас, кирпич, класс комфорт II".to_owned(),
        storey_count: 9,
        total_area_dm2: 500_000,
        total_cost_tiyn: 100_000_000_000,
        starts_on: "2026-02-01".to_owned(),
        ends_on: "2028-06-30".to_owned(),
        planned_acceptance_on: "2028-07-31".to_owned(),
        sketch_design_agreed_on: "2025-11-20".to_owned(),
    }
}

/// Reads a message that must be right.
pub(crate) fn read(pb: &pb::ParticipationAgreement) -> Agreement {
    let mut errors = FieldErrors::new();
    let agreement = Agreement::parse(pb, today(), &mut errors);
    errors
        .into_result(agreement)
        .expect("the fixture is well-formed")
        .expect("what has no errors is read")
}

/// The agreement of [`pb_agreement`] with a change.
pub(crate) fn agreement_with(change: impl FnOnce(&mut pb::ParticipationAgreement)) -> Agreement {
    let mut pb = pb_agreement();
    change(&mut pb);
    read(&pb)
}
