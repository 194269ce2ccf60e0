//! Changes of entries whose fields are wrong, or that are filed as what they are not: every field is
//! named, and nothing is stored.

use tizilim::{
    demo::Change,
    pb::registry::v1::{
        self as pb, deregistration::Basis, electronic_copy::Content,
        submit_application_request::Form,
    },
};
use tonic::Code;

use crate::harness::{Told, Town, told};

const NUMBER: &str = "E-261124-4F7K2M9";

async fn refused(town: &Town, request: pb::SubmitApplicationRequest) -> Told {
    let before = town.journal_head().await;
    let refused = told(town.portal().submit(request).await);
    assert_eq!(refused.code, Code::InvalidArgument, "{refused:?}");
    assert_eq!(town.journal_head().await, before, "nothing was stored");
    refused
}

fn changes(town: &Town) -> [Change<'_>; 3] {
    let (world, member) = (&town.world, &town.world.shareholder);
    [
        Change::amendment(world, NUMBER, member),
        Change::assignment(world, NUMBER, member, &world.rival),
        Change::termination(world, NUMBER, member),
    ]
}

fn contract(request: &mut pb::SubmitApplicationRequest) -> &mut pb::ElectronicContract {
    match &mut request.form {
        Some(Form::ElectronicContract(contract)) => contract,
        _ => panic!("a contract"),
    }
}

#[tokio::test]
async fn an_empty_change_is_told_everything_that_is_missing() {
    let town = Town::open().await;
    for (change, field, missing) in [
        (
            Content::Amendment(pb::Amendment::default()),
            "amendment",
            &["number", "concluded_on", "entry"][..],
        ),
        (
            Content::Assignment(pb::ClaimAssignment::default()),
            "assignment",
            &[
                "number",
                "concluded_on",
                "entry",
                "new_shareholder",
                "member_share_count",
            ],
        ),
        (
            Content::Deregistration(pb::Deregistration::default()),
            "deregistration",
            &["entry", "basis"],
        ),
    ] {
        let empty = changes(&town)[0].clone().with(|content| *content = change);
        let request = empty.electronic_copy("", b"scan").unwrap();
        let refused = refused(&town, request).await;
        assert_eq!(refused.reason, "INCOMPLETE_APPLICATION");
        let mut expected = vec!["electronic_copy.document_id".to_owned()];
        expected.extend(
            missing
                .iter()
                .map(|path| format!("electronic_copy.{field}.{path}")),
        );
        assert_eq!(refused.paths(), expected);
    }
}

#[tokio::test]
async fn a_change_is_filed_as_what_it_is() {
    let town = Town::open().await;
    let fields = ["amendment", "assignment", "deregistration"];
    for (change, field) in changes(&town).iter().zip(fields) {
        let mut copy = change.electronic_copy(&uuid(), b"scan").unwrap();
        copy.procedure = pb::Procedure::ParticipationAgreement.into();
        let refused_copy = refused(&town, copy).await;
        assert_eq!(refused_copy.paths(), [format!("electronic_copy.{field}")]);

        let mut bare = change.electronic_contract().unwrap();
        contract(&mut bare).agreement = vec![0xff, 0xff];
        let refused_bytes = refused(&town, bare).await;
        assert_eq!(refused_bytes.paths(), ["electronic_contract.agreement"]);
        // A field that the contract does not know: signed, and never read.
        let mut more = change.electronic_contract().unwrap();
        contract(&mut more)
            .agreement
            .extend([0xa2, 0x06, 0x01, 0x41]);
        let refused_more = refused(&town, more).await;
        assert_eq!(refused_more.paths(), ["electronic_contract.agreement"]);
    }
    let mut none = changes(&town)[0].electronic_copy(&uuid(), b"scan").unwrap();
    if let Some(Form::ElectronicCopy(copy)) = &mut none.form {
        copy.content = None;
    }
    assert_eq!(
        refused(&town, none).await.paths(),
        ["electronic_copy.amendment"]
    );
}

fn uuid() -> String {
    tizilim::demo::client::new_request_id()
}

#[tokio::test]
async fn each_signature_is_there_where_it_must_and_nowhere_else() {
    let town = Town::open().await;
    let [amendment, assignment, removal] = changes(&town);
    let mut lacking = assignment.electronic_contract().unwrap();
    contract(&mut lacking).former_shareholder_signature.clear();
    let former = "electronic_contract.former_shareholder_signature";
    assert_eq!(refused(&town, lacking).await.paths(), [former]);
    for change in [&amendment, &removal] {
        let mut more = change.electronic_contract().unwrap();
        contract(&mut more).former_shareholder_signature = vec![1];
        let refused_more = refused(&town, more).await;
        refused_more.is(Code::InvalidArgument, "INVALID_FIELDS");
        assert_eq!(refused_more.paths(), [former]);

        let mut unsigned = change.electronic_contract().unwrap();
        contract(&mut unsigned).shareholder_signature.clear();
        let unsigned = refused(&town, unsigned).await;
        assert_eq!(
            unsigned.paths(),
            ["electronic_contract.shareholder_signature"]
        );
    }
    let mut large = assignment.electronic_contract().unwrap();
    contract(&mut large).former_shareholder_signature = vec![1; 64 * 1024 + 1];
    assert_eq!(refused(&town, large).await.paths(), [former]);
}

#[tokio::test]
async fn wrong_values_of_a_change_are_named_without_repeating_them() {
    let town = Town::open().await;
    let [amendment, assignment, removal] = changes(&town);
    let amendment = amendment.with(|content| {
        let Content::Amendment(amendment) = content else {
            panic!("an additional agreement")
        };
        amendment.number = "1\u{0}".to_owned();
        amendment.concluded_on = "2026-11-25".to_owned();
        let entry = amendment.entry.as_mut().unwrap();
        entry.shareholder_iin = "550412100014".to_owned();
        entry.entry_number = "E".repeat(51);
        amendment.member_share_count = -1;
    });
    let told_fields = refused(&town, amendment.electronic_contract().unwrap()).await;
    assert_eq!(
        told_fields.paths(),
        [
            "electronic_contract.agreement.number",
            "electronic_contract.agreement.concluded_on",
            "electronic_contract.agreement.entry.entry_number",
            "electronic_contract.agreement.entry.shareholder_iin",
            "electronic_contract.agreement.member_share_count"
        ]
    );
    assert!(!format!("{told_fields:?}").contains("550412100014"));

    let to_oneself = assignment.with(|content| {
        let Content::Assignment(assignment) = content else {
            panic!("an assignment")
        };
        let iin = &assignment.entry.as_ref().unwrap().shareholder_iin;
        assignment
            .new_shareholder
            .as_mut()
            .unwrap()
            .iin
            .clone_from(iin);
    });
    let refused_same = refused(&town, to_oneself.electronic_contract().unwrap()).await;
    assert_eq!(
        refused_same.paths(),
        ["electronic_contract.agreement.new_shareholder.iin"]
    );

    let removal = removal.with(|content| {
        let Content::Deregistration(removal) = content else {
            panic!("a removal")
        };
        let Some(Basis::Termination(termination)) = &mut removal.basis else {
            panic!("a termination")
        };
        termination.ground = "x".repeat(501);
        termination.court_decision = Some(pb::CourtDecision {
            court: "сот".to_owned(),
            case_number: String::new(),
            decided_on: "2026-10-02".to_owned(),
            in_force_on: "2026-10-01".to_owned(),
        });
    });
    let told_removal = refused(&town, removal.electronic_contract().unwrap()).await;
    let path = "electronic_contract.agreement.termination";
    assert_eq!(
        told_removal.paths(),
        [
            format!("{path}.ground"),
            format!("{path}.court_decision.case_number"),
            format!("{path}.court_decision.in_force_on")
        ]
    );
}
