//! How a provider decides on electronic contracts that passed every check: by itself, or by an officer.
//! The head signs either way.

use tizilim::pb::registry::v1::{
    self as pb, ApplicationStage as Stage, CheckOutcome, ContractDecision, ReviewActKind,
};
use tonic::Code;

use super::{acts, confirm, give, waiting};
use crate::harness::{Account, Town, told, told_raw};

#[tokio::test]
async fn where_an_officer_decides_a_right_contract_waits_for_one_and_then_for_the_head() {
    let town = Town::open().await;
    town.let_decide(ContractDecision::Officer).await;
    let contract = town.filed(&town.agreement(701), Stage::InReview).await;
    assert!(contract.proposed_grounds.is_empty());
    let head = town.provider(Account::Head);
    let early = head.prepare_grant(&contract.application_id).await;
    told(early).is(Code::FailedPrecondition, "WRONG_STAGE");
    let untaken = confirm(&town, Account::Officer, &contract).await;
    told_raw(untaken).is(Code::FailedPrecondition, "NOT_TAKEN");
    let grounds = vec![pb::RefusalGround::default()];
    assert!(town.officer().refuse(&contract, grounds).await.is_err());

    let taken = town.officer().take(&contract).await.unwrap();
    let others = confirm(&town, Account::Colleague, &taken).await;
    told_raw(others).is(Code::FailedPrecondition, "TAKEN_BY_ANOTHER");
    let request = pb::ConfirmReviewRequest {
        request_id: tizilim::demo::client::new_request_id(),
        application_id: taken.application_id.clone(),
        etag: taken.etag.clone(),
    };
    let mut review = town.raw(Account::Officer).review();
    let confirmed = review.confirm_review(request.clone()).await.unwrap();
    let confirmed = confirmed.into_inner().application.unwrap();
    assert_eq!(confirmed.stage(), Stage::AwaitingSignature);
    let again = review.confirm_review(request).await.unwrap().into_inner();
    assert!(again.replayed);
    let twice = confirm(&town, Account::Officer, &confirmed).await;
    told_raw(twice).is(Code::FailedPrecondition, "WRONG_STAGE");

    town.granted(&confirmed).await;
    town.reached(&contract, Stage::ExtractSent).await;
    let kinds: Vec<_> = acts(&town, &contract).await;
    let kinds: Vec<_> = kinds.iter().map(pb::ReviewAct::kind).collect();
    assert_eq!(kinds, [ReviewActKind::Taken, ReviewActKind::Confirmed]);
    let stages = town.received(&contract.application_number).await;
    assert_eq!(stages[2..5], ["IN_REVIEW", "AWAITING_SIGNATURE", "GRANTED"]);
}

#[tokio::test]
async fn a_contract_that_an_officer_decides_on_is_refused_only_by_who_has_it() {
    let town = Town::open().await;
    let wrong = |share| {
        let agreement = town.agreement(share);
        agreement.with(|agreement| agreement.consent = None)
    };
    let free = town.filed(&wrong(702), Stage::InReview).await;
    let grounds = free.proposed_grounds.clone();
    assert!(
        town.officer().refuse(&free, grounds).await.is_ok(),
        "AUTOMATIC"
    );

    town.let_decide(ContractDecision::Officer).await;
    let contract = town.filed(&wrong(703), Stage::InReview).await;
    let grounds = contract.proposed_grounds.clone();
    let untaken = town.officer().refuse(&contract, grounds.clone()).await;
    told(untaken).is(Code::FailedPrecondition, "NOT_TAKEN");
    let taken = town.officer().take(&contract).await.unwrap();
    let wrongly = confirm(&town, Account::Officer, &taken).await;
    let wrongly = wrongly.unwrap_err();
    let details = tonic_types::StatusExt::get_error_details(&wrongly);
    assert_eq!(details.error_info().unwrap().metadata["checks"], "C19");
    told_raw(Err::<(), _>(wrongly)).is(Code::FailedPrecondition, "CHECKS_NOT_PASSED");
    let given = give(&town, Account::Officer, &taken, "colleague")
        .await
        .unwrap();
    let lost = town.officer().refuse(&given, grounds.clone()).await;
    told(lost).is(Code::FailedPrecondition, "TAKEN_BY_ANOTHER");
    let colleague = town.provider(Account::Colleague);
    let refused = colleague.refuse(&given, grounds).await.unwrap();
    assert_eq!(refused.stage(), Stage::Refused);
}

#[tokio::test]
async fn what_is_recorded_or_freed_does_not_go_on_by_itself_where_an_officer_decides() {
    let town = Town::open_plainly().await;
    let entry = town.entry(704).await;
    town.let_decide(ContractDecision::Officer).await;
    let next = town
        .agreement(704)
        .with(|agreement| agreement.agreement_number = "ҚШ-704/2".to_owned());
    let next = town.filed(&next, Stage::InReview).await;
    assert_eq!(next.proposed_grounds[0].failed_checks, ["C14"]);
    let removal = town.termination(&entry);
    let removal = town.filed_change(&removal, Stage::InReview).await;
    let removal = town.officer().take(&removal).await.unwrap();
    let removal = confirm(&town, Account::Officer, &removal).await.unwrap();
    town.granted(&removal).await;
    // The share is free again: nothing stands in the way, and still an officer must say so.
    let freed = crate::harness::until("the finding to go", async || {
        let read = town.portal().application(&next.application_id).await;
        Some(read.unwrap()).filter(|read| read.proposed_grounds.is_empty())
    });
    let freed = freed.await;
    assert_eq!(freed.stage(), Stage::InReview);

    let officer = town.officer();
    let taken = officer.take(&freed).await.unwrap();
    let noted = pb::LocalizedText {
        kk: "сот шешімі бар".to_owned(),
        ru: "есть решение суда".to_owned(),
        en: "a court has decided".to_owned(),
    };
    let failed = officer.record(&taken, "C22", CheckOutcome::Failed, Some(noted));
    let failed = failed.await.unwrap();
    let cleared = officer.record(&failed, "C22", CheckOutcome::NotApplicable, None);
    let cleared = cleared.await.unwrap();
    assert_eq!(
        cleared.stage(),
        Stage::InReview,
        "it is still to be confirmed"
    );
    let confirmed = confirm(&town, Account::Officer, &cleared).await.unwrap();
    town.granted(&confirmed).await;
}

#[tokio::test]
async fn a_setting_holds_for_what_is_checked_from_then_on() {
    let town = Town::open().await;
    let before = waiting(&town, 705).await;
    town.let_decide(ContractDecision::Officer).await;
    let versions = town.provider_as_set().await;
    assert_eq!(versions.contract_decision(), ContractDecision::Officer);
    let during = town.filed(&town.agreement(706), Stage::InReview).await;
    let copy = town.filed_copy(&town.agreement(707)).await;
    town.let_decide(ContractDecision::Automatic).await;
    let after = waiting(&town, 708).await;
    for automatic in [before, after] {
        town.granted(&automatic).await;
    }
    let waits = town.reached(&during, Stage::InReview).await;
    let taken = town.officer().take(&waits).await.unwrap();
    let confirmed = confirm(&town, Account::Officer, &taken).await.unwrap();
    assert_eq!(confirmed.stage(), Stage::AwaitingSignature);
    // A copy goes on as its officer records the last of its checks, whatever is set of contracts.
    let looked_at = town.looked_at(&copy).await;
    assert_eq!(looked_at.stage(), Stage::AwaitingSignature);
}
