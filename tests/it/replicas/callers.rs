//! Callers who use whatever process they reach: what holds within one process holds across all.

use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::future::{join, join_all};
use tizilim::{
    demo::{agreement, client::new_request_id},
    pb::registry::v1::{self as pb, ApplicationStage as Stage},
    rpc::timestamp,
};

use super::fleet::{Fleet, number};
use crate::harness::{Account, Told, instant, moment, until};

const NAMES: [&str; 3] = ["a", "b", "c"];
const FIRST_SHARE: u32 = 301;

fn name(index: usize) -> &'static str {
    NAMES[index % NAMES.len()]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: tests/run"]
async fn one_request_at_several_processes_at_once_files_one_application() {
    let fleet = Fleet::of(&NAMES).await;
    for share in FIRST_SHARE..FIRST_SHARE + 10 {
        let request = fleet.contract(share);
        let answers = join_all(NAMES.map(|name| fleet.file(name, &request))).await;
        let answers: Vec<_> = answers.into_iter().map(Result::unwrap).collect();
        let replayed = answers.iter().filter(|answer| answer.replayed).count();
        assert_eq!(replayed, NAMES.len() - 1);
        for answer in &answers {
            assert_eq!(answer.application, answers[0].application);
        }
    }
    fleet.check("a", 10).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: tests/run"]
async fn of_many_grants_for_one_share_at_several_processes_one_makes_an_entry() {
    let fleet = Fleet::of(&NAMES).await;
    let world = &fleet.world;
    let people = [&world.shareholder, &world.rival, &world.offline];
    let prepared = (0..32).zip(people.into_iter().cycle());
    let prepared = prepared.map(async |(index, person)| {
        let contract = agreement(world, FIRST_SHARE)
            .concluded_with(person)
            .with(|contract| contract.agreement_number = format!("ҚШ-301/{index}"));
        let request = contract.electronic_contract().unwrap();
        let filed = fleet.file(name(index), &request).await.unwrap();
        let id = filed.application.unwrap().application_id;
        let portal = fleet.portal(name(index));
        portal.reached(&id, Stage::AwaitingSignature).await.unwrap();
        let prepared = fleet.head(name(index)).prepare_grant(&id).await.unwrap();
        let identity = &world.provider.head.identity;
        let signature = identity.sign_detached(&prepared.content, world.begins_at);
        (index, id, prepared.etag, signature.unwrap())
    });
    let prepared = join_all(prepared).await;
    let granted = prepared
        .into_iter()
        .map(async |(index, id, etag, signature)| {
            let head = fleet.head(name(index + 1));
            let outcome = head.grant_signed(&id, &etag, signature).await;
            (id, outcome)
        });
    let mut won = 0;
    for (id, outcome) in join_all(granted).await {
        match outcome {
            Ok(_) => won += 1,
            Err(fault) => {
                let portal = fleet.portal("c");
                portal.reached(&id, Stage::InReview).await.unwrap();
                let told = Told::of(fault.status().unwrap());
                let reasons = ["SHARE_TAKEN", "STALE_ETAG", "TRY_AGAIN"];
                let is_expected = reasons.contains(&told.reason.as_str());
                assert!(is_expected, "{told:?} {}", fleet.unexpected());
            }
        }
    }
    assert_eq!(won, 1, "I-2");
    let register = fleet.installation.register().await;
    let entries = "SELECT count(*) FROM register_entry";
    assert_eq!(number(&register, entries).await, 1, "I-2");
    register.close().await.unwrap();
    fleet.check("b", 32).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: tests/run"]
async fn what_is_filed_at_all_processes_at_once_is_in_one_journal_without_gaps() {
    let fleet = Fleet::of(&NAMES).await;
    let shares = FIRST_SHARE..FIRST_SHARE + 60;
    let filed = shares.enumerate().map(async |(index, share)| {
        let request = fleet.contract(share);
        let filed = fleet.file(name(index), &request).await.unwrap();
        let id = filed.application.unwrap().application_id;
        // Read at another process: it sees what was acknowledged.
        let portal = fleet.portal(name(index + 1));
        let read = portal.application(&id).await.unwrap();
        assert_eq!(read.application_id, id);
        portal.reached(&id, Stage::AwaitingSignature).await.unwrap();
    });
    join_all(filed).await;
    fleet.check("c", 60).await;
}

/// Files one contract after another, each at whatever process answers, until it is told to stop;
/// gives how many were acknowledged.
async fn file_on(fleet: &Fleet, mut share: u32, stop: &AtomicBool) -> usize {
    let first = share;
    // One page of a list holds them all.
    while !stop.load(Ordering::SeqCst) && share - first < 25 {
        let request = fleet.contract(share);
        let mut index = 0;
        let answer = until("an answer of any process", async || {
            index += 1;
            fleet.file(name(index), &request).await.ok()
        });
        let filed = answer.await.application.unwrap();
        let read = until("a reader of any process", async || {
            index += 1;
            let portal = fleet.portal(name(index));
            portal.application(&filed.application_id).await.ok()
        });
        assert_eq!(read.await.application_number, filed.application_number);
        share += 1;
    }
    usize::try_from(share - first).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: tests/run"]
async fn a_restart_of_one_process_after_the_other_loses_nothing_that_was_acknowledged() {
    let fleet = Fleet::of(&NAMES).await;
    let stop = AtomicBool::new(false);
    let restarts = async {
        for name in NAMES {
            fleet.restart(name).await;
        }
        stop.store(true, Ordering::SeqCst);
    };
    let filing = (0..4).map(|index| file_on(&fleet, FIRST_SHARE + 100 * index, &stop));
    let (acknowledged, ()) = join(join_all(filing), restarts).await;
    let acknowledged: usize = acknowledged.into_iter().sum();
    assert!(acknowledged > 4, "there was load: {acknowledged}");
    fleet.taken_over("nobody", "a").await;
    fleet.check("a", acknowledged).await;
    let log = fleet.log();
    let lost = log.lines().filter(|line| line.contains("a lease was lost"));
    assert_eq!(lost.count(), 0, "every lease was given back");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: tests/run"]
async fn once_a_day_was_set_at_one_process_no_other_fixes_a_term_by_the_old_calendar() {
    let fleet = Fleet::of(&NAMES).await;
    let is_set = AtomicBool::new(false);
    let shares = (FIRST_SHARE..FIRST_SHARE + 60).enumerate();
    let filing = shares.map(async |(index, share)| {
        let was_set = is_set.load(Ordering::Acquire);
        let request = fleet.contract(share);
        let answer = fleet.file(name(1 + index % 2), &request).await;
        let application = answer.unwrap().application.unwrap();
        (was_set, application.calendar_version, application.due_at)
    });
    // One after the other, so that some are filed after the day was set.
    let filing = async {
        let mut filed = Vec::new();
        for one in filing {
            filed.push(one.await);
        }
        filed
    };
    let setting = async {
        let mut calendar = fleet.raw("a", Account::Operator).calendar();
        let request = pb::SetDayRequest {
            request_id: new_request_id(),
            change: Some(crate::journeys::holiday("2026-11-25")),
        };
        let set = calendar.set_day(request).await.unwrap().into_inner();
        is_set.store(true, Ordering::Release);
        set.calendar_version
    };
    let (filed, version) = join(filing, setting).await;
    let after: Vec<_> = filed.iter().filter(|(was_set, ..)| *was_set).collect();
    assert!(
        after.len() > 10,
        "{} were filed after the change",
        after.len()
    );
    for (_, reckoned_by, due_at) in after {
        assert_eq!(*reckoned_by, version);
        assert_eq!(instant(*due_at), moment("2026-11-26T13:30:00Z"));
    }
    fleet.check("a", 60).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: tests/run"]
async fn a_rule_set_that_was_activated_at_one_process_judges_at_every_other() {
    let fleet = Fleet::of(&NAMES).await;
    let text = crate::journeys::strict("strict", "2026-11-25");
    let activation = crate::journeys::activation(&text);
    let mut rules = fleet.raw("b", Account::Operator).rule_sets();
    rules.activate_rule_set(activation).await.unwrap();
    for name in NAMES {
        let mut rules = fleet.raw(name, Account::Portal).rule_sets();
        let list = rules.list_rule_sets(pb::ListRuleSetsRequest {}).await;
        let list = list.unwrap().into_inner().rule_sets;
        assert!(list.iter().any(|one| one.version == "strict"), "{name}");
    }
    let request = pb::AdvanceClockRequest {
        to_at: Some(timestamp(moment("2026-11-25T05:00:00Z"))),
    };
    let mut operations = fleet.raw("a", Account::Operator).operations();
    operations.advance_clock(request).await.unwrap();
    let request = fleet.contract(FIRST_SHARE);
    let filed = fleet.file("a", &request).await.unwrap();
    let id = filed.application.unwrap().application_id;
    let portal = fleet.portal("a");
    let judged = portal.reached(&id, Stage::AwaitingSignature).await.unwrap();
    assert!(judged.findings.iter().all(|one| one.rule_set == "strict"));
    fleet.check("a", 1).await;
}
