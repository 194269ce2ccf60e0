//! Removal from record closes an entry; what becomes of the share depends on why (A2-8(4), D-24).

use tizilim::pb::registry::v1::{
    self as pb, ApplicationStage as Stage, CheckOutcome, ExtractVerdict,
    RegisterEntryState as State, application::Change as Asked, deregistration::Basis,
    electronic_copy::Content,
};

use crate::harness::{Town, finding};

#[tokio::test]
async fn a_terminated_agreement_is_closed_and_its_share_is_free_for_who_waits() {
    let town = Town::open().await;
    let entry = town.entry(421).await;
    let portal = town.portal();
    let old = portal.formed_extract(&entry.entry_id).await.unwrap();
    let waiting = town
        .agreement(421)
        .concluded_with(&town.world.rival)
        .with(|agreement| agreement.agreement_number.push_str("/2"));
    let waiting = town.filed(&waiting, Stage::InReview).await;
    assert_eq!(finding(&waiting, "C14").outcome(), CheckOutcome::Failed);

    let asked = town.termination(&entry);
    let application = town.filed_change(&asked, Stage::AwaitingSignature).await;
    assert!(matches!(application.change, Some(Asked::Deregistration(_))));
    let closed = town.changed(&application).await;
    assert_eq!((closed.version, closed.state()), (2, State::Terminated));
    assert_eq!(
        closed.termination,
        Some(pb::TerminationColumn {
            number: "Т-1".to_owned(),
            document_on: "2026-11-24".to_owned(),
            ground: "Тараптардың келісімі".to_owned(),
        })
    );
    let new = portal.formed_extract(&entry.entry_id).await.unwrap();
    let anyone = town.anyone();
    for (extract, verdict) in [
        (&old, ExtractVerdict::Superseded),
        (&new, ExtractVerdict::Genuine),
    ] {
        let told = anyone.verify_code(&extract.verification_code).await;
        assert_eq!(told.unwrap().verdict(), verdict);
    }
    let received = town.monitoring().await;
    let received = received.received(&application.application_number).await;
    let stages = received.unwrap().into_iter().filter_map(|one| one.stage);
    for stage in stages {
        assert_eq!(stage.procedure, "DEREGISTRATION");
    }

    // Looked at again without anyone's doing, since the share is free.
    let waiting = town.reached(&waiting, Stage::AwaitingSignature).await;
    let next = town.changed(&waiting).await;
    assert_eq!((next.version, next.state()), (1, State::Live));
    assert_ne!(next.entry_id, entry.entry_id);
    let third = town
        .agreement(421)
        .with(|agreement| agreement.agreement_number.push_str("/3"));
    let third = town.filed(&third, Stage::InReview).await;
    assert_eq!(
        finding(&third, "C14").evidence["entry_number"],
        next.entry_number
    );
}

#[tokio::test]
async fn registered_ownership_is_looked_at_by_an_officer_and_blocks_the_share_for_good() {
    let town = Town::open_plainly().await;
    let entry = town.entry(422).await;
    let application = town
        .filed_change(&town.ownership(&entry), Stage::InReview)
        .await;
    assert_eq!(
        finding(&application, "C01").outcome(),
        CheckOutcome::NeedsOfficer
    );
    let looked_at = town.looked_at(&application).await;
    assert_eq!(looked_at.stage(), Stage::AwaitingSignature);
    let closed = town.changed(&looked_at).await;
    assert_eq!(closed.state(), State::OwnershipRegistered);
    let ground = closed.termination.unwrap().ground;
    assert!(ground.ends_with("№ 0201:20:315:032:150:1:45"), "{ground}");

    let again = town
        .agreement(422)
        .concluded_with(&town.world.rival)
        .with(|agreement| agreement.agreement_number.push_str("/2"));
    let again = town.filed(&again, Stage::InReview).await;
    let taken = finding(&again, "C14");
    assert_eq!(taken.outcome(), CheckOutcome::Failed);
    let text = taken.text.clone().unwrap().en;
    assert!(
        text.contains("ownership of this share is registered"),
        "{text}"
    );
    let grounds = again.proposed_grounds.clone();
    let refused = town.officer().refuse(&again, grounds).await.unwrap();
    assert_eq!(refused.stage(), Stage::Refused);
}

#[tokio::test]
async fn a_removal_by_a_court_needs_no_shareholder_but_an_officer() {
    let town = Town::open_plainly().await;
    let entry = town.entry(423).await;
    let by_court = town.termination(&entry).with(|content| {
        let Content::Deregistration(removal) = content else {
            panic!("a removal")
        };
        let Some(Basis::Termination(termination)) = &mut removal.basis else {
            panic!("a termination")
        };
        termination.court_decision = Some(pb::CourtDecision {
            court: "Көктөбе қалалық соты".to_owned(),
            case_number: "7599-26-00-2/100".to_owned(),
            decided_on: "2026-09-01".to_owned(),
            in_force_on: "2026-10-02".to_owned(),
        });
    });
    let mut request = by_court.electronic_contract().unwrap();
    if let Some(pb::submit_application_request::Form::ElectronicContract(contract)) =
        &mut request.form
    {
        contract.shareholder_signature.clear();
    }
    let filed = town.portal().submit(request).await.unwrap();
    let filed = town.reached(&filed, Stage::InReview).await;
    assert_eq!(finding(&filed, "C20").outcome(), CheckOutcome::Passed);
    let looked_at = town.looked_at(&filed).await;
    let closed = town.changed(&looked_at).await;
    assert_eq!(closed.state(), State::Terminated);
    let ground = closed.termination.unwrap().ground;
    assert!(
        ground.ends_with("№ 7599-26-00-2/100, 01.09.2026"),
        "{ground}"
    );
}

#[tokio::test]
async fn a_copy_of_a_removal_is_granted_and_nothing_changes_a_closed_entry() {
    let town = Town::open_plainly().await;
    for (share_no, ownership) in [(424, false), (425, true)] {
        let entry = town.entry(share_no).await;
        let removal = if ownership {
            town.ownership(&entry)
        } else {
            town.termination(&entry)
        };
        let application = town.filed_change_copy(&removal, share_no).await;
        let application = town.looked_at(&application).await;
        town.changed(&application).await;
        let rival = &town.world.rival;
        for (number, change) in [
            town.amendment(&entry),
            town.assignment(&entry, rival),
            town.termination(&entry),
        ]
        .into_iter()
        .enumerate()
        {
            let change = change.numbered(&format!("{share_no}/{number}"));
            let late = town.filed_change(&change, Stage::InReview).await;
            let reference = finding(&late, "C23");
            assert_eq!(reference.outcome(), CheckOutcome::Failed);
            let text = reference.text.clone().unwrap().en;
            assert!(text.starts_with("The entry is closed"), "{text}");
        }
    }
}
