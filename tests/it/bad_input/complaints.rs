//! Complaints that say too little, too much, or what is not so: every field is named, and nothing is stored.

use prost::Message as _;
use tizilim::{
    demo::{client::new_request_id, complaint},
    pb::registry::v1::{self as pb, ComplaintAddressee as Addressee, ComplaintSubject as Subject},
};
use tonic::Code;

use crate::harness::{Account, Told, Town, told, told_raw};

async fn refused(town: &Town, content: Vec<u8>, signature: Vec<u8>) -> Told {
    let before = town.journal_head().await;
    let mut told = Vec::new();
    for validate_only in [false, true] {
        let request = pb::FileComplaintRequest {
            request_id: new_request_id(),
            validate_only,
            content: content.clone(),
            signature: signature.clone(),
        };
        let mut raw = town.raw(Account::Portal).complaints();
        let refused = told_raw(raw.file_complaint(request).await);
        assert_eq!(refused.code, Code::InvalidArgument, "{refused:?}");
        told.push(refused);
    }
    assert_eq!(told[0], told[1], "a rehearsal is told the same");
    assert_eq!(town.journal_head().await, before, "nothing was stored");
    told.remove(0)
}

async fn refused_content(town: &Town, content: &pb::ComplaintContent) -> Told {
    refused(town, content.encode_to_vec(), vec![1]).await
}

#[tokio::test]
async fn an_empty_complaint_is_told_everything_that_is_missing() {
    let town = Town::open().await;
    let empty = refused(&town, Vec::new(), Vec::new()).await;
    assert_eq!(empty.reason, "INCOMPLETE_APPLICATION");
    assert_eq!(empty.paths(), ["signature", "content"]);
    let complainant = pb::Complainant::default();
    let content = pb::ComplaintContent {
        complainant: Some(complainant),
        subject: Subject::Action.into(),
        ..Default::default()
    };
    assert_eq!(
        refused_content(&town, &content).await.paths(),
        [
            "content.application_id",
            "content.addressee",
            "content.complainant.kind",
            "content.complainant.name",
            "content.complainant.postal_address",
            "content.complained_of",
            "content.demands",
            "content.reasons",
            "content.drawn_up_on",
            "content.learned_on"
        ]
    );
}

#[tokio::test]
async fn each_field_that_is_wrong_is_named() {
    let town = Town::open().await;
    let content = pb::ComplaintContent {
        application_id: "no uuid".to_owned(),
        addressee: 9,
        subject: -1,
        complainant: Some(pb::Complainant {
            kind: pb::ComplainantKind::Shareholder.into(),
            name: "x".repeat(301),
            iin: "010101300011".to_owned(),
            bin: "600740000012".to_owned(),
            postal_address: "x".repeat(501),
            email: "nobody".to_owned(),
        }),
        complained_of: "x".repeat(2001),
        demands: "\u{7}".to_owned(),
        reasons: "x".repeat(4001),
        document_ids: vec![new_request_id(), "none".to_owned()],
        drawn_up_on: "2026-11-25".to_owned(),
        learned_on: "2026-11-25".to_owned(),
    };
    assert_eq!(
        refused_content(&town, &content).await.paths(),
        [
            "content.application_id",
            "content.addressee",
            "content.subject",
            "content.complainant.bin",
            "content.complainant.iin",
            "content.complainant.name",
            "content.complainant.postal_address",
            "content.complainant.email",
            "content.complained_of",
            "content.demands",
            "content.reasons",
            "content.document_ids[1]",
            "content.drawn_up_on",
            "content.learned_on"
        ]
    );
    let many = pb::ComplaintContent {
        document_ids: (0..21).map(|_| new_request_id()).collect(),
        ..content
    };
    let many = refused_content(&town, &many).await;
    assert!(many.paths().contains(&"content.document_ids"));
}

#[tokio::test]
async fn bytes_that_say_more_than_is_read_are_no_complaint() {
    let town = Town::open().await;
    let application = town.refused(831).await;
    let (content, signature) = complaint(
        &town.world,
        &application,
        Subject::Refusal,
        Addressee::Provider,
        |_| {},
    )
    .unwrap();
    let unknown_field = [0xFA, 0x01, 1, b'x'];
    for bytes in [
        [content.as_slice(), &unknown_field].concat(),
        b"\xff\xff".to_vec(),
        vec![0; 64 * 1024 + 1],
    ] {
        let refused = refused(&town, bytes, signature.clone()).await;
        assert_eq!(refused.paths(), ["content"]);
    }
    let long = refused(&town, content, vec![0; 64 * 1024 + 1]).await;
    assert_eq!(long.paths(), ["signature"]);
}

#[tokio::test]
async fn what_the_register_knows_otherwise_is_told_and_nothing_is_stored() {
    let town = Town::open().await;
    let application = town.refused(832).await;
    let before = town.journal_head().await;
    let file = async |change: fn(&mut pb::ComplaintContent)| {
        let filed = town.complain_with(&application, Subject::Refusal, Addressee::Provider, change);
        told(filed.await)
    };
    let early = file(|content| "2026-11-23".clone_into(&mut content.learned_on)).await;
    assert_eq!(early.paths(), ["content.learned_on"]);
    let all = file(|content| {
        let complainant = content.complainant.as_mut().unwrap();
        "600840000013".clone_into(&mut complainant.bin);
        "2026-11-23".clone_into(&mut content.drawn_up_on);
        "2026-11-23".clone_into(&mut content.learned_on);
    });
    let all = all.await;
    assert_eq!(
        all.paths(),
        [
            "content.complainant.bin",
            "content.drawn_up_on",
            "content.learned_on"
        ]
    );
    let other = file(|content| {
        let complainant = content.complainant.as_mut().unwrap();
        "600840000013".clone_into(&mut complainant.bin);
    })
    .await;
    assert_eq!(other.paths(), ["content.complainant.bin"]);
    let unknown = file(|content| content.document_ids.push(new_request_id())).await;
    unknown.is(Code::FailedPrecondition, "DOCUMENT_UNKNOWN");
    let absent = file(|content| content.application_id = new_request_id()).await;
    absent.is(Code::PermissionDenied, "PERMISSION_DENIED");
    assert_eq!(town.journal_head().await, before);

    let (content, mut signature) = complaint(
        &town.world,
        &application,
        Subject::Refusal,
        Addressee::Provider,
        |_| {},
    )
    .unwrap();
    let last = signature.last_mut().unwrap();
    *last ^= 1;
    let forged = town.portal().file_complaint(content, signature).await;
    told(forged).is(Code::FailedPrecondition, "SIGNATURE_INVALID");
}
