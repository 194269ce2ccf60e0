//! Many at once upon entries that stand: one of two is made, the other learns why (D-23, D-24).

use futures_util::future::join_all;
use tizilim::pb::registry::v1::{self as pb, ApplicationStage as Stage, CheckOutcome};
use tonic::Code;

use super::{granted_at_once, one_is_granted};
use crate::harness::{Account, Told, Town, content};

/// Prepares two grants, sends both at once, and tells which was made and why the other was not. The
/// other then stands in review with the failed check.
async fn one_of_two(
    town: &Town,
    pair: [&pb::Application; 2],
    reasons: &[&str],
    checks: &[&str],
) -> usize {
    let filed = pair.map(Clone::clone);
    let outcomes = granted_at_once(town, &filed).await;
    let won: Vec<usize> = (0..2).filter(|index| outcomes[*index].is_ok()).collect();
    let [won] = won.as_slice() else {
        panic!("{outcomes:?}")
    };
    for (application, outcome) in filed.iter().zip(outcomes) {
        let Err(fault) = outcome else { continue };
        let told = Told::of(fault.status().unwrap());
        let is_told = told.reason == "STALE_ETAG" || reasons.contains(&told.reason.as_str());
        assert!(is_told, "{told:?}");
        let loser = town.reached(application, Stage::InReview).await;
        let is_found = loser.findings.iter().any(|finding| {
            checks.contains(&finding.check.as_str()) && finding.outcome() == CheckOutcome::Failed
        });
        assert!(is_found, "{:?}", loser.findings);
        assert!(!loser.proposed_grounds.is_empty(), "it can be refused");
        let grounds = loser.proposed_grounds.clone();
        let refused = town.officer().refuse(&loser, grounds).await.unwrap();
        assert_eq!(refused.stage(), Stage::Refused);
    }
    *won
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_assignments_of_one_right_one_is_made_and_the_other_carries_the_finding() {
    let town = Town::open_plainly().await;
    for share in 441..447 {
        let entry = town.entry(share).await;
        let to_rival = town.assignment(&entry, &town.world.rival);
        let to_offline = town
            .assignment(&entry, &town.world.offline)
            .numbered("ТҚ-2");
        let one = town.filed_change(&to_rival, Stage::AwaitingSignature).await;
        let two = town
            .filed_change(&to_offline, Stage::AwaitingSignature)
            .await;
        one_of_two(&town, [&one, &two], &["ENTRY_CHANGED"], &["C23"]).await;
        let request = pb::GetRegisterEntryRequest {
            key: Some(pb::get_register_entry_request::Key::EntryId(entry.entry_id)),
            as_of_at: None,
        };
        let mut register = town.raw(Account::Portal).register();
        let read = register.get_register_entry(request).await.unwrap();
        assert_eq!(read.into_inner().entry.unwrap().version, 2);
    }
    town.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_additional_agreement_and_a_removal_at_once_leave_the_entry_closed_or_refuse_the_first()
{
    let town = Town::open_plainly().await;
    for share in 451..457 {
        let entry = town.entry(share).await;
        let amendment = town.amendment(&entry);
        let amendment = town
            .filed_change(&amendment, Stage::AwaitingSignature)
            .await;
        let removal = town.termination(&entry);
        let removal = town.filed_change(&removal, Stage::AwaitingSignature).await;
        let outcomes = granted_at_once(&town, &[amendment.clone(), removal.clone()]).await;
        let [amended, removed] = outcomes.as_slice() else {
            panic!("two")
        };
        assert!(amended.is_ok() != removed.is_ok(), "{outcomes:?}");
        if removed.is_ok() {
            let late = town.reached(&amendment, Stage::InReview).await;
            assert_eq!(late.proposed_grounds[0].failed_checks, ["C23"]);
        } else {
            // The entry moved on under what the head had signed: signed anew, it closes.
            let again = town.reached(&removal, Stage::AwaitingSignature).await;
            let closed = town.granted(&again).await.entry.unwrap();
            assert_eq!((closed.version, closed.amendments.len()), (3, 1));
        }
    }
    town.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_freed_share_is_taken_by_one_of_many_that_waited_for_it() {
    let town = Town::open_plainly().await;
    let entry = town.entry(461).await;
    let mut waiting = Vec::new();
    for number in 0..8 {
        let agreement = town
            .agreement(461)
            .with(|agreement| agreement.agreement_number = format!("ҚШ-461/{number}"));
        waiting.push(town.filed(&agreement, Stage::InReview).await);
    }
    let removal = town.termination(&entry);
    let removal = town.filed_change(&removal, Stage::AwaitingSignature).await;
    town.granted(&removal).await;
    for application in &mut waiting {
        *application = town.reached(application, Stage::AwaitingSignature).await;
    }
    one_is_granted(&town, &waiting, "SHARE_TAKEN", "C14").await;
    town.close().await;
}

/// Prepares a correction, and gives what makes it.
async fn prepared_correction(town: &Town, id: &str) -> (String, Vec<u8>) {
    let prepared = town.provider(Account::Head).prepare_correction(id).await;
    let prepared = prepared.unwrap();
    let head = &town.world.provider.head.identity;
    let signature = head.sign_detached(&prepared.content, town.world.begins_at);
    (prepared.etag, signature.unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_corrections_of_one_field_one_is_made_and_the_other_is_outdated() {
    let town = Town::open_plainly().await;
    let head = town.provider(Account::Head);
    for share in 741..745 {
        let typed = town.mistyped(share).await;
        let mut pair = Vec::new();
        for floor in [7, 8] {
            let mut part = town.floor(share);
            part.share.as_mut().unwrap().floor = Some(floor);
            let asked = content(&typed, part, &["share.floor"]);
            let asked = town.portal().request_correction(asked).await.unwrap();
            let (etag, signature) = prepared_correction(&town, &asked.correction_id).await;
            pair.push((asked.correction_id, etag, signature));
        }
        let made = pair
            .iter()
            .map(async |(id, etag, cms)| head.correct_signed(id, etag, cms.clone()).await);
        let made = join_all(made).await;
        let won = made.iter().filter(|made| made.is_ok()).count();
        assert_eq!(won, 1, "{made:?}");
        for (outcome, (id, ..)) in made.into_iter().zip(&pair) {
            let Err(fault) = outcome else { continue };
            let told = Told::of(fault.status().unwrap());
            let is_told = ["STALE_ETAG", "CORRECTION_OUTDATED"].contains(&told.reason.as_str());
            assert!(is_told, "{told:?}");
            let late = head.prepare_correction(id).await.unwrap_err();
            Told::of(late.status().unwrap()).is(Code::FailedPrecondition, "CORRECTION_OUTDATED");
        }
    }
    town.close().await;
}

/// Whoever is second is told so, prepares again, and is made upon what stands then.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_correction_and_a_change_at_once_are_both_made_one_after_the_other() {
    let town = Town::open_plainly().await;
    let head = town.provider(Account::Head);
    for (share, ends) in [(751, false), (752, true), (753, false), (754, true)] {
        let typed = town.mistyped(share).await;
        let change = if ends {
            town.termination(&typed.1)
        } else {
            town.amendment(&typed.1)
        };
        let change = town.filed_change(&change, Stage::AwaitingSignature).await;
        let asked = content(&typed, town.floor(share), &["share.floor"]);
        let asked = town.portal().request_correction(asked).await.unwrap();
        let id = asked.correction_id.as_str();
        let (etag, signature) = prepared_correction(&town, id).await;
        let filed = [change.clone()];
        let (granted, made) = tokio::join!(
            granted_at_once(&town, &filed),
            head.correct_signed(id, &etag, signature),
        );
        if granted[0].is_err() {
            let again = town.reached(&change, Stage::AwaitingSignature).await;
            town.granted(&again).await;
        }
        if made.is_err() {
            let (etag, signature) = prepared_correction(&town, id).await;
            head.correct_signed(id, &etag, signature).await.unwrap();
        }
        let request = pb::GetRegisterEntryRequest {
            key: Some(pb::get_register_entry_request::Key::EntryId(
                typed.1.entry_id,
            )),
            as_of_at: None,
        };
        let mut register = town.raw(Account::Portal).register();
        let entry = register.get_register_entry(request).await.unwrap();
        let entry = entry.into_inner().entry.unwrap();
        assert_eq!((entry.version, entry.share.unwrap().floor), (3, Some(7)));
        assert_eq!(entry.termination.is_some(), ends);
        assert_eq!(entry.amendments.len(), usize::from(!ends));
    }
    town.close().await;
}
