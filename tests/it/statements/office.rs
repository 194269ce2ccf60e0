//! What an office does in a day beside checks and decisions. It never looks at what was answered.

use tizilim::{
    demo::client::new_request_id,
    pb::registry::v1::{self as pb, ApplicationStage as Stage, prepared_grant::Outcome},
};

use crate::harness::{Account, Town};

/// Giving on, notes, history, a confirmed contract, and a batch of one grant.
pub(super) async fn walk(town: &Town) {
    given_and_noted(town).await;
    confirmed(town).await;
    granted_in_a_batch(town).await;
}

async fn given_and_noted(town: &Town) {
    let mut review = town.raw(Account::Officer).review();
    let copy = town.filed_copy(&town.agreement(311)).await;
    let taken = town.officer().take(&copy).await.unwrap();
    // Accounts bear the word of their town before their names.
    let prefix = taken.officer.trim_end_matches("officer");
    let given = pb::HandOverApplicationRequest {
        request_id: new_request_id(),
        application_id: copy.application_id.clone(),
        etag: taken.etag,
        officer: format!("{prefix}colleague"),
        reason: "leave".to_owned(),
    };
    let given = review.hand_over_application(given).await.unwrap();
    let given = given.into_inner().application.unwrap();
    let back = pb::ReassignApplicationRequest {
        request_id: new_request_id(),
        application_id: copy.application_id.clone(),
        etag: given.etag,
        officer: String::new(),
        reason: "leave".to_owned(),
    };
    let mut head = town.raw(Account::Head).review();
    head.reassign_application(back).await.unwrap();
    let note = pb::AddReviewNoteRequest {
        request_id: new_request_id(),
        application_id: copy.application_id.clone(),
        text: "a note".to_owned(),
    };
    review.add_review_note(note).await.unwrap();
    let application_id = copy.application_id;
    let acts = pb::ListReviewActsRequest {
        application_id: application_id.clone(),
        ..Default::default()
    };
    review.list_review_acts(acts).await.unwrap();
    let notes = pb::ListReviewNotesRequest {
        application_id,
        ..Default::default()
    };
    review.list_review_notes(notes).await.unwrap();
}

async fn confirmed(town: &Town) {
    town.let_decide(pb::ContractDecision::Officer).await;
    let contract = town.filed(&town.agreement(312), Stage::InReview).await;
    let taken = town.officer().take(&contract).await.unwrap();
    let request = pb::ConfirmReviewRequest {
        request_id: new_request_id(),
        application_id: taken.application_id,
        etag: taken.etag,
    };
    let mut review = town.raw(Account::Officer).review();
    review.confirm_review(request).await.unwrap();
    town.let_decide(pb::ContractDecision::Automatic).await;
}

async fn granted_in_a_batch(town: &Town) {
    let waiting = town
        .filed(&town.agreement(313), Stage::AwaitingSignature)
        .await;
    let mut head = town.raw(Account::Head).review();
    let request = pb::PrepareGrantsRequest {
        application_ids: vec![waiting.application_id.clone()],
    };
    let prepared = head.prepare_grants(request).await.unwrap().into_inner();
    let Some(Outcome::Prepared(prepared)) = &prepared.grants[0].outcome else {
        panic!("{prepared:?}")
    };
    let identity = &town.world.provider.head.identity;
    let now = town.now().await;
    let grant = pb::SignedGrant {
        application_id: waiting.application_id,
        etag: prepared.etag.clone(),
        head_signature: identity.sign_detached(&prepared.content, now).unwrap(),
    };
    let request = pb::GrantApplicationsRequest {
        request_id: new_request_id(),
        grants: vec![grant],
    };
    head.grant_applications(request).await.unwrap();
}
