//! What findings say, and what they come to.

use prost::Message as _;

use super::table::{contribution, cooperative, object};
use super::*;
use crate::{
    application::{Procedure, checks::register_findings},
    kernel::Localized,
};

#[test]
fn there_is_one_finding_for_each_check_in_order() {
    for case in [contract(), copy()] {
        let findings = case.findings();
        let checks: Vec<CheckCode> = findings.iter().map(|finding| finding.check).collect();
        assert_eq!(checks, CheckCode::ALL);
        for finding in findings {
            let is_told = finding.text.as_ref().is_some_and(Localized::is_complete);
            let has_something_to_tell =
                matches!(finding.outcome, Outcome::Failed | Outcome::NeedsOfficer);
            assert_eq!(is_told, has_something_to_tell, "{:?}", finding.check);
            assert_eq!(finding.rule_set, "159/2024-232");
            assert_eq!(finding.recorded_by, "system");
            assert_eq!(finding.recorded_at, at());
        }
    }
}

#[test]
fn a_right_contract_passes_every_check_that_applies() {
    let findings = contract().findings();
    assert_eq!(verdict(&findings), Verdict::AllPassed);
    for finding in findings {
        let is_of_another_kind = matches!(finding.check, CheckCode::C22 | CheckCode::C23);
        let expected = if is_of_another_kind {
            Outcome::NotApplicable
        } else {
            Outcome::Passed
        };
        assert_eq!(finding.outcome, expected, "{:?}", finding.check);
    }
}

#[test]
fn of_a_right_copy_five_checks_need_an_officer() {
    use CheckCode::{C02, C05, C13, C15, C20};
    assert_eq!(
        verdict(&copy().findings()),
        Verdict::Open(vec![C02, C05, C13, C15, C20])
    );
}

#[test]
fn a_contribution_may_differ_by_the_tolerance_and_not_by_a_tiyn_more() {
    // 1 000 000 000.00 tenge for 500 000 dm²: the share of 5 430 dm² costs 1 086 000 000 tiyn, and
    // ten per mille of that are 10 860 000.
    for (amount, is_far) in [
        (1_096_860_000, false),
        (1_096_860_001, true),
        (1_075_140_000, false),
        (1_075_139_999, true),
    ] {
        let case = contract_with(|pb| contribution(pb).amount_tiyn = amount);
        let outcome = case.finding(CheckCode::C16).outcome;
        assert_eq!(outcome == Outcome::Failed, is_far, "{amount}");
    }
}

#[test]
fn a_cost_that_does_not_divide_is_compared_all_the_same() {
    let with = |amount| {
        let mut case = contract_with(|pb| {
            object(pb).total_cost_tiyn = 100;
            object(pb).total_area_dm2 = 3;
            pb.share.as_mut().unwrap().area_dm2 = 1;
            contribution(pb).amount_tiyn = amount;
        });
        case.rules.parameters.contribution_tolerance_per_mille = 10;
        case.finding(CheckCode::C16).outcome
    };
    // 33⅓ ± ⅓: 33 is within, 34 is not, though both would round to it.
    assert_eq!(with(33), Outcome::Passed);
    assert_eq!(with(34), Outcome::Failed);
}

#[test]
fn the_greatest_numbers_do_not_overflow() {
    let case = contract_with(|pb| {
        object(pb).total_cost_tiyn = i64::MAX;
        object(pb).total_area_dm2 = i32::MAX;
        pb.share.as_mut().unwrap().area_dm2 = i32::MAX;
        contribution(pb).amount_tiyn = i64::MAX;
    });
    assert_eq!(case.finding(CheckCode::C16).outcome, Outcome::Passed);
}

#[test]
fn a_full_consent_lacks_nothing_and_an_empty_one_everything() {
    let case = contract_with(|pb| pb.consent = None);
    let text = case.finding(CheckCode::C19).text.unwrap();
    for text in [&text.kk, &text.ru, &text.en] {
        assert_eq!(
            text.matches('.').count(),
            7,
            "a sentence for each item: {text}"
        );
    }
    assert!(text.en.contains("does not name the operator"));
    let publication = contract_with(|pb| pb.consent.as_mut().unwrap().publication = None);
    assert_eq!(
        english(&publication.finding(CheckCode::C19)),
        "The consent does not say whether data may be published."
    );
}

#[test]
fn an_earlier_right_of_another_fails_and_names_the_entry() {
    let mut case = contract();
    case.register.live_entry_on_share = Some("R-750-26-000041".to_owned());
    assert_eq!(case.remarkable(), [refusal("C14", "G2")]);
    let finding = case.finding(CheckCode::C14);
    assert_eq!(finding.article.as_deref(), Some("53(2)"));
    assert_eq!(finding.evidence["entry_number"], "R-750-26-000041");
    assert_eq!(
        english(&finding),
        "There is a live entry for this share: No. R-750-26-000041."
    );
}

#[test]
fn a_repeat_is_told_once_as_a_repeat() {
    let mut case = contract();
    case.register.live_entry_on_share = Some("R-750-26-000041".to_owned());
    case.register.same_agreement_registered = Some("R-750-26-000041".to_owned());
    assert_eq!(case.remarkable(), [refusal("C21", "G1")]);
    case.register.same_agreement_registered = Some("R-750-26-000007".to_owned());
    assert_eq!(
        case.remarkable(),
        [refusal("C14", "G2"), refusal("C21", "G1")]
    );
}

#[test]
fn late_filing_and_other_applications_only_warn() {
    let mut case = contract();
    case.filed_late = true;
    case.register.open_applications_on_share = vec!["A-1".to_owned(), "A-2".to_owned()];
    assert_eq!(case.remarkable(), [warning("C24"), warning("C25")]);
    assert_eq!(verdict(&case.findings()), Verdict::AllPassed);
    let finding = case.finding(CheckCode::C25);
    assert_eq!(finding.evidence["application_numbers"], "A-1, A-2");
    assert_eq!(finding.ground, None);
}

#[test]
fn a_failed_automatic_part_of_a_copy_is_failed_and_not_left_to_an_officer() {
    let mut pb = pb_agreement();
    contribution(&mut pb).currency = "USD".to_owned();
    let case = Case::of(Form::ElectronicCopy, &pb);
    assert_eq!(case.finding(CheckCode::C15).outcome, Outcome::Failed);
    assert_eq!(
        verdict(&case.findings()),
        Verdict::Failed(proposed_grounds(&case.findings()))
    );
}

#[test]
fn a_grave_failure_outweighs_the_warning_beside_it() {
    let case = contract_with(|pb| {
        contribution(pb).payments[0].amount_tiyn += 1;
        contribution(pb).payments[0].due_on = "2028-08-01".into();
    });
    let finding = case.finding(CheckCode::C17);
    assert_eq!(case.remarkable(), [refusal("C17", "G2")]);
    assert!(english(&finding).contains("do not add up"));
    assert!(english(&finding).contains("after the planned acceptance"));
    assert!(
        english(&finding).contains("10\u{a0}860\u{a0}000,01"),
        "{}",
        english(&finding)
    );
}

#[test]
fn grounds_are_proposed_in_the_order_of_the_law_with_their_checks() {
    use CheckCode::{C03, C09, C11, C19};
    let case = contract_with(|pb| {
        pb.consent = None;
        object(pb).starts_on = "2028-07-01".into();
        cooperative(pb).founding_member_count = 9;
        cooperative(pb).activity_codes.push("68201".into());
    });
    let proposed: Vec<(&str, Vec<CheckCode>)> = proposed_grounds(&case.findings())
        .into_iter()
        .map(|ground| (ground.code.code(), ground.failed_checks))
        .collect();
    assert_eq!(
        proposed,
        [("G1", vec![C11]), ("G2", vec![C03, C09]), ("G5", vec![C19])]
    );
}

#[test]
fn what_only_looks_at_the_register_is_run_again_alone() {
    let register = RegisterFacts {
        live_entry_on_share: Some("R-1".to_owned()),
        open_applications_on_share: vec!["A-1".to_owned()],
        ..RegisterFacts::default()
    };
    let mut case = contract();
    case.register = register.clone();
    let procedure = Procedure::ParticipationAgreement;
    let again = register_findings(&register, procedure, &case.rules, at());
    let all = case.findings();
    let expected: Vec<&Finding> = all
        .iter()
        .filter(|finding| {
            matches!(
                finding.check,
                CheckCode::C14 | CheckCode::C21 | CheckCode::C25
            )
        })
        .collect();
    assert_eq!(again.iter().collect::<Vec<_>>(), expected);
}

#[test]
fn a_finding_is_stored_and_read_back_as_it_was() {
    let contract = contract_with(|pb| pb.consent = None);
    for finding in [contract.findings(), copy().findings()].concat() {
        let stored = serde_json::to_string(&finding).unwrap();
        assert_eq!(serde_json::from_str::<Finding>(&stored).unwrap(), finding);
    }
}

#[test]
fn a_finding_is_sent_with_all_that_it_says() {
    let case = contract_with(|pb| cooperative(pb).founding_member_count = 9);
    let sent = crate::application::checks::wire::finding(case.finding(CheckCode::C09));
    assert_eq!(sent.check, "C09");
    assert_eq!(sent.outcome(), pb::CheckOutcome::Failed);
    assert_eq!(sent.severity(), pb::CheckSeverity::Refusal);
    assert_eq!(
        sent.ground(),
        pb::RefusalGroundCode::NonComplianceWithHousingLaw
    );
    assert_eq!(sent.article, "53(1)");
    assert_eq!(sent.evidence["founding_member_count"], "9");
    assert_eq!(sent.recorded_at.unwrap().seconds, at().timestamp());
    assert!(!sent.text.unwrap().kk.is_empty());

    let passed = crate::application::checks::wire::finding(case.finding(CheckCode::C11));
    assert_eq!(passed.outcome(), pb::CheckOutcome::Passed);
    assert_eq!(passed.text, None);
    assert_eq!(passed.rule_set, "159/2024-232");
}

#[test]
fn the_findings_of_a_right_contract_are_short() {
    let findings = contract().findings();
    let stored = serde_json::to_string(&findings).unwrap();
    let sent: usize = findings
        .into_iter()
        .map(|finding| crate::application::checks::wire::finding(finding).encoded_len())
        .sum();
    assert!(stored.len() < 6_000, "{} bytes stored", stored.len());
    assert!(sent < 3_000, "{sent} bytes sent");
}
