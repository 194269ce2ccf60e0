//! What an imported entry goes through afterwards: the same as any other, with what it lacks told.

use tizilim::{
    demo::Change,
    pb::registry::v1::{
        self as pb, ApplicationStage as Stage, CheckOutcome, RegisterEntryState as State,
        ShareRightState as Right, electronic_copy::Content, get_share_rights_request::Key,
    },
};

use super::{
    Carrier,
    carrier::{closed, former_row},
    entry_on,
};
use crate::harness::{Account, Town, finding};

/// The consent that a former register did not keep.
fn consenting<'a>(town: &'a Town, change: Change<'a>) -> Change<'a> {
    let consent = town.agreement(1).message().consent.clone();
    change.with(|content| {
        if let Content::Amendment(amendment) = content {
            amendment.consent = consent;
        }
    })
}

async fn imported(town: &Town, share_no: u32) -> pb::RegisterEntry {
    let carrier = Carrier::of(town);
    let (broken, told) = carrier.import_csv(&[former_row(town, share_no)]).await;
    assert!(broken.is_none(), "{told}");
    entry_on(town, &format!("2019/{share_no}")).await
}

async fn rights(town: &Town, entry: &pb::RegisterEntry) -> pb::ShareRights {
    let request = pb::GetShareRightsRequest {
        key: Some(Key::EntryNumber(entry.entry_number.clone())),
        as_of_at: None,
    };
    let mut register = town.raw(Account::Officer).register();
    let rights = register.get_share_rights(request).await.unwrap();
    rights.into_inner().rights.unwrap()
}

#[tokio::test]
async fn an_imported_entry_is_amended_assigned_and_removed_like_any_other() {
    let town = Town::open_plainly().await;
    let entry = imported(&town, 31).await;
    let amendment = consenting(&town, town.amendment(&entry));
    let amended = town.change(&amendment).await;
    assert_eq!((amended.version, amended.origin.is_some()), (2, true));
    assert_eq!(amended.origin, entry.origin);
    assert_eq!(amended.share, entry.share);
    assert_eq!(amended.amendments.len(), 1);
    let extract = town.portal().formed_extract(&entry.entry_id).await.unwrap();
    assert_eq!(extract.entry_version, 2, "the next change makes an extract");

    let rival = &town.world.rival;
    let assigned = town.change(&town.assignment(&entry, rival)).await;
    assert_eq!(assigned.amendments.len(), 2);
    let holder = rights(&town, &entry).await.holder.unwrap();
    assert_eq!(holder.iin, rival.iin.as_str());

    let number = &entry.entry_number;
    let end = Change::termination(&town.world, number, rival);
    let removed = town.change(&end).await;
    assert_eq!(removed.state(), State::Terminated);
    assert_eq!(removed.origin, entry.origin);
    assert_eq!(rights(&town, &entry).await.state(), Right::Free);
    // The share is free for the next agreement.
    let next = town.agreement(31).with(|agreement| {
        agreement.share.as_mut().unwrap().block = "А".to_owned();
    });
    let next = town.filed(&next, Stage::AwaitingSignature).await;
    town.changed(&next).await;
}

#[tokio::test]
async fn an_imported_entry_is_annulled_upon_a_case_about_any_application() {
    let town = Town::open_plainly().await;
    let entry = imported(&town, 36).await;
    let amendment = consenting(&town, town.amendment(&entry));
    let filed = town
        .filed_change(&amendment, Stage::AwaitingSignature)
        .await;
    let case = town.annulment_ordered(&filed.application_id).await;
    assert_eq!(case.entry_id, entry.entry_id);
    let annulled = town.annulled(&case).await.entry.unwrap();
    assert_eq!((annulled.version, annulled.state()), (2, State::Terminated));
    assert_eq!(annulled.origin, entry.origin);
    assert_eq!(rights(&town, &entry).await.state(), Right::Free);
}

#[tokio::test]
async fn what_the_former_register_did_not_tell_is_not_checked_but_the_consent_is() {
    let town = Town::open_plainly().await;
    let entry = imported(&town, 32).await;
    let without = town.amendment(&entry).with(|content| {
        if let Content::Amendment(amendment) = content {
            amendment.contribution = None;
            amendment.transfer_on.clear();
            amendment.member_share_count = 2;
        }
    });
    let application = town.filed_change(&without, Stage::InReview).await;
    for check in ["C03", "C09", "C15", "C16", "C17", "C18"] {
        let outcome = finding(&application, check).outcome();
        assert_eq!(outcome, CheckOutcome::NotApplicable, "{check}");
    }
    let consent = finding(&application, "C19").outcome();
    assert_eq!(consent, CheckOutcome::Failed, "O-15");
    let officer = town.officer();
    let shown = officer.application(&application.application_id).await;
    let agreement = shown.unwrap().agreement.unwrap();
    assert!(agreement.contribution.is_none() && agreement.transfer_on.is_empty());
    assert_eq!(agreement.agreement_number, "2019/32");
}

#[tokio::test]
async fn an_imported_right_stands_against_later_applications_and_a_closed_one_does_not() {
    let town = Town::open_plainly().await;
    let carrier = Carrier::of(&town);
    let gone = closed(former_row(&town, 41), "TERMINATED");
    let owned = closed(former_row(&town, 42), "OWNERSHIP_REGISTERED");
    let live = former_row(&town, 43);
    // Of one share the entry that was closed, and then the one that followed it.
    let first = closed(former_row(&town, 44), "TERMINATED");
    let second = former_row(&town, 44)
        .with("source_number", "44-2")
        .with("agreement_number", "2024/44");
    let (broken, told) = carrier
        .import_csv(&[gone, owned, live, first, second])
        .await;
    assert!(broken.is_none(), "{told}");
    for (share_no, outcome) in [
        (41, CheckOutcome::Passed),
        (42, CheckOutcome::Failed),
        (43, CheckOutcome::Failed),
        (44, CheckOutcome::Failed),
    ] {
        let agreement = town.agreement(share_no).with(|agreement| {
            agreement.share.as_mut().unwrap().block = "А".to_owned();
        });
        let stage = if share_no == 41 {
            Stage::AwaitingSignature
        } else {
            Stage::InReview
        };
        let application = town.filed(&agreement, stage).await;
        assert_eq!(
            finding(&application, "C14").outcome(),
            outcome,
            "{share_no}"
        );
    }
    let follower = entry_on(&town, "2024/44").await;
    let rights = rights(&town, &follower).await;
    assert_eq!(rights.state(), Right::Claimed);
    assert_eq!(rights.entry, Some(follower));
}

#[tokio::test]
async fn an_open_application_for_a_share_that_is_imported_meanwhile_gets_the_finding() {
    let town = Town::open_plainly().await;
    let agreement = town.agreement(51).with(|agreement| {
        agreement.share.as_mut().unwrap().block = "А".to_owned();
    });
    let application = town.filed(&agreement, Stage::AwaitingSignature).await;
    imported(&town, 51).await;
    let application = town.reached(&application, Stage::InReview).await;
    assert_eq!(finding(&application, "C14").outcome(), CheckOutcome::Failed);
}
