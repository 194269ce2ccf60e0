//! Whether findings keep silent about persons (I-7).

use super::*;
use crate::{application::agreement::fixture::CANARIES, signature::SignatureProblem};

/// Everything that can fail, fails, with the persons of the fixture; and once more in the other form.
fn cases() -> [Case; 3] {
    let everything_wrong = |pb: &mut Pb| {
        let cooperative = pb.cooperative.as_mut().unwrap();
        cooperative.registered_on = "2026-03-17".into();
        cooperative.activity_codes.push("68201".into());
        cooperative.founding_member_count = 1;
        cooperative.member_count = 1000;
        let object = pb.construction_object.as_mut().unwrap();
        object.starts_on = "2029-01-01".into();
        object.sketch_design_agreed_on = "2026-03-18".into();
        object.planned_acceptance_on = "2026-04-01".into();
        pb.share.as_mut().unwrap().kind = pb::ShareKind::StorageRoom.into();
        pb.admission.as_mut().unwrap().protocol_on = "2026-03-17".into();
        pb.contribution.as_mut().unwrap().amount_tiyn = -7;
        pb.transfer_on = "2026-03-20".into();
        pb.consent = None;
    };
    let mut wrong = contract_with(everything_wrong);
    wrong.signatures.cooperative = Ok(signer("010101300010", None, &[SignerRole::Employee]));
    wrong.signatures.shareholder = Some(Err(SignatureProblem::Expired));
    wrong.register = RegisterFacts {
        live_entry_on_share: Some("R-1".to_owned()),
        same_agreement_registered: Some("R-2".to_owned()),
        open_applications_on_share: vec!["A-1".to_owned()],
        ..RegisterFacts::default()
    };
    wrong.filed_late = true;
    [wrong, contract(), copy()]
}

#[test]
fn no_finding_says_anything_about_a_person() {
    for case in cases() {
        let shown = serde_json::to_string(&case.findings()).unwrap();
        for canary in CANARIES {
            assert!(!shown.contains(canary), "{canary} in {shown}");
        }
    }
}

#[test]
fn every_place_in_a_text_is_filled_from_the_evidence() {
    for case in cases() {
        for finding in case.findings() {
            let Some(text) = &finding.text else {
                continue;
            };
            for text in [&text.kk, &text.ru, &text.en] {
                assert!(!text.contains(['{', '}']), "{text}");
            }
        }
    }
}
