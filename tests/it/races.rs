//! Many at once: one share has one entry, one request has one effect (I-2, I-6; D-23).

use futures_util::future::join_all;
use tizilim::{
    demo::client::ClientFault,
    pb::registry::v1::{self as pb, ApplicationStage as Stage, CheckOutcome},
};
use tonic::Code;

use crate::harness::{Account, Told, Town, until};

mod of_courts;
mod of_entries;
mod of_imports;
mod of_notices;

const MANY: u32 = 32;

/// Many contracts that are right, each with its own number and share.
async fn filed(town: &Town, contract: impl Fn(u32) -> (String, u32)) -> Vec<pb::Application> {
    let world = &town.world;
    let people = [&world.shareholder, &world.rival, &world.offline];
    let filed = (0..MANY).zip(people.into_iter().cycle());
    let filed = filed.map(async |(index, person)| {
        let (number, share) = contract(index);
        let agreement = town
            .agreement(share)
            .concluded_with(person)
            .with(|agreement| agreement.agreement_number = number);
        town.filed(&agreement, Stage::AwaitingSignature).await
    });
    join_all(filed).await
}

/// Prepares all grants, and only then sends them all at once.
async fn granted_at_once(
    town: &Town,
    filed: &[pb::Application],
) -> Vec<Result<pb::GrantApplicationResponse, ClientFault>> {
    let head = town.provider(Account::Head);
    let identity = &town.world.provider.head.identity;
    let prepared = join_all(filed.iter().map(async |application| {
        let prepared = head
            .prepare_grant(&application.application_id)
            .await
            .unwrap();
        let signature = identity.sign_detached(&prepared.content, town.world.begins_at);
        (
            &application.application_id,
            prepared.etag,
            signature.unwrap(),
        )
    }));
    let granted = prepared
        .await
        .into_iter()
        .map(async |(id, etag, signature)| head.grant_signed(id, &etag, signature).await);
    join_all(granted).await
}

/// Of all that are granted at once one is; the others are told the reason or that they read too
/// early, and then carry the failed check and stand in review.
async fn one_is_granted(town: &Town, filed: &[pb::Application], reason: &str, check: &str) {
    let outcomes = granted_at_once(town, filed).await;
    let mut winners = Vec::new();
    for (application, outcome) in filed.iter().zip(outcomes) {
        match outcome {
            Ok(granted) => winners.push((application, granted.entry.unwrap())),
            Err(fault) => {
                // The register may have been looked at again before the grant was: then the
                // application is no longer the one that was read.
                let told = Told::of(fault.status().unwrap());
                assert!(
                    [reason, "STALE_ETAG"].contains(&told.reason.as_str()),
                    "{told:?}"
                );
            }
        }
    }
    assert_eq!(winners.len(), 1, "one entry");
    let (winner, entry) = &winners[0];
    for application in filed.iter().filter(|application| application != winner) {
        let loser = town.reached(application, Stage::InReview).await;
        let mut findings = loser.findings.iter();
        let found = findings.find(|finding| finding.check == check).unwrap();
        assert_eq!(found.outcome(), CheckOutcome::Failed);
        assert_eq!(loser.entry_id, "");
        assert_eq!(
            loser.proposed_grounds.len(),
            1,
            "{:?}",
            loser.proposed_grounds
        );
    }
    let ended = until("the end", async || {
        let winner = town
            .portal()
            .application(&winner.application_id)
            .await
            .unwrap();
        let ends = [Stage::ExtractSent, Stage::HandoverPending];
        Some(winner).filter(|winner| ends.contains(&winner.stage()))
    });
    assert_eq!(ended.await.entry_id, entry.entry_id);
    town.operator().all_stages_delivered().await.unwrap();
    let received = town.monitoring().await.received("").await.unwrap();
    let stages = received.into_iter().filter_map(|received| received.stage);
    let numbers: Vec<_> = filed.iter().map(|one| &one.application_number).collect();
    let granted = stages
        .filter(|stage| stage.stage == "GRANTED" && numbers.contains(&&stage.application_number))
        .count();
    assert_eq!(granted, 1, "told once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_grants_for_one_share_exactly_one_makes_an_entry() {
    let town = Town::open_plainly().await;
    let filed = filed(&town, |index| (format!("ҚШ-161/{index}"), 161)).await;
    one_is_granted(&town, &filed, "SHARE_TAKEN", "C14").await;
    town.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_grants_of_one_agreement_exactly_one_makes_an_entry() {
    let town = Town::open_plainly().await;
    let filed = filed(&town, |index| ("ҚШ-300".to_owned(), 300 + index)).await;
    one_is_granted(&town, &filed, "AGREEMENT_REGISTERED", "C21").await;
    town.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_request_sent_many_times_at_once_files_one_application() {
    let town = Town::open_plainly().await;
    let request = town.agreement(162).electronic_contract().unwrap();
    let answers = join_all((0..MANY).map(async |_| {
        let mut raw = town.raw(Account::Portal).applications();
        let answer = raw.submit_application(request.clone()).await;
        answer.unwrap().into_inner()
    }))
    .await;
    let first = answers.iter().find(|answer| !answer.replayed).unwrap();
    let replayed = answers.iter().filter(|answer| answer.replayed).count();
    assert_eq!(replayed, 31);
    assert!(
        answers
            .iter()
            .all(|answer| answer.application == first.application)
    );
    let request = pb::ListApplicationsRequest::default();
    let listed = town
        .raw(Account::Portal)
        .applications()
        .list_applications(request)
        .await;
    assert_eq!(listed.unwrap().into_inner().applications.len(), 1);
    town.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_take_an_application_one_has_it() {
    let town = Town::open_plainly().await;
    let application = town.filed_copy(&town.agreement(163)).await;
    let outcomes = join_all((0..MANY).map(async |number| {
        let account = [Account::Officer, Account::Colleague][usize::try_from(number).unwrap() % 2];
        town.provider(account).take(&application).await
    }))
    .await;
    let taken = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    assert_eq!(taken, 1, "one read it last");
    for fault in outcomes.into_iter().filter_map(Result::err) {
        let told = Told::of(fault.status().unwrap());
        told.is(Code::Aborted, "STALE_ETAG");
    }
    town.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_application_ends_in_one_way_only() {
    let town = Town::open_plainly().await;
    let (portal, head, officer) = (town.portal(), town.provider(Account::Head), town.officer());
    let identity = &town.world.provider.head.identity;
    for share in 164..170 {
        let application = town
            .filed(&town.agreement(share), Stage::AwaitingSignature)
            .await;
        let ground = pb::RefusalGround {
            code: pb::RefusalGroundCode::UnreliableData.into(),
            subject: "column 4".to_owned(),
            reasoning: Some(pb::LocalizedText {
                kk: "себеп".to_owned(),
                ru: "причина".to_owned(),
                en: "reason".to_owned(),
            }),
            ..Default::default()
        };
        let id = &application.application_id;
        let prepared = head.prepare_grant(id).await.unwrap();
        let signature = identity
            .sign_detached(&prepared.content, town.world.begins_at)
            .unwrap();
        let (withdrawn, granted, refused) = tokio::join!(
            portal.withdraw(&application),
            head.grant_signed(id, &prepared.etag, signature),
            officer.refuse(&application, vec![ground]),
        );
        let ends = [withdrawn.is_ok(), granted.is_ok(), refused.is_ok()];
        assert_eq!(ends.iter().filter(|end| **end).count(), 1, "{ends:?}");
        let stages = town.received(&application.application_number).await;
        let last = ["WITHDRAWN", "GRANTED", "REFUSED"];
        let ended = stages
            .iter()
            .filter(|stage| last.contains(&stage.as_str()))
            .count();
        assert_eq!(ended, 1, "{stages:?}");
    }
    town.close().await;
}
