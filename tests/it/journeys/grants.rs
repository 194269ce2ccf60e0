//! What is right is granted, and every stage is told once (cl. 8–11, 13).

use tizilim::pb::registry::v1::{
    self as pb, ApplicationStage as Stage, CheckOutcome, StageDelivery,
};
use tonic::Code;

use crate::harness::{Account, Town, instant, moment, told};

#[tokio::test]
async fn a_correct_contract_ends_with_the_extract_in_the_shareholders_mailbox() {
    let town = Town::open().await;
    let application = town
        .filed(&town.agreement(45), Stage::AwaitingSignature)
        .await;
    assert_eq!(application.received_at, application.registered_at);
    assert_eq!(instant(application.due_at), moment("2026-11-25T13:30:00Z"));
    assert!(application.proposed_grounds.is_empty());
    let granted = town.granted(&application).await;
    assert!(!granted.replayed);
    let entry = granted.entry.unwrap();
    assert_eq!(entry.application_id, application.application_id);
    assert_eq!(
        (entry.version, entry.state()),
        (1, pb::RegisterEntryState::Live)
    );

    let sent = town.reached(&application, Stage::ExtractSent).await;
    assert_eq!(sent.entry_id, entry.entry_id);
    assert_eq!(sent.handover, None);
    assert_eq!(
        town.received(&application.application_number).await,
        [
            "RECEIVED",
            "REGISTERED",
            "IN_REVIEW",
            "AWAITING_SIGNATURE",
            "GRANTED",
            "EXTRACT_SENT"
        ]
    );
    let stages = town
        .portal()
        .stages(&application.application_id)
        .await
        .unwrap();
    let delivered =
        |stage: &pb::ApplicationStageRecord| stage.delivery() == StageDelivery::Delivered;
    assert!(
        stages.len() == 6 && stages.iter().all(delivered),
        "{stages:?}"
    );
}

#[tokio::test]
async fn an_officer_takes_a_copy_records_the_manual_checks_and_the_head_grants_it() {
    let town = Town::open().await;
    let officer = town.officer();
    let application = town.filed_copy(&town.agreement(46)).await;
    assert_eq!(instant(application.due_at), moment("2026-11-27T13:30:00Z"));
    assert_eq!(officer.queue().await.unwrap().len(), 1);

    let early = officer
        .record(&application, "C05", CheckOutcome::Passed, None)
        .await;
    told(early).is(Code::FailedPrecondition, "NOT_TAKEN");
    let mut application = officer.take(&application).await.unwrap();
    assert_eq!(application.officer, "officer");
    let colleague = town.provider(Account::Colleague);
    told(colleague.take(&application).await).is(Code::FailedPrecondition, "TAKEN_BY_ANOTHER");
    let not_his = officer
        .record(&application, "C14", CheckOutcome::NotApplicable, None)
        .await;
    told(not_his).is(Code::FailedPrecondition, "CHECK_NOT_OFFICERS");

    let open: Vec<String> = application
        .findings
        .iter()
        .filter(|finding| finding.outcome() == CheckOutcome::NeedsOfficer)
        .map(|finding| finding.check.clone())
        .collect();
    assert!(open.len() >= 4, "{open:?}");
    for check in &open {
        assert_eq!(application.stage(), Stage::InReview, "before {check}");
        application = officer
            .record(&application, check, CheckOutcome::Passed, None)
            .await
            .unwrap();
    }
    assert_eq!(application.stage(), Stage::AwaitingSignature);
    town.granted(&application).await;
    town.reached(&application, Stage::ExtractSent).await;
    assert!(officer.queue().await.unwrap().is_empty());
    assert_eq!(
        town.received(&application.application_number).await,
        [
            "RECEIVED",
            "REGISTERED",
            "IN_REVIEW",
            "AWAITING_SIGNATURE",
            "GRANTED",
            "EXTRACT_SENT"
        ]
    );
}

#[tokio::test]
async fn only_the_heads_signature_over_the_prepared_bytes_grants() {
    let town = Town::open().await;
    let head = town.provider(Account::Head);
    let application = town
        .filed(&town.agreement(47), Stage::AwaitingSignature)
        .await;
    let id = &application.application_id;
    let prepared = head.prepare_grant(id).await.unwrap();
    assert_eq!(
        prepared,
        head.prepare_grant(id).await.unwrap(),
        "asked twice, the same"
    );
    let before = town.journal_head().await;
    let signer = |person: &tizilim::demo::Person, content: &[u8]| {
        person
            .identity
            .sign_detached(content, town.world.begins_at)
            .unwrap()
    };
    let chair = &town.world.cooperative.chair;
    for (signature, problem) in [
        (
            signer(&town.world.provider.head, b"other bytes"),
            "other bytes",
        ),
        (signer(chair, &prepared.content), "another's signature"),
        (
            signer(&town.world.shareholder, &prepared.content),
            "a shareholder's",
        ),
        (b"no cms".to_vec(), "no signature"),
    ] {
        let refused = head.grant_signed(id, &prepared.etag, signature).await;
        let refused = told(refused);
        assert_eq!(refused.reason, "SIGNATURE_INVALID", "{problem}");
    }
    let right = signer(&town.world.provider.head, &prepared.content);
    let stale = head.grant_signed(id, "\"1\"", right.clone()).await;
    told(stale).is(Code::Aborted, "STALE_ETAG");
    assert_eq!(town.journal_head().await, before, "nothing was stored");

    head.grant_signed(id, &prepared.etag, right.clone())
        .await
        .unwrap();
    let again = head.grant_signed(id, &prepared.etag, right).await;
    let again = told(again);
    assert!(
        ["STALE_ETAG", "WRONG_STAGE"].contains(&again.reason.as_str()),
        "{again:?}"
    );
}

#[tokio::test]
async fn the_service_goes_on_where_it_was_stopped() {
    let town = Town::open().await;
    let application = town
        .filed(&town.agreement(48), Stage::AwaitingSignature)
        .await;
    let town = town.restarted().await;
    town.granted(&application).await;
    let town = town.restarted().await;
    town.reached(&application, Stage::ExtractSent).await;
    let stages = town.received(&application.application_number).await;
    assert_eq!(stages.len(), 6, "{stages:?}");
    let letters = town.catcher.letters().unwrap();
    assert!(!letters.is_empty());
}
