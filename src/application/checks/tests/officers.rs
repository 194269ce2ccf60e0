//! What an officer may record, and what that comes to.

use super::*;
use crate::{
    application::Procedure,
    application::checks::{NotOfficers, Recorded, rechecked, recorded, register_findings},
    kernel::{Localized, SYSTEM},
};

fn record(form: Form, check: CheckCode, outcome: Outcome) -> Recorded {
    Recorded {
        procedure: Procedure::ParticipationAgreement,
        form,
        check,
        outcome,
        note: None,
        officer: "officer-7".to_owned(),
        at: "2026-03-20T06:00:00Z".parse().unwrap(),
    }
}

fn record_in(
    case: &Case,
    findings: &[Finding],
    check: CheckCode,
    outcome: Outcome,
) -> Result<Vec<Finding>, NotOfficers> {
    recorded(findings, &record(case.form, check, outcome), &case.rules)
}

#[test]
fn a_copy_of_which_an_officer_has_seen_everything_passes() {
    let case = copy();
    let mut findings = case.findings();
    let Verdict::Open(open) = verdict(&findings) else {
        panic!("a copy needs an officer")
    };
    for check in open {
        findings = record_in(&case, &findings, check, Outcome::Passed).unwrap();
    }
    assert_eq!(verdict(&findings), Verdict::AllPassed);
    let checks: Vec<CheckCode> = findings.iter().map(|finding| finding.check).collect();
    assert_eq!(checks, CheckCode::ALL, "the order is kept");
    let finding = finding_of(&findings, CheckCode::C20);
    assert_eq!(finding.recorded_by, "officer-7");
    assert_eq!(finding.evidence["system_outcome"], "NEEDS_OFFICER");
    assert_eq!(finding.text, None, "the officer had nothing to note");
}

#[test]
fn the_officers_words_become_the_finding() {
    let case = copy();
    let note = Localized::of(
        "көшірмеде басқа нөмір",
        "на копии другой номер",
        "another number",
    );
    let recording = Recorded {
        note: Some(note.clone()),
        ..record(case.form, CheckCode::C13, Outcome::Failed)
    };
    let findings = recorded(&case.findings(), &recording, &case.rules).unwrap();
    let finding = finding_of(&findings, CheckCode::C13);
    assert_eq!(finding.text, Some(note));
    assert!(finding.supports(Ground::UnreliableData));
    assert_eq!(
        verdict(&findings),
        Verdict::Failed(proposed_grounds(&findings))
    );
}

/// Which outcomes an officer may record of what the system found failed or open.
fn allowed(case: &Case, check: CheckCode) -> Vec<Outcome> {
    let mut finding = case.finding(check);
    finding.outcome = Outcome::Failed;
    [
        Outcome::Passed,
        Outcome::Failed,
        Outcome::NotApplicable,
        Outcome::NeedsOfficer,
    ]
    .into_iter()
    .filter(|outcome| record_in(case, &[finding.clone()], check, *outcome).is_ok())
    .collect()
}

#[test]
fn an_officer_lets_pass_only_what_a_person_can_judge() {
    use CheckCode::{C01, C02, C03, C05, C08, C13, C15, C20, C22};
    for (case, may_pass) in [
        (copy(), vec![C01, C02, C03, C05, C08, C13, C15, C20, C22]),
        (contract(), vec![C01, C03, C08, C22]),
    ] {
        let passable: Vec<CheckCode> = CheckCode::ALL
            .iter()
            .copied()
            .filter(|check| allowed(&case, *check).contains(&Outcome::Passed))
            .collect();
        assert_eq!(passable, may_pass, "{:?}", case.form);
    }
}

#[test]
fn an_officer_may_fail_every_check_that_supports_a_refusal_and_no_other() {
    for case in [copy(), contract()] {
        for finding in case.findings() {
            let is_refusal = finding.severity == Severity::Refusal;
            let may_fail = allowed(&case, finding.check).contains(&Outcome::Failed);
            // C23 is of the procedures that change an entry.
            let expected = is_refusal && finding.check != CheckCode::C23;
            assert_eq!(may_fail, expected, "{:?}", finding.check);
        }
    }
}

#[test]
fn nobody_records_that_an_officer_is_needed() {
    for check in CheckCode::ALL {
        assert!(!allowed(&copy(), *check).contains(&Outcome::NeedsOfficer));
    }
}

#[test]
fn a_failed_look_at_the_register_is_never_overridden() {
    let mut case = copy();
    case.register.live_entry_on_share = Some("R-1".to_owned());
    let findings = case.findings();
    assert_eq!(
        record_in(&case, &findings, CheckCode::C14, Outcome::Passed),
        Err(NotOfficers)
    );
    let failed = record_in(&case, &findings, CheckCode::C14, Outcome::Failed).unwrap();
    assert_eq!(
        record_in(&case, &failed, CheckCode::C14, Outcome::Passed),
        Err(NotOfficers),
        "not by way of a record of one's own either"
    );
}

#[test]
fn an_officer_may_take_a_failure_back_to_what_the_system_found() {
    let case = contract();
    let failed = record_in(&case, &case.findings(), CheckCode::C11, Outcome::Failed).unwrap();
    assert!(finding_of(&failed, CheckCode::C11).forbids_grant());
    let again = record_in(&case, &failed, CheckCode::C11, Outcome::Failed).unwrap();
    let restored = record_in(&case, &again, CheckCode::C11, Outcome::Passed).unwrap();
    assert_eq!(verdict(&restored), Verdict::AllPassed);
}

#[test]
fn a_court_decision_that_an_officer_knows_of_supports_its_two_grounds() {
    let case = contract();
    let findings = record_in(&case, &case.findings(), CheckCode::C22, Outcome::Failed).unwrap();
    let finding = finding_of(&findings, CheckCode::C22);
    for ground in Ground::ALL {
        assert_eq!(finding.supports(ground), ground.rests_on_a_court());
    }
    assert_eq!(
        verdict(&findings),
        Verdict::Failed(Vec::new()),
        "which ground it is stands in the decision, so none is proposed"
    );
}

#[test]
fn what_an_officer_found_failed_outlives_a_second_look_at_the_register() {
    let mut case = copy();
    let failed = record_in(&case, &case.findings(), CheckCode::C14, Outcome::Failed).unwrap();
    let second_look = |case: &Case| {
        register_findings(
            &case.register,
            Procedure::ParticipationAgreement,
            &case.rules,
            at(),
        )
    };
    let kept = rechecked(&failed, second_look(&case));
    assert_eq!(kept, failed);

    case.register.live_entry_on_share = Some("R-1".to_owned());
    let told = rechecked(&failed, second_look(&case));
    let finding = finding_of(&told, CheckCode::C14);
    assert!(finding.forbids_grant());
    assert_eq!(finding.recorded_by, SYSTEM);
    assert_eq!(finding.evidence["entry_number"], "R-1");
}
