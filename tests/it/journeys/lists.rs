//! Lists in pages: every item once, in order, whatever the size of a page.

use std::collections::BTreeSet;

use tizilim::pb::registry::v1::{self as pb, ApplicationStage as Stage};
use tonic::Code;

use crate::harness::{Account, Town, instant, told_raw};

async fn filed_town() -> Town {
    let town = Town::open().await;
    for share in 101..=107 {
        let agreement = town.agreement(share);
        town.filed(&agreement, Stage::AwaitingSignature).await;
    }
    town
}

async fn list(
    town: &Town,
    request: pb::ListApplicationsRequest,
) -> Result<pb::ListApplicationsResponse, tonic::Status> {
    let mut raw = town.raw(Account::Portal).applications();
    Ok(raw.list_applications(request).await?.into_inner())
}

#[tokio::test]
async fn pages_of_applications_have_neither_gaps_nor_repeats() {
    let town = filed_town().await;
    let all = list(&town, pb::ListApplicationsRequest::default())
        .await
        .unwrap();
    for application in all.applications.iter().step_by(3) {
        town.portal().withdraw(application).await.unwrap();
    }
    let (open, withdrawn) = (Stage::AwaitingSignature, Stage::Withdrawn);
    for (stages, count) in [
        (vec![], 7),
        (vec![withdrawn], 3),
        (vec![open, Stage::Refused], 4),
        (vec![open, Stage::Refused, withdrawn], 7),
        (vec![Stage::Refused], 0),
    ] {
        pages_join_on(&town, &stages, count).await;
    }
}

/// Pages of each size are, one after another, the whole of what is at these stages.
async fn pages_join_on(town: &Town, stages: &[Stage], count: usize) {
    let filter = pb::ListApplicationsRequest {
        stages: stages.iter().copied().map(Into::into).collect(),
        ..Default::default()
    };
    let whole = list(town, filter.clone()).await.unwrap();
    assert_eq!(whole.next_page_token, "");
    assert_eq!(whole.applications.len(), count, "{stages:?}");
    for one in &whole.applications {
        assert!(one.agreement.is_none() && one.findings.is_empty());
        assert!(stages.is_empty() || stages.contains(&one.stage()));
    }
    let latest_first =
        |pair: &[pb::Application]| instant(pair[0].received_at) >= instant(pair[1].received_at);
    assert!(whole.applications.windows(2).all(latest_first));
    for page_size in [1, 2, 3, 7] {
        let mut pages = Vec::new();
        let mut page_token = String::new();
        while pages.len() < count {
            let request = pb::ListApplicationsRequest {
                page_size,
                page_token,
                ..filter.clone()
            };
            let page = list(town, request).await.unwrap();
            assert!(!page.applications.is_empty(), "no empty page");
            pages.extend(page.applications);
            page_token = page.next_page_token;
            assert_eq!(page_token.is_empty(), pages.len() == count);
        }
        assert_eq!(
            pages, whole.applications,
            "pages of {page_size} at {stages:?}"
        );
    }
}

#[tokio::test]
async fn pages_of_the_queue_have_neither_gaps_nor_repeats() {
    let town = filed_town().await;
    let mut raw = town.raw(Account::Officer).review();
    let mut seen = BTreeSet::new();
    let mut count = 0;
    let mut page_token = String::new();
    loop {
        let request = pb::ListReviewQueueRequest {
            page_size: 3,
            page_token,
            ..Default::default()
        };
        let page = raw.list_review_queue(request).await.unwrap().into_inner();
        count += page.applications.len();
        seen.extend(page.applications.into_iter().map(|one| one.application_id));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    assert_eq!((count, seen.len()), (7, 7));
}

#[tokio::test]
async fn a_filter_holds_and_a_token_is_of_its_own_list_and_filter() {
    let town = filed_town().await;
    let of_stage = |stage: Stage, page_size, page_token: &str| pb::ListApplicationsRequest {
        page_size,
        page_token: page_token.to_owned(),
        stages: vec![stage.into()],
        ..Default::default()
    };
    let none = list(&town, of_stage(Stage::Refused, 0, "")).await.unwrap();
    assert!(none.applications.is_empty() && none.next_page_token.is_empty());
    let some = list(&town, of_stage(Stage::AwaitingSignature, 3, ""))
        .await
        .unwrap();
    assert_eq!(some.applications.len(), 3);
    let token = some.next_page_token;
    assert!(
        list(&town, of_stage(Stage::AwaitingSignature, 2, &token))
            .await
            .is_ok()
    );

    let other_filter = list(&town, of_stage(Stage::Refused, 3, &token)).await;
    told_raw(other_filter).is(Code::InvalidArgument, "PAGE_TOKEN_INVALID");
    let forged = list(&town, of_stage(Stage::AwaitingSignature, 3, "AAAA")).await;
    told_raw(forged).is(Code::InvalidArgument, "PAGE_TOKEN_INVALID");
    let request = pb::ListReviewQueueRequest {
        page_size: 3,
        page_token: token,
        ..Default::default()
    };
    let other_list = town
        .raw(Account::Officer)
        .review()
        .list_review_queue(request)
        .await;
    told_raw(other_list).is(Code::InvalidArgument, "PAGE_TOKEN_INVALID");
    let negative = list(&town, of_stage(Stage::Refused, -1, "")).await;
    let negative = told_raw(negative);
    negative.is(Code::InvalidArgument, "INVALID_FIELDS");
    assert_eq!(negative.paths(), ["page_size"]);
}
