//! The feed on a real journal: whatever happens to watchers and to the tail, each stage comes to each who may
//! see it, in order. No test looks into a watch: it reads what is sent.

mod bench;
mod filters;
mod pages;
mod unreadable;

use std::time::Duration;

use tonic::Code;

use super::{
    position::{self, Start},
    watch::{Ground, Watch},
};
use crate::{
    authn::{account, mint},
    authz::Scope,
    journal::fixture::fact,
    kernel::SystemIds,
    pb::registry::v1::{
        self as pb, ApplicationStage as Stage, StageWatchEndReason as Why,
        watch_stages_response::Event,
    },
};
use bench::{Bench, OWN, all_of, filter, stage, stages};

#[tokio::test]
async fn what_was_recorded_before_and_what_is_recorded_meanwhile_come_in_order() {
    let bench = Bench::new().await;
    bench.append_stages(1, 1..=40).await;
    let mut early = bench.watch(0).await;
    assert_eq!(stages(&mut early, 10).await, all_of(1, 1..=10));
    let mut late = bench.watch(80).await;
    let record = bench.append_stages(1, 41..=120);
    let (early, late, ()) = tokio::join!(stages(&mut early, 110), stages(&mut late, 80), record);
    assert_eq!(early, all_of(1, 11..=120));
    assert_eq!(late, all_of(1, 41..=120));
}

#[tokio::test]
async fn whoever_comes_back_with_its_token_misses_nothing_and_sees_nothing_twice() {
    let bench = Bench::new().await;
    let record = bench.append_stages(1, 1..=200);
    let read = async {
        let (mut all, mut after) = (Vec::new(), 0);
        while all.len() < 200 {
            let mut watch = bench.watch(after).await;
            for _ in 0..7.min(200 - all.len()) {
                let (seen, token) = stage(&mut watch).await;
                all.push(seen);
                after = bench.opened(&token).await.unwrap();
            }
        }
        all
    };
    let ((), all) = tokio::join!(record, read);
    assert_eq!(all, all_of(1, 1..=200));
}

#[tokio::test]
async fn what_the_tail_never_kept_comes_before_the_next_heartbeat() {
    let bench = Bench::new().await;
    bench.append_stages(1, 1..=3).await;
    let start = Start {
        after: 2,
        from: None,
    };
    let mut who = bench.watcher(start).await;
    who.heartbeat = Duration::from_mins(1);
    let mut watch = Watch::begin(bench.ground.clone(), who);
    let found = tokio::time::timeout(Duration::from_secs(5), stages(&mut watch, 2)).await;
    assert_eq!(found.unwrap(), all_of(1, 2..=3));
}

#[tokio::test]
async fn whoever_reads_slowly_keeps_nobody_waiting_and_loses_nothing() {
    let bench = Bench::new().await;
    let (mut slow, mut quick) = (bench.watch(0).await, bench.watch(0).await);
    bench.append_stages(1, 1..=1).await;
    assert_eq!(stages(&mut slow, 1).await, all_of(1, 1..=1));
    // More than the tail keeps.
    let last = 20 * 500 + 1;
    let record = async {
        for first in (2..=last).step_by(500) {
            let facts = (first..first + 500).map(|n| fact(1, n, "IN_REVIEW"));
            bench.append(facts.collect()).await;
        }
    };
    let ((), quick) = tokio::join!(record, stages(&mut quick, last));
    assert_eq!(quick, all_of(1, 1..=last));
    assert_eq!(stages(&mut slow, last - 1).await, all_of(1, 2..=last));
}

#[tokio::test]
async fn a_heartbeat_tells_how_far_all_was_sent_and_a_token_past_what_was_not_asked_for() {
    let bench = Bench::new().await;
    bench.append_stages(1, 1..=3).await;
    let mut who = bench
        .watcher(Start {
            after: 0,
            from: None,
        })
        .await;
    let stages = vec![Stage::Refused.into()];
    who.filter = filter(
        Scope::Everything,
        pb::StageFilter {
            stages,
            ..Default::default()
        },
    );
    let asked = who.filter.asked.clone();
    let mut watch = Watch::begin(bench.ground.clone(), who);
    let now = bench.temporary.store.clock().now().instant;
    let token = loop {
        let message = watch.next().await.unwrap().unwrap();
        let Some(Event::Heartbeat(heartbeat)) = message.event else {
            panic!()
        };
        if let Some(through) = heartbeat.complete_through_at {
            assert_eq!(crate::rpc::instant(through).unwrap(), now);
            break message.resume_token;
        }
    };
    let caller = bench.credentials.caller().await.unwrap();
    let Ground { store, tokens, .. } = &bench.ground;
    let start = position::after_token(store, tokens, &asked, &caller, &token)
        .await
        .unwrap();
    assert_eq!(start.after, 6);
    bench.append(vec![fact(2, 1, "REFUSED")]).await;
    assert_eq!(stage(&mut watch).await.0, ("A-2".to_owned(), 1));
}

#[tokio::test]
async fn rights_that_ended_end_the_watch_with_the_next_heartbeat() {
    let bench = Bench::new().await;
    let mut watch = bench.watch(0).await;
    assert!(watch.next().await.unwrap().is_ok());
    let other = mint(
        &account("other", "agency", OWN, &["read".to_owned()]).unwrap(),
        &SystemIds::default(),
    );
    let path = bench.temporary.folder.path().join("callers.toml");
    std::fs::write(path, other.row).unwrap();
    bench.callers.look(None);
    let status = watch.next().await.unwrap().unwrap_err();
    assert_eq!(status.code(), Code::Unauthenticated);
    assert!(watch.next().await.is_none());
}

async fn ended(watch: &mut Watch) -> (Why, String) {
    loop {
        let message = watch.next().await.unwrap().unwrap();
        if let Some(Event::End(end)) = message.event {
            assert!(watch.next().await.is_none());
            return (end.reason(), message.resume_token);
        }
    }
}

#[tokio::test]
async fn a_watch_ends_politely_by_its_age_and_with_its_process() {
    let bench = Bench::new().await;
    bench.append_stages(1, 1..=2).await;
    let mut who = bench
        .watcher(Start {
            after: 0,
            from: None,
        })
        .await;
    who.age_max = Duration::from_millis(100);
    let mut aged = Watch::begin(bench.ground.clone(), who);
    assert_eq!(stages(&mut aged, 1).await, all_of(1, 1..=1));
    tokio::time::sleep(Duration::from_millis(120)).await;
    let (why, token) = ended(&mut aged).await;
    assert_eq!(
        (why, bench.opened(&token).await.unwrap()),
        (Why::Age, 2),
        "the second was not sent"
    );

    let mut watch = bench.watch(0).await;
    assert_eq!(stages(&mut watch, 2).await, all_of(1, 1..=2));
    bench.ground.stopping.cancel();
    let (why, token) = ended(&mut watch).await;
    assert_eq!(
        (why, bench.opened(&token).await.unwrap()),
        (Why::Draining, 4)
    );
}
