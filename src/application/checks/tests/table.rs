//! What each row of the table of checks finds, by one agreement for each way to fail.

use super::refusal as r;
use super::warning as w;
use super::*;

/// A change of the right agreement, and every finding that changes with it.
type Row = (fn(&mut Pb), &'static [Remark]);

const ROWS: [Row; 22] = [
    (
        |pb| cooperative(pb).registered_on = "2026-03-17".into(),
        &[r("C02", "G1")],
    ),
    (
        |pb| cooperative(pb).activity_codes.push("68201".into()),
        &[r("C03", "G2")],
    ),
    (
        |pb| shareholder(pb).identity_document_issued_on = "1900-12-31".into(),
        &[r("C05", "G2")],
    ),
    (
        |pb| shareholder(pb).iin = minor(),
        &[w("C06"), r("C20", "G1")],
    ),
    (
        |pb| admission(pb).protocol_on = "2026-03-17".into(),
        &[w("C07")],
    ),
    (
        |pb| pb.admission = None,
        &[
            w("C07"),
            ("C08", Outcome::NeedsOfficer, Severity::Refusal, None),
        ],
    ),
    (
        |pb| object(pb).sketch_design_agreed_on.clear(),
        &[("C08", Outcome::NeedsOfficer, Severity::Refusal, None)],
    ),
    (
        |pb| object(pb).sketch_design_agreed_on = "2026-03-11".into(),
        &[r("C08", "G2")],
    ),
    (
        |pb| cooperative(pb).founding_member_count = 9,
        &[r("C09", "G2")],
    ),
    (|pb| cooperative(pb).member_count = 93, &[w("C09")]),
    (
        |pb| object(pb).starts_on = "2028-07-01".into(),
        &[r("C11", "G1")],
    ),
    (
        |pb| pb.share.as_mut().unwrap().kind = pb::ShareKind::StorageRoom.into(),
        &[w("C12")],
    ),
    (
        |pb| contribution(pb).currency = "USD".into(),
        &[
            r("C15", "G2"),
            ("C16", Outcome::NotApplicable, Severity::Warning, None),
        ],
    ),
    (
        |pb| contribution(pb).amount_tiyn = 0,
        &[r("C15", "G2"), w("C16"), r("C17", "G2")],
    ),
    (
        |pb| contribution(pb).amount_tiyn = i64::MIN,
        &[r("C15", "G2"), w("C16"), r("C17", "G2")],
    ),
    (
        |pb| contribution(pb).payments[0].amount_tiyn += 1,
        &[r("C17", "G2")],
    ),
    (
        |pb| {
            contribution(pb).payments = vec![
                pb::Payment {
                    due_on: "2027-01-01".into(),
                    amount_tiyn: i64::MAX
                };
                600
            ];
        },
        &[r("C17", "G2")],
    ),
    (
        |pb| contribution(pb).payments[0].due_on = "2028-08-01".into(),
        &[w("C17")],
    ),
    (|pb| pb.transfer_on = "2028-06-29".into(), &[w("C18")]),
    (|pb| pb.consent = None, &[r("C19", "G5")]),
    (
        |pb| pb.consent.as_mut().unwrap().third_party_transfer = Some(false),
        &[r("C19", "G5")],
    ),
    (
        |pb| pb.consent.as_mut().unwrap().valid_until_on = "2026-03-19".into(),
        &[r("C19", "G5")],
    ),
];

#[test]
fn each_wrong_agreement_fails_just_the_checks_it_must() {
    for (change, remarks) in ROWS {
        assert_eq!(contract_with(change).remarkable(), remarks);
    }
}

pub(super) fn cooperative(pb: &mut Pb) -> &mut pb::Cooperative {
    pb.cooperative.as_mut().unwrap()
}

fn shareholder(pb: &mut Pb) -> &mut pb::Shareholder {
    pb.shareholder.as_mut().unwrap()
}

pub(super) fn object(pb: &mut Pb) -> &mut pb::ConstructionObject {
    pb.construction_object.as_mut().unwrap()
}

pub(super) fn contribution(pb: &mut Pb) -> &mut pb::ShareContribution {
    pb.contribution.as_mut().unwrap()
}

fn admission(pb: &mut Pb) -> &mut pb::Admission {
    pb.admission.as_mut().unwrap()
}

/// An invented number of someone born on 5 May 2015.
fn minor() -> String {
    (0..10)
        .map(|digit| format!("15050550001{digit}"))
        .find(|number| Iin::parse(number, today()).is_ok())
        .unwrap()
}

#[test]
fn what_is_just_allowed_passes() {
    let cases: [fn(&mut Pb); 9] = [
        |pb| cooperative(pb).registered_on = "2026-03-16".into(),
        |pb| cooperative(pb).activity_codes = vec!["41100".into(), "41202".into()],
        |pb| admission(pb).protocol_on = "2026-03-16".into(),
        |pb| object(pb).sketch_design_agreed_on = "2026-03-10".into(),
        |pb| cooperative(pb).founding_member_count = 10,
        |pb| cooperative(pb).member_count = 92,
        |pb| object(pb).starts_on = "2028-06-30".into(),
        |pb| pb.transfer_on = "2028-06-30".into(),
        |pb| pb.consent.as_mut().unwrap().valid_until_on = "2026-03-20".into(),
    ];
    for change in cases {
        assert_eq!(contract_with(change).remarkable(), []);
    }
}
