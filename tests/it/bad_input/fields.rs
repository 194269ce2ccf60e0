//! Messages whose fields are wrong: every field is named, and nothing is stored.

use tizilim::{
    demo::Agreement,
    pb::registry::v1::{
        self as pb, ApplicationStage as Stage, shareholder::Mailbox,
        submit_application_request::Form,
    },
};
use tonic::Code;
use tonic_types::StatusExt as _;

use crate::harness::{Told, Town, told};

async fn refused(town: &Town, agreement: &Agreement<'_>) -> Told {
    let before = town.journal_head().await;
    let request = agreement.electronic_contract().unwrap();
    let refused = told(town.portal().submit(request).await);
    assert_eq!(refused.code, Code::InvalidArgument, "{refused:?}");
    assert_eq!(town.journal_head().await, before, "nothing was stored");
    refused
}

/// The paths after `electronic_contract.agreement.`.
fn paths(told: &Told) -> Vec<&str> {
    let head = "electronic_contract.agreement.";
    let paths = told.paths().into_iter();
    paths
        .map(|path| path.strip_prefix(head).unwrap_or(path))
        .collect()
}

#[tokio::test]
async fn an_empty_request_is_told_everything_that_is_missing() {
    let town = Town::open().await;
    let portal = town.portal();
    let empty = told(portal.submit(pb::SubmitApplicationRequest::default()).await);
    empty.is(Code::InvalidArgument, "INCOMPLETE_APPLICATION");
    assert_eq!(
        empty.paths(),
        ["request_id", "procedure", "provider_id", "form"]
    );
    assert!(
        empty
            .fields
            .iter()
            .all(|(_, problem)| problem == "is required")
    );

    let bare = town.agreement(151).with(|agreement| {
        *agreement = pb::ParticipationAgreement {
            agreement_number: "1".to_owned(),
            ..Default::default()
        };
    });
    let told = refused(&town, &bare).await;
    assert_eq!(told.reason, "INCOMPLETE_APPLICATION");
    assert_eq!(
        paths(&told),
        [
            "concluded_on",
            "cooperative",
            "shareholder",
            "construction_object",
            "share",
            "member_share_count",
            "contribution",
            "transfer_on"
        ]
    );
}

#[tokio::test]
async fn every_required_field_that_is_left_out_is_named() {
    let town = Town::open().await;
    let left_out = town.agreement(152).with(|agreement| {
        agreement.cooperative = Some(pb::Cooperative::default());
        agreement.shareholder = Some(pb::Shareholder::default());
        agreement.construction_object = Some(pb::ConstructionObject::default());
        agreement.share = Some(pb::Share::default());
        agreement.contribution = Some(pb::ShareContribution::default());
        agreement.admission = Some(pb::Admission::default());
    });
    let told = refused(&town, &left_out).await;
    assert_eq!(told.reason, "INCOMPLETE_APPLICATION");
    for path in [
        "cooperative.bin",
        "cooperative.name",
        "cooperative.registration_certificate_number",
        "cooperative.legal_address",
        "cooperative.activity_codes",
        "cooperative.executive",
        "shareholder.iin",
        "shareholder.surname",
        "shareholder.given_name",
        "shareholder.residence",
        "shareholder.identity_document_number",
        "shareholder.mailbox",
        "construction_object.kato",
        "construction_object.cadastral_number",
        "construction_object.technical_characteristics",
        "construction_object.total_area_dm2",
        "share.kind",
        "share.floor",
        "share.number",
        "share.area_dm2",
        "contribution.currency",
        "contribution.payments",
        "admission.protocol_number",
    ] {
        assert!(
            paths(&told).contains(&path),
            "{path} is not named: {told:?}"
        );
    }
}

#[tokio::test]
async fn two_hundred_wrong_fields_are_counted_and_named_as_far_as_a_trailer_holds() {
    let town = Town::open().await;
    let wrong = town.agreement(153).with(|agreement| {
        let payment = pb::Payment {
            due_on: "2026-02-30".to_owned(),
            amount_tiyn: -1,
        };
        agreement.contribution.as_mut().unwrap().payments = vec![payment; 100];
    });
    let before = town.journal_head().await;
    let request = wrong.electronic_contract().unwrap();
    let fault = town.portal().submit(request).await.unwrap_err();
    let details = fault.status().unwrap().get_error_details();
    let metadata = &details.error_info().unwrap().metadata;
    assert_eq!(metadata["violation_count"], "200");
    let named = details.bad_request().unwrap().field_violations.len();
    let left_out: usize = metadata
        .get("left_out_count")
        .map_or(0, |count| count.parse().unwrap());
    assert_eq!(named + left_out, 200);
    assert!(named > 50, "{named}");
    assert_eq!(town.journal_head().await, before);
}

#[tokio::test]
async fn unknown_enum_values_are_refused_and_not_read_as_another() {
    let town = Town::open().await;
    let wrong = town.agreement(154).with(|agreement| {
        agreement.share.as_mut().unwrap().kind = 99;
        let shareholder = agreement.shareholder.as_mut().unwrap();
        shareholder.language = 99;
        let cooperative = agreement.cooperative.as_mut().unwrap();
        cooperative.executive.as_mut().unwrap().role = -1;
    });
    let told_fields = refused(&town, &wrong).await;
    assert_eq!(told_fields.reason, "INVALID_FIELDS");
    assert_eq!(
        paths(&told_fields),
        [
            "cooperative.executive.role",
            "shareholder.language",
            "share.kind"
        ]
    );
    let mut request = town.agreement(154).electronic_contract().unwrap();
    request.procedure = 99;
    let procedure = told(town.portal().submit(request).await);
    procedure.is(Code::InvalidArgument, "INVALID_FIELDS");
    assert_eq!(procedure.paths(), ["procedure"]);
}

#[tokio::test]
async fn control_characters_and_header_injection_are_refused() {
    let town = Town::open().await;
    let injection = "a@example.org\r\nBcc: b@example.org";
    let wrong = town.agreement(155).with(|agreement| {
        agreement.agreement_number = "1\u{0}2".to_owned();
        let cooperative = agreement.cooperative.as_mut().unwrap();
        cooperative.name = "Үлгі\r\nSubject: x".to_owned();
        cooperative.legal_address = "көше\u{202e}1".to_owned();
        let shareholder = agreement.shareholder.as_mut().unwrap();
        shareholder.surname = "Тест\u{1b}[31m".to_owned();
        shareholder.given_name = "Те\u{200b}ст".to_owned();
        shareholder.mailbox = Some(Mailbox::Email(injection.to_owned()));
        shareholder.phone = "+7 (700)\n1".to_owned();
    });
    let told = refused(&town, &wrong).await;
    assert_eq!(told.reason, "INVALID_FIELDS");
    let expected = [
        "agreement_number",
        "cooperative.name",
        "cooperative.legal_address",
        "shareholder.surname",
        "shareholder.given_name",
        "shareholder.phone",
        "shareholder.email",
    ];
    let mut paths = paths(&told);
    paths.sort_unstable();
    let mut sorted = expected;
    sorted.sort_unstable();
    assert_eq!(paths, sorted);
    let text = format!("{told:?}");
    assert!(
        !text.contains("Bcc") && !text.contains("Тест"),
        "a value is repeated: {text}"
    );
}

#[tokio::test]
async fn numbers_that_cannot_exist_are_named_without_repeating_them() {
    let town = Town::open().await;
    let wrong = town.agreement(156).with(|agreement| {
        agreement.shareholder.as_mut().unwrap().iin = "550412100014".to_owned();
        agreement.cooperative.as_mut().unwrap().bin = "600740000013".to_owned();
        agreement.construction_object.as_mut().unwrap().kato = "990000000".to_owned();
        agreement.concluded_on = "2026-11-25".to_owned();
        agreement.transfer_on = "2026-02-30".to_owned();
    });
    let told = refused(&town, &wrong).await;
    let mut paths = paths(&told);
    paths.sort_unstable();
    assert_eq!(
        paths,
        [
            "concluded_on",
            "construction_object.kato",
            "cooperative.bin",
            "shareholder.iin",
            "transfer_on"
        ]
    );
    assert!(!format!("{told:?}").contains("550412100014"));
}

#[tokio::test]
async fn markup_in_names_is_text_and_the_extract_is_formed() {
    let town = Town::open().await;
    let odd = town.agreement(157).with(|agreement| {
        let cooperative = agreement.cooperative.as_mut().unwrap();
        cooperative.name = "#read(\"x\") *b* $x$ @ref <label> \\ // `raw`".to_owned();
        let object = agreement.construction_object.as_mut().unwrap();
        object.technical_characteristics = "#panic() [ { ] } = - + / \"".to_owned();
    });
    let application = town.filed(&odd, Stage::AwaitingSignature).await;
    let entry = town.granted(&application).await.entry.unwrap();
    let cooperative = entry.cooperative.unwrap();
    assert_eq!(
        cooperative.name,
        "#read(\"x\") *b* $x$ @ref <label> \\ // `raw`"
    );
    town.reached(&application, Stage::ExtractSent).await;
}

type Change = fn(&mut pb::ElectronicContract);

#[tokio::test]
async fn a_contract_is_a_serialized_agreement_with_two_signatures_within_their_limits() {
    let town = Town::open().await;
    let before = town.journal_head().await;
    let cases: [(Change, &[&str]); 5] = [
        (|contract| contract.agreement = vec![0x0a], &["agreement"]),
        (
            |contract| contract.agreement = vec![0; 256 * 1024 + 1],
            &["agreement"],
        ),
        (|contract| contract.agreement.clear(), &["agreement"]),
        (
            |contract| {
                contract.cooperative_signature = vec![1; 64 * 1024 + 1];
                contract.shareholder_signature.clear();
            },
            &["cooperative_signature", "shareholder_signature"],
        ),
        (
            |contract| {
                // A field that the contract does not know: signed, and never read.
                let unknown = vec![0xa2, 0x06, 0x01, 0x41];
                contract.agreement.extend(unknown);
                contract.shareholder_signature.clear();
            },
            &["shareholder_signature", "agreement"],
        ),
    ];
    for (change, expected) in cases {
        let mut request = town.agreement(158).electronic_contract().unwrap();
        let Some(Form::ElectronicContract(contract)) = &mut request.form else {
            panic!("a contract")
        };
        change(contract);
        let refused = told(town.portal().submit(request).await);
        assert_eq!(refused.code, Code::InvalidArgument);
        let paths: Vec<_> = refused
            .paths()
            .into_iter()
            .map(|path| path.trim_start_matches("electronic_contract."))
            .collect();
        assert_eq!(paths, expected);
    }
    assert_eq!(town.journal_head().await, before);
}
