//! Wrong words on comparisons with receivers: every field is named, and nothing is stored.

use tizilim::{demo::client::new_request_id, pb::registry::v1 as pb};
use tonic::{Code, Response, Status};

use crate::harness::{Account, Told, Town};

fn told<A: std::fmt::Debug>(answer: Result<Response<A>, Status>) -> Told {
    Told::of(&answer.unwrap_err())
}

#[tokio::test]
async fn who_says_nothing_of_a_comparison_is_told_everything_that_is_missing() {
    let town = Town::open().await;
    let before = town.journal_head().await;
    let mut raw = town.raw(Account::Operator).reconciliation();
    let nothing = pb::ReconcileDayRequest::default();
    let empty = told(raw.reconcile_day(nothing).await);
    empty.is(Code::InvalidArgument, "INCOMPLETE_APPLICATION");
    assert_eq!(empty.paths(), ["request_id", "sink", "day_on"]);
    let nothing = pb::ResendStagesRequest::default();
    let empty = told(raw.resend_stages(nothing).await);
    empty.is(Code::InvalidArgument, "INCOMPLETE_APPLICATION");
    assert_eq!(empty.paths(), ["request_id", "sink", "day_on", "reason"]);
    let nothing = pb::ListDifferencesRequest::default();
    let empty = told(raw.list_differences(nothing).await);
    assert_eq!(empty.paths(), ["sink"]);
    assert_eq!(town.journal_head().await, before, "nothing was stored");
}

#[tokio::test]
async fn what_makes_no_sense_of_a_comparison_is_told_field_by_field() {
    let town = Town::open().await;
    let before = town.journal_head().await;
    let mut raw = town.raw(Account::Operator).reconciliation();
    let wrong = pb::ReconcileDayRequest {
        request_id: new_request_id(),
        sink: "open-data".to_owned(),
        day_on: "2026-11-31".to_owned(),
        provider_bin: "1".to_owned(),
    };
    let all = told(raw.reconcile_day(wrong).await);
    all.is(Code::InvalidArgument, "INVALID_FIELDS");
    assert_eq!(all.paths(), ["sink", "day_on", "provider_bin"]);
    let id = new_request_id();
    let wrong = pb::ResendStagesRequest {
        request_id: "1".to_owned(),
        sink: "monitoring".to_owned(),
        day_on: "24.11.2026".to_owned(),
        event_ids: vec![id.clone(), "x".to_owned(), id],
        reason: "\u{7}".to_owned(),
    };
    let all = told(raw.resend_stages(wrong.clone()).await);
    all.is(Code::InvalidArgument, "INVALID_FIELDS");
    let paths = [
        "request_id",
        "day_on",
        "event_ids[1]",
        "event_ids[2]",
        "reason",
    ];
    assert_eq!(all.paths(), paths);
    let many = pb::ResendStagesRequest {
        event_ids: vec![new_request_id(); 1_001],
        ..wrong
    };
    assert!(
        told(raw.resend_stages(many).await)
            .paths()
            .contains(&"event_ids")
    );
    let wrong = pb::ListReconciliationsRequest {
        sink: "open-data".to_owned(),
        state: 99,
        page_size: -1,
        page_token: String::new(),
    };
    let all = told(raw.list_reconciliations(wrong).await);
    assert_eq!(all.paths(), ["sink", "state", "page_size"]);
    let wrong = pb::ListDifferencesRequest {
        sink: "monitoring".to_owned(),
        day_on: "x".to_owned(),
        state: -1,
        page_size: -1,
        page_token: String::new(),
    };
    let all = told(raw.list_differences(wrong).await);
    assert_eq!(all.paths(), ["day_on", "state", "page_size"]);
    let forged = pb::ListReconciliationsRequest {
        page_token: "forged".to_owned(),
        ..Default::default()
    };
    let refused = told(raw.list_reconciliations(forged).await);
    refused.is(Code::InvalidArgument, "PAGE_TOKEN_INVALID");
    assert_eq!(town.journal_head().await, before, "nothing was stored");
}
