//! Every change sent again: the first answer, and nothing changes (I-6). Every change of what was
//! read before: not made.

use std::fmt::Debug;

use tizilim::{
    demo::{client::new_request_id, scan},
    pb::registry::v1::{
        self as pb, ApplicationStage as Stage, CheckOutcome, upload_document_request::Part,
    },
};
use tokio_stream::iter;
use tonic::{Code, Response, Status};

use crate::harness::{Account, Told, Town};

/// Asks twice, and a third time for something else under the same id.
async fn is_repeatable<Q: Clone, A: Debug + PartialEq>(
    town: &Town,
    request: Q,
    other: Q,
    ask: impl AsyncFn(Q) -> Result<Response<A>, Status>,
    as_replayed: impl Fn(&mut A, bool),
) {
    let mut first = ask(request.clone()).await.unwrap().into_inner();
    let before = town.journal_head().await;
    let again = ask(request).await.unwrap().into_inner();
    as_replayed(&mut first, true);
    assert_eq!(again, first, "the first answer, and marked");
    let reused = Told::of(&ask(other).await.unwrap_err());
    reused.is(Code::InvalidArgument, "REQUEST_ID_REUSED");
    assert_eq!(town.journal_head().await, before, "nothing changed");
}

fn text() -> pb::LocalizedText {
    pb::LocalizedText {
        kk: "себеп".to_owned(),
        ru: "причина".to_owned(),
        en: "reason".to_owned(),
    }
}

#[tokio::test]
async fn an_upload_sent_again_is_one_document() {
    let town = Town::open().await;
    let parts = |content: Vec<u8>, request_id: &str| {
        let header = pb::UploadDocumentHeader {
            request_id: request_id.to_owned(),
            file_name: "scan.pdf".to_owned(),
            sha256: String::new(),
        };
        [Part::Header(header), Part::Chunk(content)]
            .map(|part| pb::UploadDocumentRequest { part: Some(part) })
    };
    let request_id = new_request_id();
    is_repeatable(
        &town,
        parts(scan(201), &request_id),
        parts(scan(202), &request_id),
        async |parts| {
            let mut raw = town.raw(Account::Portal).applications();
            raw.upload_document(iter(parts)).await
        },
        |answer: &mut pb::UploadDocumentResponse, replayed| answer.replayed = replayed,
    )
    .await;
}

#[tokio::test]
async fn a_withdrawal_and_a_hand_over_sent_again_happen_once() {
    let town = Town::open().await;
    let application = town
        .filed(&town.agreement(203), Stage::AwaitingSignature)
        .await;
    let request = pb::WithdrawApplicationRequest {
        request_id: new_request_id(),
        application_id: application.application_id.clone(),
        etag: application.etag.clone(),
    };
    let mut other = request.clone();
    other.etag = "\"99\"".to_owned();
    is_repeatable(
        &town,
        request,
        other,
        async |request| {
            let mut raw = town.raw(Account::Portal).applications();
            raw.withdraw_application(request).await
        },
        |answer: &mut pb::WithdrawApplicationResponse, replayed| answer.replayed = replayed,
    )
    .await;

    let agreement = town.agreement(204).concluded_with(&town.world.offline);
    let application = town.filed(&agreement, Stage::AwaitingSignature).await;
    town.granted(&application).await;
    let owed = town.reached(&application, Stage::HandoverPending).await;
    let request = pb::ConfirmExtractHandoverRequest {
        request_id: new_request_id(),
        application_id: owed.application_id,
        etag: owed.etag,
        handed_over_on: "2026-11-24".to_owned(),
    };
    let mut other = request.clone();
    other.handed_over_on = "2026-11-23".to_owned();
    is_repeatable(
        &town,
        request,
        other,
        async |request| {
            let mut raw = town.raw(Account::Portal).applications();
            raw.confirm_extract_handover(request).await
        },
        |answer: &mut pb::ConfirmExtractHandoverResponse, replayed| answer.replayed = replayed,
    )
    .await;
}

#[tokio::test]
async fn what_an_officer_sends_again_happens_once() {
    let town = Town::open().await;
    let application = town.filed_copy(&town.agreement(205)).await;
    let take = pb::TakeApplicationRequest {
        request_id: new_request_id(),
        application_id: application.application_id.clone(),
        etag: application.etag.clone(),
    };
    let mut other = take.clone();
    other.application_id = new_request_id();
    is_repeatable(
        &town,
        take,
        other,
        async |request| {
            town.raw(Account::Officer)
                .review()
                .take_application(request)
                .await
        },
        |answer: &mut pb::TakeApplicationResponse, replayed| answer.replayed = replayed,
    )
    .await;

    let taken = town.reached(&application, Stage::InReview).await;
    let record = pb::RecordCheckRequest {
        request_id: new_request_id(),
        application_id: taken.application_id.clone(),
        etag: taken.etag,
        check: "C05".to_owned(),
        outcome: CheckOutcome::Failed.into(),
        note: Some(text()),
    };
    let mut other = record.clone();
    other.outcome = CheckOutcome::Passed.into();
    is_repeatable(
        &town,
        record,
        other,
        async |request| {
            town.raw(Account::Officer)
                .review()
                .record_check(request)
                .await
        },
        |answer: &mut pb::RecordCheckResponse, replayed| answer.replayed = replayed,
    )
    .await;

    let recorded = town.reached(&application, Stage::InReview).await;
    let grounds = recorded.proposed_grounds;
    assert_eq!(grounds.len(), 1, "{grounds:?}");
    let refuse = pb::RefuseApplicationRequest {
        request_id: new_request_id(),
        application_id: recorded.application_id,
        etag: recorded.etag,
        grounds,
    };
    let mut other = refuse.clone();
    other.grounds[0].article = "57(4)".to_owned();
    is_repeatable(
        &town,
        refuse,
        other,
        async |request| {
            town.raw(Account::Officer)
                .review()
                .refuse_application(request)
                .await
        },
        |answer: &mut pb::RefuseApplicationResponse, replayed| answer.replayed = replayed,
    )
    .await;
}

#[tokio::test]
async fn nothing_is_changed_by_who_read_an_older_version() {
    let town = Town::open().await;
    let read = town.filed_copy(&town.agreement(206)).await;
    town.officer().take(&read).await.unwrap();
    let before = town.journal_head().await;
    let officer = town.officer();
    let ground = pb::RefusalGround {
        code: pb::RefusalGroundCode::UnreliableData.into(),
        subject: "column 4".to_owned(),
        reasoning: Some(text()),
        ..Default::default()
    };
    for outcome in [
        officer.take(&read).await,
        officer
            .record(&read, "C05", CheckOutcome::Passed, None)
            .await,
        officer.refuse(&read, vec![ground]).await,
        town.portal().withdraw(&read).await,
    ] {
        let fault = outcome.unwrap_err();
        Told::of(fault.status().unwrap()).is(Code::Aborted, "STALE_ETAG");
    }
    assert_eq!(town.journal_head().await, before);
}
