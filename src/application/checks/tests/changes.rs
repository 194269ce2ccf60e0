//! What is checked of a change of an entry, and what is not.

use super::*;
use crate::{
    application::{
        Procedure,
        checks::{NotOfficers, Recorded, recorded, register_findings},
        entry_change::fixture::{
            NEW_SHAREHOLDER, amendment, assignment, pb_ownership, pb_removal, removal,
            removal_by_court,
        },
    },
    signature::SignatureProblem,
};

fn reference() -> Reference {
    Reference {
        entry_number: "E-260320-4F7K2M9".to_owned(),
        is_live: true,
        is_of_shareholder: true,
        is_of_share: true,
    }
}

/// A change of an entry that stands, with everything right.
fn case(form: Form, change: EntryChange) -> Case {
    let mut case = Case::of(form, &pb_agreement());
    let individual = |iin| Ok(signer(iin, None, &[SignerRole::Individual]));
    if change.procedure() == Procedure::Assignment && form == Form::ElectronicContract {
        case.signatures.shareholder = Some(individual(NEW_SHAREHOLDER));
        case.signatures.former_shareholder = Some(individual("010101300010"));
    }
    case.agreement = change.applied_to(case.agreement);
    case.change = Some(change);
    case.register.reference = Some(reference());
    case
}

fn filed(change: EntryChange) -> Case {
    case(Form::ElectronicContract, change)
}

/// The checks with an outcome.
fn checks(case: &Case, outcome: Outcome) -> Vec<CheckCode> {
    let findings = case.findings();
    let found = findings.iter().filter(|finding| finding.outcome == outcome);
    found.map(|finding| finding.check).collect()
}

fn failed(case: &Case) -> Vec<(CheckCode, Option<Ground>)> {
    let findings = case.findings();
    let failed = findings.iter().filter(|finding| finding.forbids_grant());
    failed
        .map(|finding| (finding.check, finding.ground))
        .collect()
}

#[test]
fn a_right_change_passes_what_concerns_it_and_nothing_else_is_checked() {
    use CheckCode::{
        C01, C02, C03, C04, C05, C06, C07, C08, C09, C10, C11, C12, C13, C14, C15, C16, C17, C18,
        C19, C20, C21, C22, C23, C24, C25,
    };
    for (change, passed) in [
        (
            amendment(|_| {}),
            vec![
                C01, C02, C03, C04, C05, C09, C10, C11, C12, C13, C14, C15, C16, C17, C18, C19,
                C20, C21, C23, C24, C25,
            ],
        ),
        (
            assignment(),
            vec![C01, C04, C05, C06, C07, C14, C19, C20, C21, C23, C24, C25],
        ),
        (
            removal(&pb_removal()),
            vec![C01, C04, C20, C21, C23, C24, C25],
        ),
    ] {
        let case = filed(change);
        assert_eq!(checks(&case, Outcome::Passed), passed);
        assert_eq!(verdict(&case.findings()), Verdict::AllPassed);
        let others = checks(&case, Outcome::NotApplicable);
        assert_eq!(others.len() + passed.len(), CheckCode::ALL.len());
        assert!(others.contains(&C08) && others.contains(&C22));
    }
}

#[test]
fn of_a_copied_change_an_officer_looks_at_what_a_machine_cannot_read() {
    use CheckCode::{C02, C05, C13, C15, C20};
    for (change, open) in [
        (amendment(|_| {}), vec![C02, C05, C13, C15, C20]),
        (assignment(), vec![C05, C20]),
        (removal(&pb_removal()), vec![C20]),
    ] {
        let case = case(Form::ElectronicCopy, change);
        assert_eq!(verdict(&case.findings()), Verdict::Open(open));
    }
}

#[test]
fn a_document_of_the_state_is_for_an_officer_in_either_form() {
    for form in Form::ALL {
        for change in [removal(&pb_ownership()), removal_by_court()] {
            let mut case = case(form, change);
            case.signatures.shareholder = None;
            let finding = case.finding(CheckCode::C01);
            assert_eq!(finding.outcome, Outcome::NeedsOfficer);
            assert!(english(&finding).contains("An officer must look"));
            assert_eq!(failed(&case), [], "the shareholder need not sign");
        }
    }
}

#[test]
fn a_reference_that_does_not_hold_is_ground_two_and_says_why() {
    type Change = fn(&mut Reference);
    let cases: [(Change, &str); 3] = [
        (
            |reference| reference.is_live = false,
            "The entry is closed: No. E-260320-4F7K2M9.",
        ),
        (
            |reference| reference.is_of_shareholder = false,
            "The right by entry No. E-260320-4F7K2M9 is not the shareholder's whom the application \
             names.",
        ),
        (
            |reference| reference.is_of_share = false,
            "The share in the application is another than in entry No. E-260320-4F7K2M9.",
        ),
    ];
    for (change, text) in cases {
        for asked in [amendment(|_| {}), assignment(), removal(&pb_removal())] {
            let mut case = filed(asked);
            change(case.register.reference.as_mut().unwrap());
            let ground = Some(Ground::NonComplianceWithHousingLaw);
            assert_eq!(failed(&case), [(CheckCode::C23, ground)]);
            let finding = case.finding(CheckCode::C23);
            assert_eq!(english(&finding), text);
            assert_eq!(finding.article.as_deref(), Some("53(2)"));
        }
    }
}

#[test]
fn a_change_older_than_its_agreement_is_not_reliable() {
    let case = filed(amendment(|pb| pb.concluded_on = "2026-03-15".to_owned()));
    let ground = Some(Ground::UnreliableData);
    assert_eq!(failed(&case), [(CheckCode::C01, ground)]);
    let case = filed(amendment(|pb| pb.concluded_on = "2026-03-16".to_owned()));
    assert_eq!(failed(&case), []);
}

type Signature = Option<Result<Signer, SignatureProblem>>;

#[test]
fn an_assignment_is_signed_by_who_gives_and_who_gets_the_right() {
    let individual = |iin| Some(Ok(signer(iin, None, &[SignerRole::Individual])));
    let cases: [(Signature, Signature); 4] = [
        (individual(NEW_SHAREHOLDER), None),
        (individual(NEW_SHAREHOLDER), individual(NEW_SHAREHOLDER)),
        (individual("010101300010"), individual("010101300010")),
        (
            individual(NEW_SHAREHOLDER),
            Some(Err(SignatureProblem::Expired)),
        ),
    ];
    for (new, former) in cases {
        let mut case = filed(assignment());
        case.signatures.shareholder = new;
        case.signatures.former_shareholder = former;
        let ground = Some(Ground::UnreliableData);
        assert_eq!(failed(&case), [(CheckCode::C20, ground)]);
    }
    let outage = || Some(Err(SignatureProblem::CouldNotVerify("no answer".into())));
    let mut case = filed(assignment());
    case.signatures.former_shareholder = outage();
    assert_eq!(
        case.finding(CheckCode::C20).outcome,
        Outcome::NeedsOfficer,
        "an outage is no failure"
    );
}

#[test]
fn the_new_shareholder_is_checked_on_the_day_of_the_assignment() {
    let mut case = filed(assignment());
    case.agreement.admission.as_mut().unwrap().protocol_on = day("2026-03-19");
    assert_eq!(case.finding(CheckCode::C07).outcome, Outcome::Passed);
    case.agreement.admission.as_mut().unwrap().protocol_on = day("2026-03-20");
    assert_eq!(case.finding(CheckCode::C07).outcome, Outcome::Failed);
    case.agreement.consent = crate::application::agreement::Consent::default();
    assert_eq!(
        failed(&case),
        [(CheckCode::C19, Some(Ground::NoConsent))],
        "the consent is the new shareholder's"
    );
}

#[test]
fn a_share_that_somebody_owns_is_taken_for_good() {
    let mut case = contract();
    case.register.owned_by_entry = Some("E-1".to_owned());
    assert_eq!(case.remarkable(), [refusal("C14", "G2")]);
    assert_eq!(
        english(&case.finding(CheckCode::C14)),
        "The ownership of this share is registered: entry No. E-1 is closed."
    );
}

#[test]
fn the_register_is_asked_again_only_what_the_procedure_needs() {
    let rules = RuleSet::shipped().unwrap();
    let register = RegisterFacts {
        reference: Some(reference()),
        ..RegisterFacts::default()
    };
    for (procedure, expected) in [
        (
            Procedure::ParticipationAgreement,
            &["C14", "C21", "C25"][..],
        ),
        (Procedure::Amendment, &["C14", "C21", "C23", "C25"]),
        (Procedure::Assignment, &["C14", "C21", "C23", "C25"]),
        (Procedure::Deregistration, &["C21", "C23", "C25"]),
    ] {
        let findings = register_findings(&register, procedure, &rules, at());
        let checks: Vec<_> = findings
            .iter()
            .map(|finding| finding.check.code())
            .collect();
        assert_eq!(checks, expected, "{procedure:?}");
    }
}

#[test]
fn an_officer_records_only_what_the_procedure_has() {
    let case = filed(removal(&pb_removal()));
    let record = |check| {
        let record = Recorded {
            procedure: Procedure::Deregistration,
            form: case.form,
            check,
            outcome: Outcome::Failed,
            note: None,
            officer: "officer-7".to_owned(),
            at: at(),
        };
        recorded(&case.findings(), &record, &case.rules)
    };
    for check in [CheckCode::C02, CheckCode::C14, CheckCode::C19] {
        assert_eq!(record(check), Err(NotOfficers), "{check:?}");
    }
    for check in [CheckCode::C01, CheckCode::C20, CheckCode::C23] {
        assert!(record(check).is_ok(), "{check:?}");
    }
}
