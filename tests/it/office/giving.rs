//! Who has an application, and that nobody else decides on it: taken, given on, given by the head.

use futures_util::future::join_all;
use tizilim::{
    demo::client::ClientFault,
    pb::registry::v1::{self as pb, ApplicationStage as Stage, CheckOutcome, ReviewActKind},
};
use tonic::Code;

use super::{acts, confirm, give, reassign, waiting};
use crate::harness::{Account, Told, Town, told, told_raw};

fn ground() -> pb::RefusalGround {
    pb::RefusalGround {
        code: pb::RefusalGroundCode::UnreliableData.into(),
        subject: "column 4".to_owned(),
        reasoning: Some(pb::LocalizedText {
            kk: "себеп".to_owned(),
            ru: "причина".to_owned(),
            en: "reason".to_owned(),
        }),
        ..Default::default()
    }
}

/// Files a copy and lets an account have it.
async fn held_by(town: &Town, share: u32, holder: Option<Account>) -> pb::Application {
    let copy = town.filed_copy(&town.agreement(share)).await;
    match holder {
        Some(holder) => town.provider(holder).take(&copy).await.unwrap(),
        None => copy,
    }
}

fn reason<T: std::fmt::Debug>(outcome: Result<T, ClientFault>) -> String {
    match outcome {
        Ok(_) => "OK".to_owned(),
        Err(fault) => Told::of(fault.status().unwrap()).reason,
    }
}

fn reason_raw<T>(outcome: Result<T, tonic::Status>) -> String {
    outcome.map_or_else(|status| Told::of(&status).reason, |_| "OK".to_owned())
}

#[derive(Clone, Copy, Debug)]
enum Deed {
    Record,
    Confirm,
    Refuse,
    HandOver,
    Take,
}

async fn does(town: &Town, actor: Account, deed: Deed, application: &pb::Application) -> String {
    let client = town.provider(actor);
    let passed = CheckOutcome::Passed;
    match deed {
        Deed::Record => reason(client.record(application, "C05", passed, None).await),
        Deed::Refuse => reason(client.refuse(application, vec![ground()]).await),
        Deed::Take => reason(client.take(application).await),
        Deed::Confirm => reason_raw(confirm(town, actor, application).await),
        Deed::HandOver => reason_raw(give(town, actor, application, "").await),
    }
}

#[tokio::test]
async fn of_every_pair_only_who_has_it_acts() {
    let town = Town::open_plainly().await;
    let mut share = 630;
    let accounts = [Account::Officer, Account::Colleague];
    for holder in [None, Some(Account::Officer), Some(Account::Colleague)] {
        for actor in accounts {
            let others = match holder {
                None => "NOT_TAKEN",
                Some(holder) if holder == actor => "OK",
                Some(_) => "TAKEN_BY_ANOTHER",
            };
            for deed in [
                Deed::Record,
                Deed::Confirm,
                Deed::Refuse,
                Deed::HandOver,
                Deed::Take,
            ] {
                share += 1;
                let application = held_by(&town, share, holder).await;
                let expected = match (deed, others) {
                    // What is left open of a copy keeps even its own officer from confirming.
                    (Deed::Confirm, "OK") => "CHECKS_NOT_PASSED",
                    (Deed::Take, "NOT_TAKEN") => "OK",
                    (_, others) => others,
                };
                let told = does(&town, actor, deed, &application).await;
                assert_eq!(told, expected, "{deed:?} by {actor:?}, held by {holder:?}");
            }
        }
        // The head's account has no right to review; it may refuse what it took, which it cannot.
        let application = held_by(&town, share + 100, holder).await;
        share += 1;
        for deed in [Deed::Record, Deed::Confirm, Deed::HandOver, Deed::Take] {
            let told = does(&town, Account::Head, deed, &application).await;
            assert_eq!(told, "PERMISSION_DENIED", "{deed:?}");
        }
        let told = does(&town, Account::Head, Deed::Refuse, &application).await;
        let expected = holder.map_or("NOT_TAKEN", |_| "TAKEN_BY_ANOTHER");
        assert_eq!(told, expected);
    }
}

#[tokio::test]
async fn whoever_has_it_and_whoever_hands_it_in_the_heads_signature_grants() {
    let town = Town::open_plainly().await;
    let identity = &town.world.provider.head.identity;
    let mut share = 670;
    for holder in [None, Some(Account::Officer), Some(Account::Colleague)] {
        for actor in [Account::Officer, Account::Colleague, Account::Head] {
            share += 1;
            let filed = waiting(&town, share).await;
            if let Some(holder) = holder {
                town.provider(holder).take(&filed).await.unwrap();
            }
            let now = town.now().await;
            let granted = town.provider(actor);
            let granted = granted.grant(&filed.application_id, identity, now).await;
            assert!(granted.is_ok(), "{actor:?}, held by {holder:?}");
        }
    }
}

#[tokio::test]
async fn an_application_goes_from_hand_to_hand_and_each_act_is_kept() {
    let town = Town::open().await;
    let copy = town.filed_copy(&town.agreement(690)).await;
    let taken = town.officer().take(&copy).await.unwrap();
    let note = pb::LocalizedText {
        kk: "мөрі жоқ".to_owned(),
        ru: "нет печати".to_owned(),
        en: "no seal".to_owned(),
    };
    let officer = town.officer();
    let failed = officer.record(&taken, "C05", CheckOutcome::Failed, Some(note.clone()));
    let failed = failed.await.unwrap();
    let given = give(&town, Account::Officer, &failed, "colleague")
        .await
        .unwrap();
    assert_eq!(given.officer, "colleague");
    let lost = officer.record(&given, "C05", CheckOutcome::Passed, None);
    told(lost.await).is(Code::FailedPrecondition, "TAKEN_BY_ANOTHER");
    let colleague = town.provider(Account::Colleague);
    let passed = colleague.record(&given, "C05", CheckOutcome::Passed, None);
    let passed = passed.await.unwrap();
    let back = reassign(&town, &passed, "").await.unwrap();
    assert_eq!(back.officer, "");
    let nobodys = colleague.refuse(&back, vec![ground()]).await;
    told(nobodys).is(Code::FailedPrecondition, "NOT_TAKEN");
    let again = reassign(&town, &back, "officer").await.unwrap();
    assert_eq!(again.officer, "officer");

    let acts = acts(&town, &copy).await;
    let told: Vec<_> = acts
        .iter()
        .map(|act| (act.kind(), act.acted_by.as_str(), act.officer.as_str()))
        .collect();
    let expected = [
        (ReviewActKind::Taken, "officer", "officer"),
        (ReviewActKind::CheckRecorded, "officer", "officer"),
        (ReviewActKind::HandedOver, "officer", "colleague"),
        (ReviewActKind::CheckRecorded, "colleague", "colleague"),
        (ReviewActKind::Reassigned, "head", ""),
        (ReviewActKind::Reassigned, "head", "officer"),
    ];
    assert_eq!(told, expected);
    let [_, first, handed, second, reassigned, _] = acts.as_slice() else {
        panic!("six acts")
    };
    assert_eq!(
        (&*first.check, first.outcome()),
        ("C05", CheckOutcome::Failed)
    );
    assert_eq!(first.note, Some(note), "what was overwritten stays");
    assert_eq!(
        (second.outcome(), &second.note),
        (CheckOutcome::Passed, &None)
    );
    assert_eq!(handed.reason, "she is on leave");
    assert_eq!(reassigned.reason, "he left the office");
    assert!(acts.iter().all(|act| act.acted_at.is_some()));
    let mut findings = passed.findings.iter();
    let counts = findings.find(|finding| finding.check == "C05").unwrap();
    assert_eq!(counts.outcome(), CheckOutcome::Passed, "the newest counts");
}

#[tokio::test]
async fn it_is_given_only_to_another_account_of_the_provider_that_reviews() {
    let town = Town::open().await;
    let copy = town.filed_copy(&town.agreement(691)).await;
    let taken = town.officer().take(&copy).await.unwrap();
    // Nobody's account, another provider's, one that does not review, and another party's.
    for name in ["nobody", "stranger", "head", "portal"] {
        let given = give(&town, Account::Officer, &taken, name).await;
        told_raw(given).is(Code::FailedPrecondition, "OFFICER_UNKNOWN");
        let given = reassign(&town, &taken, name).await;
        told_raw(given).is(Code::FailedPrecondition, "OFFICER_UNKNOWN");
    }
    let given = give(&town, Account::Officer, &taken, "officer").await;
    told_raw(given).is(Code::FailedPrecondition, "OFFICER_HAS_IT");
    let mut review = town.raw(Account::Officer).review();
    let empty = pb::HandOverApplicationRequest::default();
    let empty = told_raw(review.hand_over_application(empty).await);
    empty.is(Code::InvalidArgument, "INCOMPLETE_APPLICATION");
    assert_eq!(
        empty.paths(),
        ["request_id", "application_id", "etag", "reason"]
    );
    let mut long = super::hand_over(&taken, &"x".repeat(65));
    long.reason = "x".repeat(501);
    let long = told_raw(review.hand_over_application(long).await);
    assert_eq!(long.paths(), ["officer", "reason"]);

    let request = super::hand_over(&taken, "colleague");
    let mut first = review.hand_over_application(request.clone()).await;
    let first = first.as_mut().unwrap().get_mut();
    let again = review.hand_over_application(request).await.unwrap();
    assert!(again.get_ref().replayed);
    first.replayed = true;
    assert_eq!(again.get_ref(), first);
    let stale = give(&town, Account::Officer, &taken, "").await;
    told_raw(stale).is(Code::Aborted, "STALE_ETAG");

    let decided = waiting(&town, 692).await;
    town.granted(&decided).await;
    let decided = town.reached(&decided, Stage::ExtractSent).await;
    let given = reassign(&town, &decided, "officer").await;
    told_raw(given).is(Code::FailedPrecondition, "WRONG_STAGE");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_give_it_on_at_once_one_does_and_who_lost_it_decides_nothing() {
    let town = Town::open_plainly().await;
    for share in 693..697 {
        let copy = town.filed_copy(&town.agreement(share)).await;
        let taken = town.officer().take(&copy).await.unwrap();
        let names = ["colleague", "", "colleague", ""];
        let given = names.map(|name| give(&town, Account::Officer, &taken, name));
        let (given, reassigned, recorded) = tokio::join!(
            join_all(given),
            reassign(&town, &taken, "colleague"),
            does(&town, Account::Officer, Deed::Record, &taken),
        );
        let mut outcomes: Vec<_> = given.into_iter().map(reason_raw).collect();
        outcomes.extend([reason_raw(reassigned), recorded]);
        let done = outcomes.iter().filter(|outcome| *outcome == "OK").count();
        assert_eq!(done, 1, "one read it last: {outcomes:?}");
        let lost = ["OK", "STALE_ETAG"];
        assert!(
            outcomes
                .iter()
                .all(|outcome| lost.contains(&outcome.as_str()))
        );

        let now = town.officer();
        let now = now.reached(&copy.application_id, Stage::InReview).await;
        let now = now.unwrap();
        let may = now.officer == "officer";
        let told = does(&town, Account::Officer, Deed::Refuse, &now).await;
        assert_eq!(told == "OK", may, "{told}");
        let acts = acts(&town, &copy).await;
        assert_eq!(acts.len(), 2, "each act once: {acts:?}");
        assert_eq!(acts[1].officer, now.officer);
    }
    town.close().await;
}
