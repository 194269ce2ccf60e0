//! The push against the stub of the monitoring system, over real gRPC, with every mishap between.
//! No test asks the pusher what it did: it asks the stub and the cursor.

mod bench;
mod counting;
mod parking;
mod sending;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use tokio_util::sync::CancellationToken;

use super::{SinkFault, Sinks, Verdict, grpc, monitoring_cursor, push::PushFault};
use crate::{
    journal::{self, StageFact},
    kernel::{Localized, SystemClock, local},
    lag::lag_of_days,
    monitor::{Stub, TokenDigest},
    pb::monitoring::v1::{ServiceProvider, Stage, StageOutcome, StageResult},
    store::Changes,
};
use bench::{
    AT, Bench, Mishap, Unlucky, application_id, fact, origin, other_fact, parts, received, round,
    sink, stage_fact, stub,
};

#[tokio::test]
async fn stages_arrive_in_order_with_all_that_the_fact_holds() {
    let bench = Bench::new().await;
    let full = StageFact {
        due_at: Some("2026-10-28T13:30:00Z".parse().unwrap()),
        overdue: true,
        filed_late: true,
        official: Some(Localized::of("Бас маман", "Главный специалист", "Chief")),
        result: Some("REFUSED".to_owned()),
        refusal_grounds: vec!["G1".to_owned(), "G5".to_owned()],
        ..stage_fact(1, 2, "REFUSED")
    };
    let full = full.into_new_fact(application_id(1)).unwrap();
    bench
        .append(vec![
            other_fact(1),
            fact(1, 1, "RECEIVED"),
            fact(2, 1, "RECEIVED"),
            full,
            other_fact(2),
        ])
        .await;
    assert_eq!(round(&mut bench.pusher()).await.unwrap(), 5);
    assert_eq!(bench.cursor().await, 5);

    let received = bench.received().await;
    let [_, _, refused] = received.as_slice() else {
        panic!("{received:?}")
    };
    let instant = |text: &str| {
        let at: chrono::DateTime<chrono::Utc> = text.parse().unwrap();
        Some(std::time::SystemTime::from(at).into())
    };
    let expected = Stage {
        event_id: "019b5f6e-4c00-7abc-8001-000000000002".to_owned(),
        application_number: "A-1".to_owned(),
        sequence: 2,
        service_code: "INVENTED-1".to_owned(),
        procedure: "PARTICIPATION_AGREEMENT".to_owned(),
        form: "ELECTRONIC_COPY".to_owned(),
        provider: Some(ServiceProvider {
            bin: "600740000012".to_owned(),
            kato: "750000000".to_owned(),
            name_kk: "Орган kk".to_owned(),
            name_ru: "Орган ru".to_owned(),
        }),
        recipient_bin: "600740000012".to_owned(),
        stage: "REFUSED".to_owned(),
        label_kk: "kk".to_owned(),
        label_ru: "ru".to_owned(),
        label_en: "en".to_owned(),
        occurred_at: instant(AT),
        due_at: instant("2026-10-28T13:30:00Z"),
        overdue: true,
        filed_late: true,
        official: "Бас маман".to_owned(),
        result: "REFUSED".to_owned(),
        refusal_grounds: vec!["G1".to_owned(), "G5".to_owned()],
        complaint_number: String::new(),
        complaint_outcome: String::new(),
    };
    assert_eq!(refused.stage.as_ref(), Some(&expected));
    assert_eq!(refused.duplicate_count, 0);
}

#[tokio::test]
async fn an_answer_that_is_lost_before_the_cursor_moves_repeats_what_the_receiver_drops() {
    let bench = Bench::new().await;
    bench.append_stages(1, 1..=2).await;
    let mut pusher = bench.pusher_to(Unlucky::new(bench.sink(), [Mishap::LostAnswer]));
    assert!(matches!(round(&mut pusher).await, Err(PushFault::Sink(_))));
    assert_eq!(bench.cursor().await, 0);
    assert_eq!(round(&mut pusher).await.unwrap(), 2);
    assert_eq!(bench.cursor().await, 2);
    let once = [("A-1".to_owned(), 1, 1), ("A-1".to_owned(), 2, 1)];
    assert_eq!(bench.arrivals().await, once);
}

#[tokio::test]
async fn an_answer_that_does_not_fit_acknowledges_nothing() {
    let bench = Bench::new().await;
    bench.append_stages(1, 1..=1).await;
    let mut pusher = bench.pusher_to(Unlucky::new(bench.sink(), [Mishap::Unfit; 4]));
    // However often it happens: a receiver of which nothing is heard may be broken itself.
    for _ in 0..4 {
        let fault = round(&mut pusher).await.unwrap_err();
        let told = "the receiver does not store stage 1 of A-1";
        assert_eq!(fault.to_string(), told);
        assert_eq!(bench.cursor().await, 0);
    }
    assert_eq!(round(&mut pusher).await.unwrap(), 1);
}

#[test]
fn only_an_answer_of_the_stages_that_were_sent_fits() {
    let stages = [(); 2].map(|()| Stage::default());
    let results = |ids: &[&str]| {
        let results = ids.iter().map(|id| StageResult {
            event_id: (*id).to_owned(),
            outcome: StageOutcome::Accepted.into(),
            reason: String::new(),
        });
        grpc::answered(
            &stages.iter().collect::<Vec<_>>(),
            &results.collect::<Vec<_>>(),
        )
    };
    assert_eq!(
        results(&["", ""]).verdicts,
        [Verdict::Stored, Verdict::Stored]
    );
    for ids in [&["", "another"][..], &[""], &["", "", ""], &[]] {
        assert_eq!(results(ids), SinkFault::unfit().into(), "{ids:?}");
    }
}

#[tokio::test]
async fn a_receiver_that_lost_its_stages_gets_those_of_the_application_from_the_first() {
    let bench = Bench::new().await;
    bench.append_stages(1, 1..=2).await;
    bench.append_stages(2, 1..=1).await;
    assert_eq!(round(&mut bench.pusher()).await.unwrap(), 3);

    let bare = stub(&bench.folder.path().join("bare"), "127.0.0.1:0").await;
    bench.append_stages(1, 3..=4).await;
    let mut pusher = bench.pusher_to(Arc::new(sink(bare.address(), None)));
    assert_eq!(round(&mut pusher).await.unwrap(), 2);
    assert_eq!(bench.cursor().await, 5);
    let sequences: Vec<_> = received(bare.address())
        .await
        .into_iter()
        .map(|received| received.stage.unwrap())
        .map(|stage| (stage.application_number, stage.sequence))
        .collect();
    assert_eq!(
        sequences,
        [1, 2, 3, 4].map(|sequence| ("A-1".to_owned(), sequence))
    );
}

#[tokio::test]
async fn two_processes_that_push_at_once_do_no_harm() {
    let bench = Bench::new().await;
    bench.append_stages(1, 1..=3).await;
    let (mut one, mut other) = (bench.pusher(), bench.pusher());
    let rounds = tokio::join!(round(&mut one), round(&mut other));
    for round in [rounds.0, rounds.1] {
        assert!(
            matches!(round, Ok(0 | 3) | Err(PushFault::Overtaken)),
            "{round:?}"
        );
    }
    assert_eq!(bench.cursor().await, 3);
    let sequences: Vec<_> = bench
        .arrivals()
        .await
        .into_iter()
        .map(|stage| stage.1)
        .collect();
    assert_eq!(sequences, [1, 2, 3]);
}

#[tokio::test]
async fn whatever_goes_wrong_each_stage_arrives_once_and_in_order() {
    let bench = Bench::new().await;
    let mut random = StdRng::seed_from_u64(13);
    let mut sequences = BTreeMap::<u8, i32>::new();
    for _ in 0..60 {
        for _ in 0..random.random_range(0..4) {
            let application = random.random_range(1..=5);
            let sequence = sequences.entry(application).or_insert(0);
            *sequence += 1;
            bench
                .append_stages(application, *sequence..=*sequence)
                .await;
        }
        let mishaps = [Mishap::Away, Mishap::LostAnswer, Mishap::Unfit];
        let mishap = mishaps[random.random_range(0..mishaps.len())];
        let mishap = random.random_bool(0.7).then_some(mishap);
        let before = bench.cursor().await;
        let mut pusher = bench.pusher_to(Unlucky::new(bench.sink(), mishap));
        let round = round(&mut pusher).await;
        let after = bench.cursor().await;
        assert!(after >= before, "{mishap:?}: {before} → {after}");
        assert!(round.is_ok() || mishap.is_some(), "{round:?}");
    }
    round(&mut bench.pusher()).await.unwrap();
    assert_eq!(
        bench.cursor().await,
        journal::head(bench.store.reads()).await.unwrap()
    );
    let mut arrived = BTreeMap::<String, Vec<i32>>::new();
    for (application, sequence, _) in bench.arrivals().await {
        arrived.entry(application).or_default().push(sequence);
    }
    let expected: BTreeMap<_, _> = sequences
        .into_iter()
        .map(|(application, last)| (format!("A-{application}"), (1..=last).collect()))
        .collect();
    assert_eq!(arrived, expected);
}

#[tokio::test]
async fn the_loop_outlives_a_receiver_that_goes_and_comes_back() {
    let mut bench = Bench::new().await;
    bench.kept = None;
    let address = bench.stub.address();
    let stop = CancellationToken::new();
    let sinks = vec![parts(Arc::new(bench.sink()))];
    let sinks = Sinks::start(&bench.store, sinks, &bench.leases, &bench.lag, &stop);
    let status = sinks.named("monitoring").unwrap().status.reader();
    bench.append_stages(1, 1..=1).await;
    until(async || bench.cursor().await == 1).await;
    assert_eq!(status.last_fault(), None);

    bench.stub.stop().await.unwrap();
    let Bench { folder, store, .. } = bench;
    let append =
        |sequence| store.commit(Changes::by(origin()).facts([fact(1, sequence, "IN_REVIEW")]));
    append(2).await.unwrap();
    until(async || status.last_fault().is_some()).await;
    assert_eq!(
        status.last_fault().as_deref(),
        Some("the receiver answered Unavailable")
    );
    let stub = stub(&folder.path().join("stub"), &address.to_string()).await;
    append(3).await.unwrap();
    until(async || monitoring_cursor(store.reads()).await.unwrap() == 3).await;
    until(async || status.last_fault().is_none()).await;
    assert_eq!(received(stub.address()).await.len(), 3);

    stop.cancel();
    store.tasks().close();
    let tasks = store.tasks().clone();
    drop(store);
    tokio::time::timeout(Duration::from_secs(5), tasks.wait())
        .await
        .expect("the loop and the committer end");
}

#[tokio::test]
async fn a_wrong_token_is_a_fault_that_an_operator_sees() {
    let bench = Bench::new().await;
    let guarded = Stub {
        listen: "127.0.0.1:0".parse().unwrap(),
        folder: bench.folder.path().join("guarded"),
        token: Some(TokenDigest::of("right")),
        clock: Arc::new(SystemClock),
    };
    let guarded = guarded.start().await.unwrap();
    bench.append_stages(1, 1..=1).await;
    let with_token = |token| bench.pusher_to(Arc::new(sink(guarded.address(), Some(token))));
    let fault = round(&mut with_token("wrong")).await.unwrap_err();
    assert_eq!(fault.to_string(), "the receiver answered Unauthenticated");
    assert_eq!(round(&mut with_token("right")).await.unwrap(), 1);
}

/// Waits for something that happens soon.
async fn until(condition: impl AsyncFn() -> bool) {
    let wait = async {
        while !condition().await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), wait)
        .await
        .expect("it happens within 20 seconds");
}

#[tokio::test]
async fn a_stage_that_is_sent_again_counts_once_in_the_book_of_lag() {
    let bench = Bench::new().await;
    bench.append_stages(1, 1..=2).await;
    bench.append(vec![other_fact(1)]).await;
    bench.append_stages(2, 1..=1).await;
    let mut pusher = bench.pusher_to(Unlucky::new(bench.sink(), [Mishap::LostAnswer]));
    round(&mut pusher).await.unwrap_err();
    round(&mut pusher).await.unwrap();
    let on = local(AT.parse().unwrap()).date();
    let sinks = lag_of_days(bench.store.reads(), None, on, on)
        .await
        .unwrap();
    let day = &sinks["monitoring"][&on.to_string()];
    // All were recorded long before this machine's clock.
    assert_eq!((day.took.count(), day.late), (3, 3));
}
