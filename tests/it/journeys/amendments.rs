//! An additional agreement is a new version of the entry, and nothing is written over (A2-8(2)).

use tizilim::pb::registry::v1::{
    self as pb, ApplicationStage as Stage, ExtractVerdict, RegisterEntryState as State,
    application::Change as Asked, electronic_copy::Content,
};
use tonic::Code;

use crate::harness::{Account, Town, finding, told};

const STAGES: [&str; 6] = [
    "RECEIVED",
    "REGISTERED",
    "IN_REVIEW",
    "AWAITING_SIGNATURE",
    "GRANTED",
    "EXTRACT_SENT",
];

#[tokio::test]
async fn an_additional_agreement_makes_a_version_and_supersedes_the_extract_before() {
    let town = Town::open().await;
    let first = town.entry(401).await;
    let portal = town.portal();
    let old = portal.formed_extract(&first.entry_id).await.unwrap();
    let asked = town.amendment(&first);
    let application = town.filed_change(&asked, Stage::AwaitingSignature).await;
    assert_eq!(application.procedure(), pb::Procedure::Amendment);
    assert_eq!(
        application.entry_id, first.entry_id,
        "known from the filing on"
    );
    let Content::Amendment(filed) = asked.content() else {
        panic!("an additional agreement")
    };
    assert_eq!(application.change, Some(Asked::Amendment(filed.clone())));
    let outcome = application.agreement.clone().unwrap();
    assert_eq!(outcome.contribution, filed.contribution);
    assert_eq!(outcome.transfer_on, filed.transfer_on);
    assert_eq!(
        outcome.shareholder.as_ref(),
        town.agreement(401).message().shareholder.as_ref()
    );

    let second = town.changed(&application).await;
    assert_eq!(
        second,
        pb::RegisterEntry {
            version: 2,
            application_id: application.application_id.clone(),
            entered_at: second.entered_at,
            amendments: vec![pb::AmendmentColumn {
                number: "1".to_owned(),
                concluded_on: "2026-11-24".to_owned(),
                procedure: pb::Procedure::Amendment.into(),
                changed_parts: vec!["contribution".to_owned(), "transfer_on".to_owned()],
            }],
            ..first.clone()
        }
    );
    assert_eq!(second.state(), State::Live);

    let new = portal.formed_extract(&first.entry_id).await.unwrap();
    assert_eq!(new.entry_version, 2);
    let anyone = town.anyone();
    for (extract, verdict) in [
        (&old, ExtractVerdict::Superseded),
        (&new, ExtractVerdict::Genuine),
    ] {
        for told in [
            anyone
                .verify_code(&extract.verification_code)
                .await
                .unwrap(),
            anyone.verify_sha256(&extract.sha256).await.unwrap(),
        ] {
            assert_eq!(told.verdict(), verdict);
            assert_eq!(told.entry_version, extract.entry_version);
        }
    }
    told_as_an_amendment(&town, &application).await;
    assert_eq!(town.catcher.letters().unwrap().len(), 2);
    let after = portal
        .application(&application.application_id)
        .await
        .unwrap();
    assert_eq!(after.agreement, Some(outcome), "as it stood by the grant");
}

/// Every stage was told, with the procedure and in its words.
async fn told_as_an_amendment(town: &Town, application: &pb::Application) {
    let number = &application.application_number;
    assert_eq!(town.received(number).await, STAGES);
    let received = town.monitoring().await;
    let received = received.received(number).await;
    for stage in received.unwrap().into_iter().filter_map(|one| one.stage) {
        assert_eq!(stage.procedure, "AMENDMENT");
        assert_eq!(stage.service_code, "159/2020");
        if stage.stage == "GRANTED" {
            assert_eq!(
                stage.label_en,
                "Additional agreement entered in the register"
            );
        }
    }
}

#[tokio::test]
async fn what_two_additional_agreements_change_adds_up_whoever_is_granted_first() {
    let town = Town::open_plainly().await;
    let entry = town.entry(402).await;
    let payments = town.amendment(&entry).with(|content| {
        if let Content::Amendment(amendment) = content {
            amendment.transfer_on.clear();
        }
    });
    let transfer = town.amendment(&entry).numbered("2").with(|content| {
        if let Content::Amendment(amendment) = content {
            amendment.contribution = None;
        }
    });
    let payments = town.filed_change(&payments, Stage::AwaitingSignature).await;
    let transfer = town.filed_change(&transfer, Stage::AwaitingSignature).await;
    let other = finding(&transfer, "C25");
    assert_eq!(other.outcome(), pb::CheckOutcome::Failed);
    assert_eq!(other.severity(), pb::CheckSeverity::Warning);
    assert_eq!(
        other.evidence["application_numbers"],
        payments.application_number
    );

    let head = town.provider(Account::Head);
    let identity = &town.world.provider.head.identity;
    let early = head.prepare_grant(&payments.application_id).await.unwrap();
    town.changed(&transfer).await;
    let signature = identity.sign_detached(&early.content, town.world.begins_at);
    let late = head
        .grant_signed(&payments.application_id, &early.etag, signature.unwrap())
        .await;
    told(late).is(Code::Aborted, "STALE_ETAG");
    let payments = town.reached(&payments, Stage::AwaitingSignature).await;
    let third = town.changed(&payments).await;
    assert_eq!(third.version, 3);
    let numbers: Vec<_> = third
        .amendments
        .iter()
        .map(|line| line.number.as_str())
        .collect();
    assert_eq!(numbers, ["2", "1"], "in the order of their registration");
    let after = town.portal().application(&payments.application_id).await;
    let agreement = after.unwrap().agreement.unwrap();
    assert_eq!(agreement.transfer_on, "2029-02-24");
    assert_eq!(agreement.contribution.unwrap().payments.len(), 1);
}

#[tokio::test]
async fn an_officer_compares_the_copy_of_an_additional_agreement() {
    let town = Town::open_plainly().await;
    let entry = town.entry(403).await;
    let application = town.filed_change_copy(&town.amendment(&entry), 403).await;
    assert!(matches!(application.change, Some(Asked::Amendment(_))));
    let looked_at = town.looked_at(&application).await;
    assert_eq!(looked_at.stage(), Stage::AwaitingSignature);
    assert_eq!(town.changed(&looked_at).await.version, 2);
}

#[tokio::test]
async fn a_document_is_registered_once_and_its_number_is_free_in_another_entry() {
    let town = Town::open_plainly().await;
    let entries = [town.entry(404).await, town.entry(405).await];
    for entry in &entries {
        town.change(&town.amendment(entry)).await;
    }
    let again = town
        .filed_change(&town.amendment(&entries[0]), Stage::InReview)
        .await;
    let repeat = finding(&again, "C21");
    assert_eq!(repeat.outcome(), pb::CheckOutcome::Failed);
    assert_eq!(repeat.evidence["entry_number"], entries[0].entry_number);
}
