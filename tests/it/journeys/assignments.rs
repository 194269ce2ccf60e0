//! An assignment moves the right to another person; the claim stays with the share (A2-8(3)).

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};
use tizilim::{
    demo::{CaughtLetter, Change},
    pb::registry::v1::{
        self as pb, ApplicationStage as Stage, CheckOutcome, application::Change as Asked,
    },
};

use crate::harness::{MAILBOX, Town, finding, until};

#[tokio::test]
async fn the_former_and_the_new_shareholder_both_get_the_extract() {
    let town = Town::open().await;
    let first = town.entry(411).await;
    let rival = &town.world.rival;
    let application = town
        .filed_change(&town.assignment(&first, rival), Stage::AwaitingSignature)
        .await;
    assert!(matches!(application.change, Some(Asked::Assignment(_))));
    let outcome = application.agreement.clone().unwrap();
    assert_eq!(outcome.shareholder.unwrap().iin, rival.iin.as_str());
    let second = town.changed(&application).await;
    assert_eq!((second.version, second.state()), (2, first.state()));
    assert_eq!(second.share, first.share);
    let [line] = second.amendments.as_slice() else {
        panic!("{:?}", second.amendments)
    };
    assert_eq!(line.procedure(), pb::Procedure::Assignment);

    let letters = until("both letters", async || {
        let letters = town.catcher.letters().unwrap();
        Some(letters).filter(|letters| letters.len() == 3)
    });
    let extract = town.portal().formed_extract(&first.entry_id).await.unwrap();
    let mut told = BTreeMap::new();
    for file in letters.await {
        let letter = CaughtLetter::read(&file).unwrap();
        if hex::encode(Sha256::digest(&letter.attachment)) == extract.sha256 {
            told.insert(letter.to, std::fs::read_to_string(file).unwrap());
        }
    }
    let to: Vec<_> = told.keys().map(String::as_str).collect();
    assert_eq!(to, ["rival@example.org", MAILBOX]);
    let ids: Vec<_> = told
        .values()
        .map(|letter| letter.lines().find(|line| line.starts_with("Message-ID:")))
        .collect();
    assert_ne!(ids[0], ids[1], "two letters, and each can be told again");
    assert_eq!(
        town.received(&application.application_number)
            .await
            .last()
            .unwrap(),
        "EXTRACT_SENT"
    );
}

#[tokio::test]
async fn the_right_is_the_new_shareholders_from_then_on() {
    let town = Town::open_plainly().await;
    let entry = town.entry(412).await;
    let (former, rival) = (&town.world.shareholder, &town.world.rival);
    town.change(&town.assignment(&entry, rival)).await;

    let by_former = town
        .filed_change(&town.amendment(&entry), Stage::InReview)
        .await;
    let reference = finding(&by_former, "C23");
    assert_eq!(reference.outcome(), CheckOutcome::Failed);
    assert_eq!(
        reference.ground(),
        pb::RefusalGroundCode::NonComplianceWithHousingLaw
    );
    let text = reference.text.clone().unwrap();
    assert!(text.en.contains("is not the shareholder's"), "{}", text.en);
    let numbers = &entry.entry_number;
    let amendment = Change::amendment(&town.world, numbers, rival).numbered("2");
    assert_eq!(town.change(&amendment).await.version, 3);
    let back = Change::assignment(&town.world, numbers, rival, former).numbered("ТҚ-2");
    let back = town.change(&back).await;
    assert_eq!((back.version, back.amendments.len()), (4, 3));
    let share_taken = town
        .filed(
            &town
                .agreement(412)
                .concluded_with(rival)
                .with(|agreement| agreement.agreement_number.push_str("/2")),
            Stage::InReview,
        )
        .await;
    assert_eq!(
        finding(&share_taken, "C14").outcome(),
        CheckOutcome::Failed,
        "the claim stayed with the share"
    );
}

#[tokio::test]
async fn a_new_shareholder_without_a_mailbox_is_handed_the_extract_and_the_former_gets_a_letter() {
    let town = Town::open_plainly().await;
    let entry = town.entry(413).await;
    let assignment = town.assignment(&entry, &town.world.offline);
    let application = town.filed_change_copy(&assignment, 413).await;
    let application = town.looked_at(&application).await;
    town.granted(&application).await;
    let owed = town.reached(&application, Stage::HandoverPending).await;
    let letters = until("the letter to the former shareholder", async || {
        let letters = town.catcher.letters().unwrap();
        Some(letters).filter(|letters| letters.len() == 2)
    });
    for file in letters.await {
        let letter = CaughtLetter::read(&file).unwrap();
        assert_eq!(letter.to, MAILBOX);
    }
    let done = town.portal().confirm_handover(&owed, "2026-11-24").await;
    assert_eq!(done.unwrap().stage(), Stage::ExtractHandedOver);
    let stages = town.received(&application.application_number).await;
    assert_eq!(
        stages[4..],
        ["GRANTED", "HANDOVER_PENDING", "EXTRACT_HANDED_OVER"]
    );
}
