//! How the extract leaves: by mail, later, or by the cooperative's own hand (cl. 11, D-15).

use base64::{Engine as _, prelude::BASE64_STANDARD};
use sha2::{Digest as _, Sha256};
use tizilim::pb::registry::v1::{self as pb, ApplicationStage as Stage, HandoverReason};
use tonic::Code;

use crate::harness::{MAILBOX, Town, instant, moment, told, until};

async fn granted(town: &Town) -> pb::Application {
    let application = town
        .filed(&town.agreement(51), Stage::AwaitingSignature)
        .await;
    town.granted(&application).await.application.unwrap()
}

async fn letter(town: &Town) -> String {
    let letters = until("the letter", async || {
        Some(town.catcher.letters().unwrap()).filter(|letters| !letters.is_empty())
    });
    let letters = letters.await;
    assert_eq!(letters.len(), 1, "one letter");
    std::fs::read_to_string(&letters[0]).unwrap()
}

/// The one attachment of a letter.
fn attachment(letter: &str) -> Vec<u8> {
    let part = letter
        .split("Content-Type: application/pdf")
        .nth(1)
        .unwrap();
    let body = part.split("\r\n\r\n").nth(1).unwrap();
    let base64 = body.split("\r\n--").next().unwrap();
    let base64: String = base64.split_whitespace().collect();
    BASE64_STANDARD.decode(base64).unwrap()
}

#[tokio::test]
async fn the_letter_carries_the_very_bytes_of_the_extract() {
    let town = Town::open().await;
    let application = granted(&town).await;
    let extract = town
        .portal()
        .formed_extract(&application.entry_id)
        .await
        .unwrap();
    let letter = letter(&town).await;
    assert!(letter.contains(&format!("To: {MAILBOX}")), "{letter}");
    assert_eq!(
        hex::encode(Sha256::digest(attachment(&letter))),
        extract.sha256
    );
    town.reached(&application, Stage::ExtractSent).await;
}

#[tokio::test]
async fn a_shareholder_without_a_mailbox_gets_the_extract_from_the_cooperative() {
    let town = Town::open().await;
    let agreement = town.agreement(52).concluded_with(&town.world.offline);
    let application = town.filed(&agreement, Stage::AwaitingSignature).await;
    town.granted(&application).await;
    let pending = town.reached(&application, Stage::HandoverPending).await;
    let handover = pending.handover.unwrap();
    assert_eq!(handover.reason(), HandoverReason::NoEmail);
    // Tuesday; the end of the third working day after it is the beginning of Saturday.
    assert_eq!(instant(handover.due_at), moment("2026-11-27T19:00:00Z"));
    assert_eq!(handover.handed_over_at, None);

    let portal = town.portal();
    for day in ["2026-11-25", "2026-11-23"] {
        let refused = told(portal.confirm_handover(&pending, day).await);
        refused.is(Code::InvalidArgument, "INVALID_FIELDS");
        assert_eq!(refused.paths(), ["handed_over_on"], "{day}");
    }
    let done = portal
        .confirm_handover(&pending, "2026-11-24")
        .await
        .unwrap();
    assert_eq!(done.stage(), Stage::ExtractHandedOver);
    assert!(done.handover.unwrap().handed_over_at.is_some());
    let stages = town.received(&application.application_number).await;
    assert_eq!(
        stages[4..],
        ["GRANTED", "HANDOVER_PENDING", "EXTRACT_HANDED_OVER"]
    );
    assert!(
        town.catcher.letters().unwrap().is_empty(),
        "nobody got a letter"
    );
}

#[tokio::test]
async fn a_mailbox_that_refuses_for_good_leaves_the_hand_over_to_the_cooperative() {
    let town = Town::open().await;
    town.catcher.refuse(MAILBOX, "550 5.1.1 no such mailbox");
    let application = granted(&town).await;
    let pending = town.reached(&application, Stage::HandoverPending).await;
    let handover = pending.handover.unwrap();
    assert_eq!(handover.reason(), HandoverReason::DeliveryFailed);
    assert!(town.catcher.letters().unwrap().is_empty());
}

#[tokio::test]
async fn a_mailbox_that_is_full_gets_the_letter_later() {
    let town = Town::open().await;
    town.catcher.refuse(MAILBOX, "452 4.2.2 mailbox full");
    let application = granted(&town).await;
    town.portal()
        .formed_extract(&application.entry_id)
        .await
        .unwrap();
    town.advance("2026-11-24T05:00:30Z").await;
    let status = town.operator().status().await.unwrap();
    assert_eq!(status.letters_pending, 1, "tried, and kept");
    town.reached(&application, Stage::Granted).await;

    town.catcher.welcome(MAILBOX);
    town.advance("2026-11-24T05:00:31Z").await;
    assert!(
        town.catcher.letters().unwrap().is_empty(),
        "not before the pause ends"
    );
    town.advance("2026-11-24T05:02:00Z").await;
    town.reached(&application, Stage::ExtractSent).await;
    letter(&town).await;
}

#[tokio::test]
async fn after_the_last_attempt_the_cooperative_owes_the_hand_over() {
    let town = Town::open().await;
    town.catcher.refuse(MAILBOX, "451 4.3.0 later");
    let application = granted(&town).await;
    town.portal()
        .formed_extract(&application.entry_id)
        .await
        .unwrap();
    // Three attempts: at once, after one minute, after two more.
    town.advance("2026-11-24T05:02:30Z").await;
    town.reached(&application, Stage::Granted).await;
    town.advance("2026-11-24T05:04:00Z").await;
    let pending = town.reached(&application, Stage::HandoverPending).await;
    assert_eq!(
        pending.handover.unwrap().reason(),
        HandoverReason::DeliveryFailed
    );
}
