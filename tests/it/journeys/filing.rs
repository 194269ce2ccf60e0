//! What filing stores, and what it does not (cl. 5; D-9, D-12; I-6).

use tizilim::{
    demo::{client::new_request_id, scan},
    pb::registry::v1::{self as pb, ApplicationStage as Stage},
};
use tonic::Code;

use crate::harness::{Account, Town, told, told_raw};

#[tokio::test]
async fn a_rehearsal_says_what_would_happen_and_stores_nothing() {
    let town = Town::open().await;
    let portal = town.portal();
    let before = town.journal_head().await;
    let mut request = town.agreement(91).electronic_contract().unwrap();
    request.validate_only = true;
    let would = portal.submit(request.clone()).await.unwrap();
    assert_eq!(would.stage(), Stage::Registered);
    assert!(would.application_id.is_empty() && would.application_number.is_empty());
    assert!(would.due_at.is_some());
    assert_eq!(town.journal_head().await, before);
    assert!(listed(&town, Account::Portal).await.is_empty());

    request.validate_only = false;
    portal.submit(request).await.unwrap();
    assert_eq!(
        listed(&town, Account::Portal).await.len(),
        1,
        "the id is still free"
    );
}

#[tokio::test]
async fn a_repeated_request_changes_nothing_and_gets_the_first_answer() {
    let town = Town::open().await;
    let mut raw = town.raw(Account::Portal).applications();
    let request = town.agreement(92).electronic_contract().unwrap();
    let first = raw
        .submit_application(request.clone())
        .await
        .unwrap()
        .into_inner();
    assert!(!first.replayed);
    let application = first.application.clone().unwrap();
    town.reached(&application, Stage::AwaitingSignature).await;
    let before = town.journal_head().await;
    for _ in 0..3 {
        let again = raw
            .submit_application(request.clone())
            .await
            .unwrap()
            .into_inner();
        assert!(again.replayed);
        assert_eq!(
            again.application, first.application,
            "as it was answered first"
        );
    }
    assert_eq!(town.journal_head().await, before);

    let mut other = town.agreement(93).electronic_contract().unwrap();
    other.request_id = request.request_id;
    let refused = raw.submit_application(other.clone()).await;
    told_raw(refused).is(Code::InvalidArgument, "REQUEST_ID_REUSED");
    assert_eq!(town.journal_head().await, before);

    let neighbour = town
        .agreement(94)
        .of_cooperative(&town.world.neighbour)
        .electronic_contract()
        .unwrap();
    let neighbour = pb::SubmitApplicationRequest {
        request_id: other.request_id,
        ..neighbour
    };
    let own = town.cooperative(Account::Neighbour).submit(neighbour).await;
    assert!(own.is_ok(), "ids of different callers never meet: {own:?}");
}

#[tokio::test]
async fn an_uploaded_document_is_kept_once_and_is_its_cooperatives_only() {
    let town = Town::open().await;
    let portal = town.portal();
    let bytes = scan(95);
    let document = portal.upload("шарт.pdf", &bytes).await.unwrap();
    assert_eq!(document.size_bytes, i64::try_from(bytes.len()).unwrap());
    assert_eq!(document.content_type, "application/pdf");

    let stolen = town
        .agreement(95)
        .of_cooperative(&town.world.neighbour)
        .electronic_copy(&document.document_id, &bytes)
        .unwrap();
    let neighbour = town.cooperative(Account::Neighbour);
    told(neighbour.submit(stolen).await).is(Code::FailedPrecondition, "DOCUMENT_UNKNOWN");
    let absent = town
        .agreement(95)
        .electronic_copy(&new_request_id(), &bytes)
        .unwrap();
    told(portal.submit(absent).await).is(Code::FailedPrecondition, "DOCUMENT_UNKNOWN");

    let refused = told(portal.upload("a.pdf", b"GIF89a, no document at all").await);
    refused.is(Code::InvalidArgument, "DOCUMENT_TYPE_NOT_ACCEPTED");
}

#[tokio::test]
async fn an_application_goes_to_the_provider_of_the_place_and_is_the_cooperatives_own() {
    let town = Town::open().await;
    let portal = town.portal();
    let before = town.journal_head().await;
    let mut elsewhere = town.agreement(96).electronic_contract().unwrap();
    elsewhere.provider_id = "elsewhere".to_owned();
    told(portal.submit(elsewhere).await).is(Code::FailedPrecondition, "OUTSIDE_TERRITORY");
    let mut nowhere = town.agreement(96).electronic_contract().unwrap();
    nowhere.provider_id = "nowhere".to_owned();
    told(portal.submit(nowhere).await).is(Code::InvalidArgument, "PROVIDER_UNKNOWN");
    let foreign = town.agreement(96).of_cooperative(&town.world.neighbour);
    let foreign = foreign.electronic_contract().unwrap();
    told(portal.submit(foreign).await).is(Code::PermissionDenied, "PERMISSION_DENIED");
    assert_eq!(town.journal_head().await, before);
}

async fn listed(town: &Town, account: Account) -> Vec<pb::Application> {
    let request = pb::ListApplicationsRequest::default();
    let mut raw = town.raw(account).applications();
    raw.list_applications(request)
        .await
        .unwrap()
        .into_inner()
        .applications
}
