//! A provider's office over the wire: its queue and marks, who has what, notes, and many grants.

mod batches;
mod deciding;
mod giving;
mod marks;
mod notes;
mod queue;

use tizilim::{
    demo::client::new_request_id,
    pb::registry::v1::{self as pb, ApplicationStage as Stage},
};
use tonic::Status;

use crate::harness::{Account, Town};

/// Files a right contract and waits until it awaits the signature.
async fn waiting(town: &Town, share: u32) -> pb::Application {
    town.filed(&town.agreement(share), Stage::AwaitingSignature)
        .await
}

/// The next change of an application as it was read: its address.
fn hand_over(application: &pb::Application, officer: &str) -> pb::HandOverApplicationRequest {
    pb::HandOverApplicationRequest {
        request_id: new_request_id(),
        application_id: application.application_id.clone(),
        etag: application.etag.clone(),
        officer: officer.to_owned(),
        reason: "she is on leave".to_owned(),
    }
}

fn reassignment(application: &pb::Application, officer: &str) -> pb::ReassignApplicationRequest {
    pb::ReassignApplicationRequest {
        request_id: new_request_id(),
        application_id: application.application_id.clone(),
        etag: application.etag.clone(),
        officer: officer.to_owned(),
        reason: "he left the office".to_owned(),
    }
}

async fn give(
    town: &Town,
    account: Account,
    application: &pb::Application,
    officer: &str,
) -> Result<pb::Application, Status> {
    let mut review = town.raw(account).review();
    let request = hand_over(application, officer);
    let answer = review.hand_over_application(request).await?;
    Ok(answer.into_inner().application.unwrap())
}

async fn reassign(
    town: &Town,
    application: &pb::Application,
    officer: &str,
) -> Result<pb::Application, Status> {
    let mut review = town.raw(Account::Head).review();
    let request = reassignment(application, officer);
    let answer = review.reassign_application(request).await?;
    Ok(answer.into_inner().application.unwrap())
}

async fn confirm(
    town: &Town,
    account: Account,
    application: &pb::Application,
) -> Result<pb::Application, Status> {
    let request = pb::ConfirmReviewRequest {
        request_id: new_request_id(),
        application_id: application.application_id.clone(),
        etag: application.etag.clone(),
    };
    let answer = town.raw(account).review().confirm_review(request).await?;
    Ok(answer.into_inner().application.unwrap())
}

async fn acts(town: &Town, application: &pb::Application) -> Vec<pb::ReviewAct> {
    let mut request = pb::ListReviewActsRequest {
        application_id: application.application_id.clone(),
        page_size: 2,
        page_token: String::new(),
    };
    let mut review = town.raw(Account::Head).review();
    let mut acts = Vec::new();
    loop {
        let page = review.list_review_acts(request.clone()).await.unwrap();
        let page = page.into_inner();
        assert!(page.acts.len() <= 2);
        acts.extend(page.acts);
        if page.next_page_token.is_empty() {
            return acts;
        }
        request.page_token = page.next_page_token;
    }
}

async fn queue(town: &Town, request: pb::ListReviewQueueRequest) -> pb::ListReviewQueueResponse {
    let mut review = town.raw(Account::Officer).review();
    let answer = review.list_review_queue(request).await.unwrap();
    answer.into_inner()
}
