//! What is refused: it parks its application, and nobody else; operators let it go on.
//! No test asks the pusher what it did: it asks the receiver, the cursor and the lanes.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::{
    super::{
        Beginning, Breaker, Lane, LaneState, Pusher, SinkFault, SinkParts, Told, push::PushFault,
    },
    bench::{Bench, Fake, Named, fact, origin, other_fact, parts, round},
};
use crate::{
    kernel::SinkName,
    store::{Changes, NewFact},
};

/// Facts of stages, by application and sequence.
fn facts(stages: &[Named]) -> Vec<NewFact> {
    let stages = stages.iter();
    stages
        .map(|(application, sequence)| fact(*application, *sequence, "IN_REVIEW"))
        .collect()
}

/// A sequence of an application's stages, from the first.
fn of(application: u8, last: i32) -> Vec<Named> {
    (1..=last).map(|sequence| (application, sequence)).collect()
}

fn place(lane: &Lane) -> (&str, i64, i32, LaneState, i32) {
    (
        &lane.application_number,
        lane.number,
        lane.sequence,
        lane.state,
        lane.tries,
    )
}

#[tokio::test]
async fn a_stage_that_is_refused_for_good_parks_the_later_ones_of_its_application_only() {
    let bench = Bench::new().await;
    let fake = Fake::told(|ways| {
        ways.rejects.insert((2, 2));
    });
    let mut pusher = bench.pusher_to(Arc::<Fake>::clone(&fake));
    bench.append(facts(&[(1, 1), (2, 1), (2, 2), (2, 3)])).await;
    assert_eq!(round(&mut pusher).await.unwrap(), 4);
    bench
        .append(vec![
            other_fact(2),
            fact(2, 4, "GRANTED"),
            fact(1, 2, "GRANTED"),
        ])
        .await;
    // Another process takes over: what is parked is in the database.
    let mut other = bench.pusher_to(Arc::<Fake>::clone(&fake));
    assert_eq!(round(&mut other).await.unwrap(), 3);

    assert_eq!(fake.stored(), [(1, 1), (2, 1), (1, 2)]);
    assert_eq!(bench.cursor().await, 7);
    let [lane] = bench.lanes().await.try_into().unwrap();
    assert_eq!(place(&lane), ("A-2", 3, 2, LaneState::Parked, 1));
    assert_eq!(
        (lane.stage.as_str(), lane.reason.as_str()),
        ("IN_REVIEW", "it is invented")
    );
    let told = Told::load(bench.store.reads(), lane.application)
        .await
        .unwrap();
    assert_eq!(
        [2, 3, 4, 6].map(|number| told.has(number)),
        [true, false, false, false]
    );
    assert_eq!(fake.calls(), [4, 1]);
}

#[tokio::test]
async fn what_is_tried_again_is_told_in_order_and_then_goes_with_all_others() {
    let bench = Bench::new().await;
    let fake = Fake::told(|ways| {
        ways.rejects.insert((1, 2));
    });
    let mut pusher = bench.pusher_to(Arc::<Fake>::clone(&fake));
    bench.append(facts(&of(1, 4))).await;
    round(&mut pusher).await.unwrap();
    let [lane] = bench.lanes().await.try_into().unwrap();

    // Refused once more: it is as old as it was.
    bench.let_on(lane.clone().retried()).await;
    tokio::time::sleep(std::time::Duration::from_millis(120)).await;
    round(&mut pusher).await.unwrap();
    let [again] = bench.lanes().await.try_into().unwrap();
    assert_eq!(place(&again), ("A-1", 2, 2, LaneState::Parked, 2));
    assert_eq!(again.since_at, lane.since_at);

    fake.does(|ways| ways.rejects.clear());
    bench.let_on(again.retried()).await;
    bench.append(facts(&[(1, 5), (2, 1)])).await;
    let mut other = bench.pusher_to(Arc::<Fake>::clone(&fake));
    assert_eq!(round(&mut other).await.unwrap(), 2);
    assert_eq!(
        fake.stored(),
        [(1, 1), (1, 2), (1, 3), (1, 4), (1, 5), (2, 1)]
    );
    assert_eq!(bench.lanes().await, []);
}

#[tokio::test]
async fn what_is_passed_over_is_never_told_and_what_waits_behind_it_is() {
    let bench = Bench::new().await;
    let fake = Fake::told(|ways| {
        ways.rejects.insert((1, 1));
    });
    let mut pusher = bench.pusher_to(Arc::<Fake>::clone(&fake));
    bench.append(facts(&[(1, 1), (1, 2), (2, 1)])).await;
    round(&mut pusher).await.unwrap();
    let [lane] = bench.lanes().await.try_into().unwrap();
    let application = lane.application;
    bench.let_on(lane.past()).await;
    // The receiver counts, and lacks the first: it is not sent what was passed over.
    round(&mut bench.pusher_to(Arc::<Fake>::clone(&fake)))
        .await
        .unwrap();
    let [lane] = bench.lanes().await.try_into().unwrap();
    assert_eq!(place(&lane), ("A-1", 2, 2, LaneState::Parked, 1));
    assert_eq!(fake.stored(), [(2, 1)]);

    // It was made to take the gap.
    fake.does(|ways| ways.stored.push((1, 1)));
    bench.let_on(lane.retried()).await;
    round(&mut bench.pusher_to(Arc::<Fake>::clone(&fake)))
        .await
        .unwrap();
    assert_eq!(fake.stored(), [(2, 1), (1, 1), (1, 2)]);
    assert_eq!(bench.lanes().await, []);
    let told = Told::load(bench.store.reads(), application).await.unwrap();
    assert_eq!([told.has(1), told.has(2)], [false, true]);
}

#[tokio::test]
async fn a_poisoned_batch_is_halved_until_the_stage_stands_alone() {
    let bench = Bench::new().await;
    let fake = Fake::told(|ways| {
        ways.poisons.insert((77, 2));
    });
    let mut pusher = bench.pusher_to(Arc::<Fake>::clone(&fake));
    let stages: Vec<Named> = (1..=3)
        .flat_map(|sequence| (1..=160).map(move |application| (application, sequence)))
        .collect();
    bench.append(facts(&stages)).await;
    assert_eq!(round(&mut pusher).await.unwrap(), 480);
    let [lane] = bench.lanes().await.try_into().unwrap();
    assert_eq!(place(&lane), ("A-77", 237, 2, LaneState::Parked, 1));
    let calls = fake.calls();
    assert!(calls.len() <= 19, "{calls:?}");
    let others = stages
        .into_iter()
        .filter(|stage| stage.0 != 77 || stage.1 == 1);
    assert_eq!(fake.stored(), others.collect::<Vec<_>>());
}

#[tokio::test]
async fn a_receiver_that_refuses_everything_parks_nothing() {
    let bench = Bench::new().await;
    let applications = 1..=40;
    let stages: Vec<Named> = applications.map(|application| (application, 1)).collect();
    bench.append(facts(&stages)).await;
    let all = || stages.iter().copied().collect();
    for (ways, told) in [
        (
            Fake::told(|ways| ways.rejects = all()),
            "the receiver does not store stage 1 of A-1",
        ),
        (
            Fake::told(|ways| {
                ways.fault = Some(SinkFault::Refused("InvalidArgument".to_owned()));
            }),
            "the receiver refused the batch with InvalidArgument",
        ),
        (
            Fake::told(|ways| ways.fault = Some(SinkFault::Failed("Internal".to_owned()))),
            "the receiver answered the batch with Internal",
        ),
    ] {
        let mut pusher = bench.pusher_to(Arc::<Fake>::clone(&ways));
        let fault = round(&mut pusher).await.unwrap_err();
        assert_eq!(fault.to_string(), told);
        assert!(ways.calls().len() <= 20);
        // Nor does it once its breaker lets single stages try.
        for _ in 0..20 {
            pusher.status.failed();
            round(&mut pusher).await.unwrap_err();
            assert_eq!((bench.cursor().await, bench.lanes().await), (0, vec![]));
        }
    }
}

#[tokio::test]
async fn a_receiver_that_is_back_is_tried_with_what_may_go_on_if_nothing_else_waits() {
    let bench = Bench::new().await;
    let fake = Fake::told(|ways| {
        ways.rejects.insert((1, 1));
    });
    let mut pusher = bench.pusher_to(Arc::<Fake>::clone(&fake));
    bench.append(facts(&[(1, 1)])).await;
    round(&mut pusher).await.unwrap();
    let [lane] = bench.lanes().await.try_into().unwrap();
    for _ in 0..5 {
        pusher.status.failed();
    }
    assert_eq!(pusher.status.record().breaker, Breaker::Open);
    fake.does(|ways| ways.rejects.clear());
    bench.let_on(lane.retried()).await;
    tokio::time::sleep(std::time::Duration::from_millis(120)).await;
    round(&mut pusher).await.unwrap();
    assert_eq!((fake.stored(), bench.lanes().await), (vec![(1, 1)], vec![]));
    assert_eq!(pusher.status.record().breaker, Breaker::Closed);
}

#[tokio::test]
async fn a_stage_that_crashes_its_receiver_is_parked_once_that_is_no_accident() {
    let bench = Bench::new().await;
    let fake = Fake::told(|ways| {
        ways.crashes.insert((1, 1));
    });
    let mut pusher = bench.pusher_to(Arc::<Fake>::clone(&fake));
    bench.append(facts(&[(1, 1), (1, 2), (2, 1)])).await;
    for tries in 1..=5 {
        let outcome = round(&mut pusher).await;
        assert_eq!(outcome.is_ok(), tries == 5, "{outcome:?}");
        assert_eq!(fake.stored(), [(2, 1)]);
    }
    let [lane] = bench.lanes().await.try_into().unwrap();
    assert_eq!(place(&lane).0, "A-1");
}

#[tokio::test]
async fn a_stage_that_is_refused_alone_thrice_is_parked_though_nothing_else_is_stored() {
    let bench = Bench::new().await;
    let fake = Fake::told(|ways| {
        ways.poisons.insert((1, 1));
    });
    let mut pusher = bench.pusher_to(Arc::<Fake>::clone(&fake));
    bench.append(facts(&of(1, 2))).await;
    for tries in 1..=3 {
        assert_eq!(round(&mut pusher).await.is_ok(), tries == 3, "{tries}");
    }
    assert_eq!((bench.cursor().await, bench.lanes().await.len()), (2, 1));
}

#[tokio::test]
async fn a_receiver_that_failed_for_long_is_tried_with_one_stage() {
    let bench = Bench::new().await;
    let away = SinkFault::away("Unavailable");
    let fake = Fake::told(|ways| ways.fault = Some(away.clone()));
    let mut pusher = bench.pusher_to(Arc::<Fake>::clone(&fake));
    bench.append(vec![other_fact(1)]).await;
    bench.append(facts(&of(1, 3))).await;
    for _ in 0..5 {
        let fault = round(&mut pusher).await.unwrap_err();
        assert!(matches!(fault, PushFault::Sink(_)), "{fault}");
        pusher.status.failed();
    }
    assert_eq!(pusher.status.record().breaker, Breaker::Open);
    assert_eq!(fake.calls(), [3; 5]);
    round(&mut pusher).await.unwrap_err();
    assert_eq!(pusher.status.record().breaker, Breaker::HalfOpen);
    fake.does(|ways| ways.fault = None);
    // The first fact is no stage, and was passed before.
    assert_eq!(round(&mut pusher).await.unwrap(), 3);
    assert_eq!(fake.calls(), [1, 1, 2]);
    assert_eq!(pusher.status.record().breaker, Breaker::Closed);
}

#[tokio::test]
async fn a_cursor_that_is_moved_back_tells_again_what_is_not_parked() {
    let bench = Bench::new().await;
    let fake = Fake::told(|ways| {
        ways.rejects.insert((2, 1));
    });
    let mut pusher = bench.pusher_to(Arc::<Fake>::clone(&fake));
    bench.append(facts(&[(1, 1), (2, 1), (2, 2), (1, 2)])).await;
    round(&mut pusher).await.unwrap();
    fake.does(|ways| ways.stored.clear());
    bench.move_to(0).await;
    let mut other = bench.pusher_to(Arc::<Fake>::clone(&fake));
    assert_eq!(round(&mut other).await.unwrap(), 4);
    assert_eq!(fake.stored(), [(1, 1), (1, 2)]);
    assert_eq!(bench.lanes().await.len(), 1);
}

#[tokio::test]
async fn what_was_passed_over_stays_so_when_the_cursor_moves_back() {
    for moves_first in [false, true] {
        let bench = Bench::new().await;
        let fake = Fake::told(|ways| {
            ways.rejects.insert((1, 2));
        });
        let pusher = || bench.pusher_to(Arc::<Fake>::clone(&fake));
        bench.append(facts(&[(1, 1), (1, 2), (2, 1)])).await;
        round(&mut pusher()).await.unwrap();
        let [lane] = bench.lanes().await.try_into().unwrap();
        if moves_first {
            bench.move_to(0).await;
            bench.let_on(lane.past()).await;
        } else {
            bench.let_on(lane.past()).await;
            round(&mut pusher()).await.unwrap();
            assert_eq!(bench.lanes().await, []);
            bench.move_to(0).await;
        }
        fake.does(|ways| ways.calls.clear());
        round(&mut pusher()).await.unwrap();
        assert_eq!((bench.cursor().await, bench.lanes().await), (3, vec![]));
        assert_eq!(fake.calls(), [2], "{moves_first}");
    }
}

#[tokio::test]
async fn an_act_between_a_push_and_the_cursor_is_not_overwritten() {
    let bench = Bench::new().await;
    let fake = Fake::told(|_| {});
    let mut pusher = bench.pusher_to(Arc::<Fake>::clone(&fake));
    bench.append(facts(&of(1, 1))).await;
    round(&mut pusher).await.unwrap();
    bench.append(facts(&[(1, 2)])).await;
    pusher.work(&CancellationToken::new()).await.unwrap();
    assert_eq!(bench.cursor().await, 1, "the move is not saved yet");
    bench.move_to(0).await;
    let fault = pusher.save(&[]).await.unwrap_err();
    assert!(matches!(fault, PushFault::Overtaken), "{fault}");
    assert_eq!(bench.cursor().await, 0);
    assert_eq!(round(&mut pusher).await.unwrap(), 2);
    assert_eq!((bench.cursor().await, fake.stored()), (2, of(1, 2)));
}

#[tokio::test]
async fn nothing_is_pushed_to_a_sink_that_is_paused() {
    let bench = Bench::new().await;
    let fake = Fake::told(|_| {});
    let mut pusher = bench.pusher_to(Arc::<Fake>::clone(&fake));
    bench.append(facts(&of(1, 1))).await;
    let said = super::super::rows::Said {
        paused: true,
        reason: "they move house".to_owned(),
        by: "operator".to_owned(),
        at: origin().at,
    };
    let row = super::super::rows::said_row(SinkName::MONITORING, &said, None);
    bench
        .store
        .commit(row.onto(Changes::by(origin())))
        .await
        .unwrap();
    assert_eq!(round(&mut pusher).await.unwrap(), 0);
    assert_eq!((bench.cursor().await, fake.calls()), (0, vec![]));
}

#[tokio::test]
async fn a_new_sink_begins_where_it_is_told_to_and_keeps_that_place() {
    let mut bench = Bench::new().await;
    bench.append(facts(&of(1, 2))).await;
    bench.kept = None;
    let fakes = [Fake::told(|_| {}), Fake::told(|_| {})];
    let (lease, _kept) = bench.leases.keep("sink:late", bench.store.tasks());
    let mut lease_held = lease.clone();
    lease_held.held().await;
    let late = |fake: &Arc<Fake>| {
        let parts = SinkParts {
            name: SinkName::parse("late").unwrap(),
            from: Beginning::Now,
            ..parts(Arc::<Fake>::clone(fake))
        };
        let (store, lag) = (bench.store.clone(), bench.lag.clone());
        Pusher::new(store, parts, "sink:late", lease.clone(), lag)
    };
    fakes[0].does(|ways| ways.stored = of(1, 2));
    assert_eq!(round(&mut late(&fakes[0])).await.unwrap(), 0);
    bench.append(facts(&[(1, 3)])).await;
    assert_eq!(round(&mut late(&fakes[0])).await.unwrap(), 1);
    assert_eq!(fakes[0].stored(), of(1, 3));
    // The other sink has a cursor of its own, which it did not move.
    assert_eq!(bench.cursor().await, 0);
}
