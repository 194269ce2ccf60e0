//! Whether the limits that the contract states are the limits that hold.

use super::{
    Pb, PbMailbox, consent, contribution, cooperative, object, share, shareholder, violations_with,
};
use crate::pb::registry::v1 as pb;

/// A change that breaks one limit, and the one violation that follows.
type Breach = (fn(&mut Pb), &'static str);

/// One breach for each stated limit that is not a text's length.
const BREACHES: [Breach; 38] = [
    (
        |pb| pb.concluded_on = "2026-03-21".into(),
        "concluded_on must not be in the future",
    ),
    (
        |pb| pb.concluded_on = "16.03.2026".into(),
        "concluded_on must be a date like 2026-10-23",
    ),
    (
        |pb| pb.transfer_on = "2101-01-01".into(),
        "transfer_on must have a year from 1900 to 2100",
    ),
    (
        |pb| pb.transfer_on = "1899-12-31".into(),
        "transfer_on must have a year from 1900 to 2100",
    ),
    (
        |pb| pb.member_share_count = 1001,
        "member_share_count must be from 1 to 1000",
    ),
    (
        |pb| pb.member_share_count = -1,
        "member_share_count must be from 1 to 1000",
    ),
    (
        |pb| cooperative(pb).bin = "600740000013".into(),
        "cooperative.bin must have a right check digit",
    ),
    (
        |pb| cooperative(pb).bin = "600741000025".into(),
        "cooperative.bin must be the number of a resident legal entity's head unit",
    ),
    (
        |pb| cooperative(pb).activity_codes.clear(),
        "cooperative.activity_codes is required",
    ),
    (
        |pb| cooperative(pb).activity_codes = vec!["41201".into(); 21],
        "cooperative.activity_codes must have at most 20 codes",
    ),
    (
        |pb| cooperative(pb).activity_codes.push("4120".into()),
        "cooperative.activity_codes[1] must have 5 digits",
    ),
    (
        |pb| cooperative(pb).founding_member_count = -1,
        "cooperative.founding_member_count must be at least 1",
    ),
    (
        |pb| cooperative(pb).member_count = i32::MIN,
        "cooperative.member_count must be at least 1",
    ),
    (
        |pb| cooperative(pb).share_count = -9,
        "cooperative.share_count must be at least 1",
    ),
    (
        |pb| cooperative(pb).executive.as_mut().unwrap().role = 77,
        "cooperative.executive.role must be a known role",
    ),
    (
        |pb| shareholder(pb).iin = "550412100014".into(),
        "shareholder.iin must have a right check digit",
    ),
    (
        |pb| shareholder(pb).identity_document_issued_on = "2026-03-21".into(),
        "shareholder.identity_document_issued_on must not be in the future",
    ),
    (
        |pb| shareholder(pb).phone = "87010000001".into(),
        "shareholder.phone must be a telephone number like +77010000000",
    ),
    (
        |pb| shareholder(pb).mailbox = None,
        "shareholder.mailbox is required",
    ),
    (
        |pb| shareholder(pb).mailbox = Some(PbMailbox::Email("a@b.kz\r\nBcc: c@d.kz".into())),
        "shareholder.email must be an e-mail address like name@example.kz",
    ),
    (
        |pb| shareholder(pb).mailbox = Some(PbMailbox::HasNoEmail(false)),
        "shareholder.has_no_email must be true, or `email` be given instead",
    ),
    (
        |pb| shareholder(pb).language = 4,
        "shareholder.language must be a known language",
    ),
    (
        |pb| object(pb).cadastral_number = "20:315".into(),
        "construction_object.cadastral_number must be a cadastral number like 20:315:032:150",
    ),
    (
        |pb| {
            object(pb).cadastral_number = "20:315:032:150:1234567:1234567:1234567:12345".into();
        },
        "construction_object.cadastral_number must have at most 40 characters",
    ),
    (
        |pb| object(pb).storey_count = 201,
        "construction_object.storey_count must be from 1 to 200",
    ),
    (
        |pb| object(pb).total_area_dm2 = -1,
        "construction_object.total_area_dm2 must be above zero",
    ),
    (
        |pb| object(pb).total_cost_tiyn = -1,
        "construction_object.total_cost_tiyn must not be negative",
    ),
    (
        |pb| share(pb).kind = 5,
        "share.kind must be a known kind of share",
    ),
    (|pb| share(pb).floor = None, "share.floor is required"),
    (
        |pb| share(pb).floor = Some(-21),
        "share.floor must be from -20 to 200",
    ),
    (
        |pb| share(pb).floor = Some(201),
        "share.floor must be from -20 to 200",
    ),
    (
        |pb| share(pb).room_count = 101,
        "share.room_count must be from 0 to 100",
    ),
    (
        |pb| share(pb).area_dm2 = i32::MIN,
        "share.area_dm2 must be above zero",
    ),
    (
        |pb| contribution(pb).currency = "kzt".into(),
        "contribution.currency must be a currency code like KZT",
    ),
    (
        |pb| contribution(pb).payments.clear(),
        "contribution.payments is required",
    ),
    (
        |pb| contribution(pb).payments = vec![pb::Payment::default(); 601],
        "contribution.payments must have at most 600 payments",
    ),
    (
        |pb| contribution(pb).payments[1].amount_tiyn = -1,
        "contribution.payments[1].amount_tiyn must not be negative",
    ),
    (
        |pb| {
            pb.admission = Some(pb::Admission {
                protocol_number: "1".into(),
                protocol_on: "2026-02-30".into(),
            });
        },
        "admission.protocol_on must be a date like 2026-10-23",
    ),
];

#[test]
fn each_stated_limit_holds() {
    for (change, violation) in BREACHES {
        assert_eq!(violations_with(change), [violation]);
    }
}

/// A text field of the message, and its greatest length.
type TextField = (&'static str, usize, fn(&mut Pb) -> &mut String);

const TEXT_FIELDS: [TextField; 19] = [
    ("agreement_number", 100, |pb| &mut pb.agreement_number),
    ("cooperative.name", 300, |pb| &mut cooperative(pb).name),
    ("cooperative.registration_certificate_number", 100, |pb| {
        &mut cooperative(pb).registration_certificate_number
    }),
    ("cooperative.legal_address", 500, |pb| {
        &mut cooperative(pb).legal_address
    }),
    ("cooperative.actual_address", 500, |pb| {
        &mut cooperative(pb).actual_address
    }),
    ("cooperative.executive.full_name", 200, |pb| {
        &mut cooperative(pb).executive.as_mut().unwrap().full_name
    }),
    ("shareholder.surname", 100, |pb| {
        &mut shareholder(pb).surname
    }),
    ("shareholder.given_name", 100, |pb| {
        &mut shareholder(pb).given_name
    }),
    ("shareholder.patronymic", 100, |pb| {
        &mut shareholder(pb).patronymic
    }),
    ("shareholder.residence", 500, |pb| {
        &mut shareholder(pb).residence
    }),
    ("shareholder.identity_document_number", 50, |pb| {
        &mut shareholder(pb).identity_document_number
    }),
    ("shareholder.identity_document_issuer", 200, |pb| {
        &mut shareholder(pb).identity_document_issuer
    }),
    ("construction_object.address", 500, |pb| {
        &mut object(pb).address
    }),
    (
        "construction_object.technical_characteristics",
        2000,
        |pb| &mut object(pb).technical_characteristics,
    ),
    ("share.block", 30, |pb| &mut share(pb).block),
    ("share.number", 30, |pb| &mut share(pb).number),
    ("admission.protocol_number", 100, |pb| {
        &mut pb.admission.as_mut().unwrap().protocol_number
    }),
    ("consent.operator", 300, |pb| &mut consent(pb).operator),
    ("consent.data_items[0]", 200, |pb| {
        &mut consent(pb).data_items[0]
    }),
];

#[test]
fn each_text_has_its_stated_length_and_no_hidden_character() {
    for (path, length_max, field) in TEXT_FIELDS {
        let with = |text: String| violations_with(|pb| *field(pb) = text);
        assert_eq!(with("ү".repeat(length_max)), [""; 0], "{path}");
        assert_eq!(
            with("ү".repeat(length_max + 1)),
            [format!("{path} must have at most {length_max} characters")]
        );
        assert_eq!(
            with("a\u{202e}b".to_owned()),
            [format!(
                "{path} must not contain control or invisible characters"
            )]
        );
    }
}
