//! A register, a stub and the reconciler between them: what is different is found, and healed if it can be.
//! No test reaches into the stub's file but to break it.

mod bench;
mod watched;

use std::time::Duration;

use bench::{Bench, TODAY, YESTERDAY};
use tokio_util::sync::CancellationToken;
use watched::Manners;

use super::{
    clerk::ReconcileFault,
    model::{Handling, Kind, State},
};
use crate::pb::monitoring::v1::{Misbehaviour, MisbehaviourKind};

#[tokio::test]
async fn a_day_is_compared_once_when_it_is_over_and_every_stage_is_acknowledged() {
    let bench = Bench::new().await;
    bench.append(YESTERDAY, 1, 1..=3).await;
    bench.append(TODAY, 2, 1..=2).await;
    bench.append(YESTERDAY, 3, 1..=1).await;
    bench.settle().await;
    bench.rounds().await;
    let [day] = bench.comparisons().await.try_into().unwrap();
    assert_eq!((day.day_on.as_str(), day.stages), (YESTERDAY, 4));
    assert_eq!(day.state, State::Alike.as_str());
    assert_eq!((day.sink_stages, &day.sink_digest), (4, &day.digest));
    assert_eq!((day.questions, day.differences), (1, 0));
    bench.rounds().await;
    assert_eq!(bench.comparisons().await, [day], "once is enough");

    // Something of yesterday comes late: it is compared again.
    bench.append(YESTERDAY, 1, 4..=4).await;
    bench.settle().await;
    bench.rounds().await;
    let [day] = bench.comparisons().await.try_into().unwrap();
    assert_eq!((day.stages, day.sink_stages), (5, 5));
    assert_eq!(day.state, State::Alike.as_str());
}

#[tokio::test]
async fn what_a_sink_lost_is_found_and_comes_again_when_an_operator_says_so() {
    let bench = Bench::new().await;
    for application in 1..=4 {
        bench.append(YESTERDAY, application, 1..=2).await;
    }
    bench.settle().await;
    let lost = bench.received().await;
    bench
        .misbehave(Misbehaviour {
            kind: MisbehaviourKind::Loss.into(),
            lost_seconds: 600,
            calls_max: 1,
            ..Misbehaviour::default()
        })
        .await;
    bench.append(TODAY, 5, 1..=1).await;
    bench.settle().await;
    assert_eq!(bench.received().await.len(), 1, "the rest is gone");

    bench.rounds().await;
    let [day] = bench.comparisons().await.try_into().unwrap();
    assert_eq!(day.state, State::Different.as_str());
    assert_eq!((day.stages, day.sink_stages, day.differences), (8, 0, 8));
    let found = bench.differences().await;
    assert!(found.iter().all(|one| one.kind == Kind::Missing.as_str()));
    assert!(found.iter().all(|one| one.state == Handling::Open.as_str()));
    assert_eq!(bench.facts_of("reconciliation_different").await, 1);

    bench.resend(|_| true).await;
    bench.rounds().await;
    let [day] = bench.comparisons().await.try_into().unwrap();
    assert_eq!(day.state, State::Alike.as_str());
    assert_eq!((day.sink_stages, day.differences), (8, 0));
    let healed = bench.differences().await;
    assert!(
        healed
            .iter()
            .all(|one| one.state == Handling::Healed.as_str())
    );
    let received = bench.received().await;
    assert_eq!(received.len(), lost.len() + 1);
    assert!(lost.iter().all(|stage| received.contains(stage)));
}

#[tokio::test]
async fn later_stages_that_are_sent_alone_bring_the_earlier_ones_along() {
    let bench = Bench::new().await;
    bench.append(YESTERDAY, 1, 1..=3).await;
    bench.append(YESTERDAY, 2, 1..=1).await;
    bench.settle().await;
    bench.forget("A-1").await;
    bench.rounds().await;
    assert_eq!(bench.differences().await.len(), 3);
    bench.resend(|row| row.sequence == 3).await;
    bench.rounds().await;
    let [day] = bench.comparisons().await.try_into().unwrap();
    assert_eq!(day.state, State::Alike.as_str());
    assert_eq!(bench.received().await.len(), 4);
}

#[tokio::test]
async fn a_stage_that_was_changed_at_the_sink_is_found_and_sending_it_again_is_refused() {
    let bench = Bench::new().await;
    bench.append(YESTERDAY, 1, 1..=3).await;
    bench.settle().await;
    bench.forge("A-1", 2).await;
    bench.rounds().await;
    let [found] = bench.differences().await.try_into().unwrap();
    assert_eq!((found.kind.as_str(), found.sequence), ("CHANGED", 2));
    assert_eq!(found.application_number, "A-1");
    bench.resend(|_| true).await;
    bench.rounds().await;
    let [refused] = bench.differences().await.try_into().unwrap();
    assert_eq!(refused.state, Handling::Refused.as_str());
    assert_eq!(refused.reason, "event_id was received with other content");
    let [day] = bench.comparisons().await.try_into().unwrap();
    assert_eq!((day.state.as_str(), day.differences), ("DIFFERENT", 1));
}

#[tokio::test]
async fn what_the_journal_never_told_is_found_too() {
    let bench = Bench::new().await;
    bench.append(YESTERDAY, 1, 1..=2).await;
    bench.settle().await;
    bench.intrude(YESTERDAY, 9, 1..=2).await;
    bench.rounds().await;
    let found = bench.differences().await;
    assert!(found.iter().all(|one| one.kind == Kind::Unknown.as_str()));
    let unknown: i32 = found.iter().map(|one| one.stages).sum();
    assert_eq!(unknown, 2);
    let [day] = bench.comparisons().await.try_into().unwrap();
    assert_eq!((day.stages, day.sink_stages), (2, 4));
}

#[tokio::test]
async fn what_is_parked_or_passed_over_is_told_as_such_and_not_missed() {
    let bench = Bench::new().await;
    bench.append(YESTERDAY, 1, 1..=2).await;
    bench.append_refused(YESTERDAY, 2).await;
    bench.append(YESTERDAY, 3, 1..=1).await;
    bench.settle().await;
    bench.rounds().await;
    let [day] = bench.comparisons().await.try_into().unwrap();
    assert_eq!((day.state.as_str(), day.stages), ("ALIKE", 3));
    assert_eq!((day.parked_stages, day.skipped_stages), (1, 0));

    // An operator passes it over; its application goes with all others again.
    bench.skip_parked().await;
    bench.append(YESTERDAY, 1, 3..=3).await;
    bench.settle().await;
    bench.rounds().await;
    let [day] = bench.comparisons().await.try_into().unwrap();
    assert_eq!((day.state.as_str(), day.stages), ("ALIKE", 4));
    assert_eq!((day.parked_stages, day.skipped_stages), (0, 1));
    assert_eq!(bench.differences().await, []);
}

#[tokio::test]
async fn a_sink_that_is_away_is_asked_again_and_its_fault_is_told() {
    let mut bench = Bench::new().await;
    bench.append(YESTERDAY, 1, 1..=2).await;
    bench.settle().await;
    bench.stop_stub().await;
    let fault = bench.rounds_until_fault().await;
    assert_eq!(fault, "the receiver answered Unavailable");
    let [day] = bench.comparisons().await.try_into().unwrap();
    assert_eq!((day.state.as_str(), day.fault), ("DUE", fault));
    bench.start_stub().await;
    bench.rounds().await;
    let [day] = bench.comparisons().await.try_into().unwrap();
    assert_eq!((day.state.as_str(), day.fault.as_str()), ("ALIKE", ""));
}

#[tokio::test]
async fn a_day_that_is_not_acknowledged_waits() {
    let mut bench = Bench::new().await;
    bench.append(YESTERDAY, 1, 1..=2).await;
    bench.settle().await;
    bench.stop_stub().await;
    bench.append(YESTERDAY, 1, 3..=3).await;
    bench.rounds().await;
    assert_eq!(bench.comparisons().await, []);
}

#[tokio::test]
async fn a_sink_that_does_not_answer_keeps_nobody_from_stopping() {
    let bench = Bench::new().await;
    bench.append(YESTERDAY, 1, 1..=2).await;
    bench.settle().await;
    bench.watched.hold();
    let stop = CancellationToken::new();
    let stopping = async {
        bench.watched.is_asked().await;
        stop.cancel();
    };
    let both = async { tokio::join!(bench.run(stop.clone()), stopping) };
    let stopped = tokio::time::timeout(Duration::from_secs(20), both).await;
    stopped.expect("it stops while a sink is asked");
    assert_eq!(bench.comparisons().await, []);
}

#[tokio::test]
async fn a_day_is_compared_although_something_happens_all_the_time() {
    let bench = Bench::new().await;
    bench.append(YESTERDAY, 1, 1..=2).await;
    bench.settle().await;
    bench.append(TODAY, 2, 1..=1).await;
    assert!(bench.round().await.unwrap(), "it is compared at once");
    let [day] = bench.comparisons().await.try_into().unwrap();
    assert_eq!((day.state.as_str(), day.stages), ("ALIKE", 2));
}

#[tokio::test]
async fn who_asks_while_a_day_is_compared_has_it_compared_again() {
    let bench = Bench::new().await;
    bench.append(YESTERDAY, 1, 1..=2).await;
    bench.settle().await;
    for has_row in [false, true] {
        let overtaken = bench.round_while(bench.ask(YESTERDAY)).await;
        assert!(matches!(overtaken, Err(ReconcileFault::Overtaken)));
        let [day] = bench.comparisons().await.try_into().unwrap();
        assert_eq!((day.state.as_str(), day.asked_by.as_str()), ("DUE", "root"));
        bench.rounds().await;
        let [day] = bench.comparisons().await.try_into().unwrap();
        assert_eq!(day.state, State::Alike.as_str(), "{has_row}");
        bench.ask(YESTERDAY).await;
    }
}

#[tokio::test]
async fn what_leaves_its_lane_during_a_comparison_is_not_unknown() {
    let bench = Bench::new().await;
    bench.append(YESTERDAY, 1, 1..=2).await;
    bench.park(YESTERDAY, 2).await;
    let leaving = async {
        bench.retry_parked().await;
        bench.drain().await;
    };
    let moved = bench.round_while(leaving).await;
    assert!(matches!(moved, Err(ReconcileFault::Moved)));
    bench.rounds().await;
    let [day] = bench.comparisons().await.try_into().unwrap();
    assert_eq!((day.state.as_str(), day.stages), ("ALIKE", 3));
    assert_eq!(bench.differences().await, []);
    assert_eq!(bench.facts_of("reconciliation_different").await, 0);
}

#[tokio::test]
async fn what_an_operator_let_go_on_is_waited_for() {
    let bench = Bench::new().await;
    bench.append(YESTERDAY, 1, 1..=2).await;
    bench.park(YESTERDAY, 2).await;
    bench.pause(true).await;
    bench.retry_parked().await;
    bench.intrude(YESTERDAY, 2, 1..=1).await;
    bench.rounds().await;
    assert_eq!(bench.comparisons().await, [], "it may be stored by now");
    bench.pause(false).await;
    bench.drain().await;
    bench.rounds().await;
    let [day] = bench.comparisons().await.try_into().unwrap();
    assert_eq!((day.state.as_str(), day.stages), ("ALIKE", 3));
}

#[tokio::test]
async fn days_of_which_a_sink_does_not_tell_keep_no_others_from_being_compared() {
    const POISON: [&str; 3] = ["2026-11-18", "2026-11-19", "2026-11-20"];
    let bench = Bench::new().await;
    for (application, day) in (1..).zip(POISON) {
        bench.append(day, application, 1..=1).await;
    }
    bench.append(YESTERDAY, 4, 1..=1).await;
    bench.settle().await;
    bench.watched.behaves(Manners {
        fails_on: &POISON,
        ..Manners::default()
    });
    let states = async || {
        let rows = bench.comparisons().await;
        let [.., yesterday] = rows.as_slice() else {
            return String::new();
        };
        assert!(
            rows.iter()
                .all(|row| row.fault.is_empty() == (row == yesterday))
        );
        yesterday.state.clone()
    };
    for _ in POISON {
        assert!(bench.round().await.is_err());
    }
    assert!(bench.round().await.unwrap());
    assert_eq!(states().await, "ALIKE");

    // What somebody asks for comes before what failed; and of that, each has its turn.
    bench.ask(YESTERDAY).await;
    assert!(bench.round().await.unwrap());
    assert_eq!(states().await, "ALIKE");
    bench.watched.behaves(Manners {
        fails_on: &["2026-11-18", "2026-11-19"],
        ..Manners::default()
    });
    for _ in POISON {
        if matches!(bench.round().await, Ok(true)) {
            break;
        }
    }
    let healed = bench.comparisons().await.into_iter().nth(2).unwrap();
    assert_eq!(
        (healed.day_on.as_str(), healed.state.as_str()),
        ("2026-11-20", "ALIKE")
    );
}

#[tokio::test]
async fn of_a_sink_that_does_not_tell_any_more_nothing_old_is_said() {
    let bench = Bench::new().await;
    bench.append(YESTERDAY, 1, 1..=3).await;
    bench.settle().await;
    bench.forget("A-1").await;
    bench.rounds().await;
    let [day] = bench.comparisons().await.try_into().unwrap();
    assert_eq!((day.state.as_str(), day.differences), ("DIFFERENT", 3));
    bench.watched.behaves(Manners {
        offers_nothing: true,
        ..Manners::default()
    });
    bench.ask(YESTERDAY).await;
    bench.rounds().await;
    let [day] = bench.comparisons().await.try_into().unwrap();
    let asked_by = (day.state.as_str(), day.asked_by.as_str());
    assert_eq!(asked_by, ("NOT_OFFERED", "root"));
    assert_eq!((day.stages, day.sink_stages, day.differences), (0, 0, 0));
    assert_eq!((day.digest.as_str(), day.sink_digest.as_str()), ("", ""));
    let found = bench.differences().await;
    assert!(found.iter().all(|one| one.state == Handling::Open.as_str()));
    assert_eq!(bench.facts_of("reconciliation_different").await, 1);
}
