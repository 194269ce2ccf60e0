//! Wrong words on receivers of stages: every field is named, and nothing is stored.

use tizilim::{
    demo::client::new_request_id,
    pb::registry::v1::{self as pb, move_cursor_request::To},
};
use tonic::{Code, Response, Status};

use crate::harness::{Account, Told, Town};

fn told<A: std::fmt::Debug>(answer: Result<Response<A>, Status>) -> Told {
    Told::of(&answer.unwrap_err())
}

#[tokio::test]
async fn an_act_on_a_receiver_that_says_nothing_is_told_everything_that_is_missing() {
    let town = Town::open().await;
    let before = town.journal_head().await;
    let mut raw = town.raw(Account::Operator).operations();
    let of_all = ["request_id", "sink", "reason"];
    let with = |more: &[&'static str]| [&of_all[..], more].concat();
    for (empty, missing) in [
        (
            told(raw.pause_sink(pb::PauseSinkRequest::default()).await),
            with(&[]),
        ),
        (
            told(raw.resume_sink(pb::ResumeSinkRequest::default()).await),
            with(&[]),
        ),
        (
            told(raw.move_cursor(pb::MoveCursorRequest::default()).await),
            with(&["to"]),
        ),
        (
            told(
                raw.retry_parked_message(pb::RetryParkedMessageRequest::default())
                    .await,
            ),
            with(&["application_id", "etag"]),
        ),
        (
            told(
                raw.skip_parked_message(pb::SkipParkedMessageRequest::default())
                    .await,
            ),
            with(&["application_id", "etag"]),
        ),
    ] {
        empty.is(Code::InvalidArgument, "INCOMPLETE_APPLICATION");
        assert_eq!(empty.paths(), missing);
    }
    assert_eq!(town.journal_head().await, before, "nothing was stored");
}

#[tokio::test]
async fn a_receiver_that_is_not_configured_cannot_be_asked_for_or_steered() {
    let town = Town::open().await;
    let mut raw = town.raw(Account::Operator).operations();
    let unknown = pb::ListParkedMessagesRequest {
        sink: "open-data".to_owned(),
        page_size: -1,
        page_token: String::new(),
    };
    let told_all = told(raw.list_parked_messages(unknown).await);
    told_all.is(Code::InvalidArgument, "INVALID_FIELDS");
    assert_eq!(told_all.paths(), ["sink", "page_size"]);
    for (sink, reason) in [("open-data", "why"), ("MONITORING", "why"), ("", "")] {
        let request = pb::PauseSinkRequest {
            request_id: new_request_id(),
            sink: sink.to_owned(),
            reason: reason.to_owned(),
        };
        let told = told(raw.pause_sink(request).await);
        assert_eq!(told.code, Code::InvalidArgument);
        assert_eq!(told.paths()[0], "sink");
    }
}

#[tokio::test]
async fn a_reason_an_etag_and_a_place_have_their_forms() {
    let town = Town::open().await;
    let mut raw = town.raw(Account::Operator).operations();
    let sink = "monitoring".to_owned();
    for reason in ["x".repeat(301), "a\u{202e}b".to_owned(), "a\nb".to_owned()] {
        let request = pb::ResumeSinkRequest {
            request_id: "1".to_owned(),
            sink: sink.clone(),
            reason,
        };
        let told = told(raw.resume_sink(request).await);
        told.is(Code::InvalidArgument, "INVALID_FIELDS");
        assert_eq!(told.paths(), ["request_id", "reason"]);
    }
    for etag in ["1", "\"x\"", "\"01\"", "W/\"1\""] {
        let request = pb::SkipParkedMessageRequest {
            request_id: new_request_id(),
            sink: sink.clone(),
            application_id: "x".to_owned(),
            etag: etag.to_owned(),
            reason: "why".to_owned(),
        };
        let told = told(raw.skip_parked_message(request).await);
        told.is(Code::InvalidArgument, "INVALID_FIELDS");
        assert_eq!(told.paths(), ["application_id", "etag"]);
    }
    let wrong = prost_types::Timestamp {
        seconds: i64::MAX,
        nanos: 0,
    };
    for (to, path) in [
        (To::Number(-1), "number"),
        (To::Number(i64::MIN), "number"),
        (To::Number(i64::MAX), "number"),
        (To::RecordedAt(wrong), "recorded_at"),
    ] {
        let request = pb::MoveCursorRequest {
            request_id: new_request_id(),
            sink: sink.clone(),
            to: Some(to),
            reason: "why".to_owned(),
        };
        let told = told(raw.move_cursor(request).await);
        told.is(Code::InvalidArgument, "INVALID_FIELDS");
        assert_eq!(told.paths(), [path]);
    }
}
