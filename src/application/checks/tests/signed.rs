//! Whose signature counts for whom: C04 and C20.

use super::*;
use crate::signature::SignatureProblem;

fn with_cooperative(signature: Result<Signer, SignatureProblem>) -> Case {
    let mut case = contract();
    case.signatures.cooperative = signature;
    case
}

fn with_shareholder(signature: Option<Result<Signer, SignatureProblem>>) -> Case {
    let mut case = contract();
    case.signatures.shareholder = signature;
    case
}

fn outage() -> SignatureProblem {
    SignatureProblem::CouldNotVerify("no answer".into())
}

const OPEN: [Remark; 2] = [
    ("C04", Outcome::NeedsOfficer, Severity::Refusal, None),
    ("C20", Outcome::NeedsOfficer, Severity::Refusal, None),
];

#[test]
fn the_chair_and_whoever_may_sign_for_the_cooperative_pass() {
    for role in [SignerRole::ChiefExecutive, SignerRole::CanSign] {
        let signer = signer("010101300102", Some("600740000012"), &[role]);
        assert_eq!(with_cooperative(Ok(signer)).remarkable(), []);
    }
}

#[test]
fn another_organisation_or_an_employee_does_not_sign_for_the_cooperative() {
    for (bin, role, reason) in [
        (
            Some("600741000025"),
            SignerRole::ChiefExecutive,
            "another_organisation",
        ),
        (None, SignerRole::ChiefExecutive, "another_organisation"),
        (
            Some("600740000012"),
            SignerRole::Employee,
            "no_right_to_sign",
        ),
    ] {
        let case = with_cooperative(Ok(signer("010101300102", bin, &[role])));
        assert_eq!(
            case.remarkable(),
            [refusal("C04", "G1"), refusal("C20", "G1")]
        );
        for check in [CheckCode::C04, CheckCode::C20] {
            assert_eq!(
                case.finding(check).evidence["cooperative_signature"],
                reason
            );
        }
    }
}

#[test]
fn a_signature_that_does_not_count_leaves_the_signatory_unknown() {
    let case = with_cooperative(Err(SignatureProblem::DigestMismatch));
    assert_eq!(
        case.remarkable(),
        [refusal("C04", "G1"), refusal("C20", "G1")]
    );
    let finding = case.finding(CheckCode::C20);
    assert_eq!(finding.evidence["cooperative_signature"], "digest_mismatch");
    assert_eq!(
        english(&finding),
        "The signature of the cooperative is not valid."
    );
}

#[test]
fn only_the_shareholder_signs_for_the_shareholder() {
    let roles = [SignerRole::Individual];
    for signature in [
        None,
        Some(Ok(signer("010101300102", None, &roles))),
        Some(Ok(signer("010101300010", None, &[SignerRole::LegalEntity]))),
        Some(Err(SignatureProblem::Expired)),
    ] {
        assert_eq!(
            with_shareholder(signature).remarkable(),
            [refusal("C20", "G1")]
        );
    }
}

#[test]
fn an_outage_of_the_verifier_never_fails_a_check() {
    assert_eq!(with_cooperative(Err(outage())).remarkable(), OPEN);
    assert_eq!(
        with_shareholder(Some(Err(outage()))).remarkable(),
        OPEN[1..]
    );
}

#[test]
fn what_is_certainly_wrong_outweighs_an_outage() {
    let mut case = with_cooperative(Err(outage()));
    case.signatures.shareholder = None;
    assert_eq!(case.remarkable(), [OPEN[0], refusal("C20", "G1")]);
}

#[test]
fn a_copy_needs_the_cooperatives_signature_and_an_officers_look_at_the_scan() {
    assert_eq!(
        copy().finding(CheckCode::C20).outcome,
        Outcome::NeedsOfficer
    );
    let mut case = copy();
    case.signatures.cooperative = Err(SignatureProblem::NoSigner);
    assert_eq!(
        case.remarkable(),
        [refusal("C04", "G1"), refusal("C20", "G1")]
    );
}
