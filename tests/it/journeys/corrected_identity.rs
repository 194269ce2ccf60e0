//! A correction may find what an entry is known by to be another: its share, or the number of its document.
//! The right one is then held, and the wrong one in nobody's way (I-2, C21).

use tizilim::pb::registry::v1 as pb;
use tonic::Code;

use super::corrections::{entry_as_of, history};
use crate::harness::{Account, Part, Town, content, content_of, finding, moment, told, told_raw};

#[tokio::test]
async fn an_entry_that_is_of_another_share_takes_that_and_frees_the_one_it_held() {
    let town = Town::open_plainly().await;
    let wrong = town.agreement(709).with(|agreement| {
        "790".clone_into(&mut agreement.share.as_mut().unwrap().number);
    });
    let typed = town.typed(&wrong, 709).await;
    let taken = town.entry(710).await;
    let of = |number: &str| {
        let mut part = town.floor(709);
        number.clone_into(&mut part.share.as_mut().unwrap().number);
        content(&typed, part, &["share.number"])
    };
    let portal = town.portal();
    let onto_another = portal.request_correction(of("710")).await.unwrap();
    let head = town.provider(Account::Head);
    let prepared = head.prepare_correction(&onto_another.correction_id);
    let prepared = prepared.await.unwrap();
    let found = |check: &str| {
        let mut findings = prepared.findings.iter();
        findings.find(|finding| finding.check == check).unwrap()
    };
    assert_eq!(found("C14").outcome(), pb::CheckOutcome::Failed);
    assert_eq!(found("C14").evidence["entry_number"], taken.entry_number);
    let signature = town
        .world
        .provider
        .head
        .identity
        .sign_detached(&prepared.content, town.world.begins_at);
    let id = &onto_another.correction_id;
    let refused = head
        .correct_signed(id, &prepared.etag, signature.unwrap())
        .await;
    told(refused).is(Code::FailedPrecondition, "SHARE_TAKEN");

    town.advance("2026-11-24T05:10:00Z").await;
    let right = town.correct(of("709")).await;
    assert_eq!(right.share.as_ref().unwrap().number, "709");
    // What was asked for before rests on what stood then.
    let late = told(head.prepare_correction(id).await);
    late.is(Code::FailedPrecondition, "CORRECTION_OUTDATED");

    for (number, stands) in [("709", true), ("790", false)] {
        let again = town.agreement(711).concluded_with(&town.world.rival);
        let again = again.with(|agreement| {
            number.clone_into(&mut agreement.share.as_mut().unwrap().number);
            agreement.agreement_number = format!("ҚШ-711/{number}");
        });
        let stage = if stands {
            pb::ApplicationStage::InReview
        } else {
            pb::ApplicationStage::AwaitingSignature
        };
        let again = town.filed(&again, stage).await;
        if !stands {
            town.granted(&again).await;
        }
    }
    rights_by_share(&town, &right.entry_id).await;
}

/// The share of which the entry was is told as of then, and as another's since.
async fn rights_by_share(town: &Town, entry_id: &str) {
    let share = |number: &str| pb::ShareIdentification {
        cadastral_number: "20:315:032:150".to_owned(),
        block: "Б".to_owned(),
        kind: pb::ShareKind::Apartment.into(),
        number: number.to_owned(),
    };
    let (ours, theirs) = (&town.world.shareholder, &town.world.rival);
    for (number, at, holder, version) in [
        ("790", "2026-11-24T05:05:00Z", ours, 1),
        ("709", "2026-11-24T05:10:00Z", ours, 2),
        ("790", "2026-11-24T05:10:00Z", theirs, 1),
    ] {
        let rights = rights(town, share(number), at).await;
        let rights = rights.unwrap().into_inner().rights.unwrap();
        let entry = rights.entry.unwrap();
        assert_eq!(entry.version, version, "{number} {at}");
        assert_eq!(rights.holder.unwrap().iin, holder.iin.as_str());
        let is_ours = holder.iin == ours.iin;
        assert_eq!(entry.entry_id == *entry_id, is_ours, "{number} {at}");
    }
    let early = rights(town, share("709"), "2026-11-24T05:05:00Z").await;
    told_raw(early).is(Code::NotFound, "NOT_REGISTERED_THEN");
}

async fn rights(
    town: &Town,
    share: pb::ShareIdentification,
    at: &str,
) -> Result<tonic::Response<pb::GetShareRightsResponse>, tonic::Status> {
    let request = pb::GetShareRightsRequest {
        key: Some(pb::get_share_rights_request::Key::Share(share)),
        as_of_at: Some(tizilim::rpc::timestamp(moment(at))),
    };
    let mut register = town.raw(Account::Officer).register();
    register.get_share_rights(request).await
}

#[tokio::test]
async fn a_number_that_was_given_up_is_in_nobodys_way_and_the_right_one_is_held() {
    let town = Town::open_plainly().await;
    let numbered = |share, number: &str| {
        let agreement = town.agreement(share);
        agreement.with(|agreement| number.clone_into(&mut agreement.agreement_number))
    };
    let typed = town.typed(&numbered(712, "ҚШ-721"), 712).await;
    let part = Part {
        agreement_number: "ҚШ-712".to_owned(),
        ..Part::default()
    };
    let right = town
        .correct(content(&typed, part, &["agreement_number"]))
        .await;
    assert_eq!(right.agreement.unwrap().number, "ҚШ-712");
    assert_eq!(
        history(&town, &right.entry_number).await[1].document_number,
        "ҚШ-712"
    );

    // The agreement that has that number is another one.
    let other = numbered(713, "ҚШ-721");
    let other = town.filed(&other, pb::ApplicationStage::AwaitingSignature);
    let other = town.granted(&other.await).await.entry.unwrap();
    assert_eq!(other.agreement.unwrap().number, "ҚШ-721");
    for (share, number, entry) in [
        (714, "ҚШ-712", &right.entry_number),
        (715, "ҚШ-721", &other.entry_number),
    ] {
        let repeat = numbered(share, number);
        let repeat = town.filed(&repeat, pb::ApplicationStage::InReview).await;
        let found = finding(&repeat, "C21");
        assert_eq!(found.outcome(), pb::CheckOutcome::Failed, "{number}");
        assert_eq!(found.evidence["entry_number"], *entry);
    }
}

#[tokio::test]
async fn a_closed_entry_is_corrected_too_and_stays_closed() {
    let town = Town::open_plainly().await;
    let typed = town.mistyped(716).await;
    let mut removal = town.termination(&typed.1);
    removal = removal.with(|content| {
        if let pb::electronic_copy::Content::Deregistration(removal) = content
            && let Some(pb::deregistration::Basis::Termination(end)) = &mut removal.basis
        {
            "Т-7".clone_into(&mut end.document_number);
        }
    });
    let filed = town.filed_change_copy(&removal, 1716).await;
    let filed = town.looked_at(&filed).await;
    town.changed(&filed).await;
    let next = town.agreement(716).concluded_with(&town.world.rival);
    let next = next.with(|agreement| agreement.agreement_number.push_str("/2"));
    let next = town
        .filed(&next, pb::ApplicationStage::AwaitingSignature)
        .await;
    let next = town.granted(&next).await.entry.unwrap();

    let corrected = pb::Deregistration {
        entry: None,
        basis: Some(pb::deregistration::Basis::Termination(pb::Termination {
            document_number: "Т-1".to_owned(),
            document_on: "2026-11-24".to_owned(),
            ground: "Тараптардың келісімі".to_owned(),
            court_decision: None,
        })),
    };
    let content = content_of(
        &filed,
        &typed.1,
        pb::correction_content::Corrected::Deregistration(corrected),
        &["termination.document_number"],
    );
    let closed = town.correct(content).await;
    assert_eq!(closed.state(), pb::RegisterEntryState::Terminated);
    assert_eq!(
        (closed.version, closed.termination.unwrap().number.as_str()),
        (3, "Т-1")
    );
    let live = entry_as_of(&town, &next.entry_number, None).await;
    assert_eq!(
        live.state(),
        pb::RegisterEntryState::Live,
        "its share is untouched"
    );
}

/// The floor of the share is wrong, and which share it is: both entries are closed, one of them by ownership.
#[tokio::test]
async fn a_closed_entry_is_corrected_onto_a_share_that_is_anothers_if_it_holds_none() {
    let town = Town::open_plainly().await;
    let typed_as = |number: &'static str| {
        town.agreement(716).with(|agreement| {
            let share = agreement.share.as_mut().unwrap();
            number.clone_into(&mut share.number);
            agreement.agreement_number = format!("ҚШ-{number}");
        })
    };
    let ended = town.typed(&typed_as("796"), 716).await;
    let owned = town.typed(&typed_as("797"), 717).await;
    town.advance("2026-11-24T05:10:00Z").await;
    town.change(&town.termination(&ended.1)).await;
    let removal = town.ownership(&owned.1);
    let removal = town.filed_change(&removal, pb::ApplicationStage::InReview);
    town.changed(&town.looked_at(&removal.await).await).await;
    town.advance("2026-11-24T05:20:00Z").await;
    let holder = town.agreement(716).concluded_with(&town.world.rival);
    let holder = town.filed(&holder, pb::ApplicationStage::AwaitingSignature);
    let holder = town.granted(&holder.await).await.entry.unwrap();

    let number = |typed| content(typed, town.floor(716), &["share.number"]);
    let begun = town.portal().request_correction(number(&ended)).await;
    assert_eq!(c14(&town, &begun.unwrap()).await, pb::CheckOutcome::Passed);
    let corrected = town.correct(number(&ended)).await;
    assert_eq!(
        (corrected.version, corrected.state()),
        (3, pb::RegisterEntryState::Terminated)
    );
    assert_eq!(corrected.share.as_ref().unwrap().number, "716");
    // Now both are of one share, and the floor of the closed one is corrected beside the other's claim.
    let mut part = town.floor(716);
    part.share.as_mut().unwrap().floor = Some(8);
    let floor = content(&ended, part, &["share.floor"]);
    let begun = town.portal().request_correction(floor).await.unwrap();
    assert_eq!(c14(&town, &begun).await, pb::CheckOutcome::Passed);
    let corrected = town.corrected(&begun).await.entry.unwrap();
    assert_eq!(
        (corrected.version, corrected.state()),
        (4, pb::RegisterEntryState::Terminated)
    );

    // Who owns a share holds it: there is no room for two.
    let onto = town
        .portal()
        .request_correction(number(&owned))
        .await
        .unwrap();
    assert_eq!(c14(&town, &onto).await, pb::CheckOutcome::Failed);
    let (head, now) = (&town.world.provider.head.identity, town.now().await);
    let taken = town.provider(Account::Head);
    let taken = taken.correct(&onto.correction_id, head, now).await;
    told(taken).is(Code::FailedPrecondition, "SHARE_TAKEN");

    let share = pb::ShareIdentification {
        cadastral_number: holder
            .construction_object
            .as_ref()
            .unwrap()
            .cadastral_number
            .clone(),
        block: "Б".to_owned(),
        kind: pb::ShareKind::Apartment.into(),
        number: "716".to_owned(),
    };
    let rights = rights(&town, share, "2026-11-24T05:20:00Z").await.unwrap();
    let rights = rights.into_inner().rights.unwrap();
    assert_eq!(rights.entry.unwrap().entry_id, holder.entry_id);
    assert_eq!(rights.holder.unwrap().iin, town.world.rival.iin.as_str());
}

/// What the share's check finds on an entry as it would stand.
async fn c14(town: &Town, correction: &pb::Correction) -> pb::CheckOutcome {
    let head = town.provider(Account::Head);
    let prepared = head.prepare_correction(&correction.correction_id).await;
    let findings = prepared.unwrap().findings;
    let found = findings.iter().find(|finding| finding.check == "C14");
    found.unwrap().outcome()
}
