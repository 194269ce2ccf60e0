//! Whether each stage counts once, on its day, whatever becomes of the push.

use std::{collections::BTreeMap, time::Duration};

use chrono::{DateTime, NaiveDate, Utc};

use super::*;
use crate::{
    journal::{
        Cursor,
        fixture::{fact, other_fact},
    },
    store::{
        Changes, Origin,
        test_support::{Temporary, temporary},
    },
};

const SINK: &str = "monitoring";
const DAY: &str = "2026-03-20T08:00:00Z";
const LIMIT: Duration = Duration::from_mins(1);

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn origin(at: DateTime<Utc>) -> Origin {
    Origin {
        caller: "system".to_owned(),
        method: "test",
        at,
    }
}

fn book() -> LagBook {
    LagBook::of([(SINK.to_owned(), LIMIT)])
}

/// A stage that was recorded at a moment, and acknowledged so many milliseconds later.
fn acknowledged(number: i64, recorded_at: &str, milliseconds: i64) -> Acknowledged {
    let recorded_at = at(recorded_at);
    let took = chrono::TimeDelta::milliseconds(milliseconds);
    Acknowledged {
        number,
        recorded_at,
        acknowledged_at: recorded_at.checked_add_signed(took).unwrap(),
    }
}

/// Moves the cursor to a number over some stages.
async fn passed(temporary: &Temporary, to: i64, stages: &[Acknowledged]) {
    passed_with(temporary, to, stages, &[]).await;
}

/// Moves the cursor to a number over some stages, and some that are parked.
async fn passed_with(temporary: &Temporary, to: i64, stages: &[Acknowledged], parked: &[i64]) {
    let store = &temporary.store;
    let cursor = Cursor::load(store.reads(), SINK).await.unwrap();
    let changes = cursor.moved(to, origin(at("2026-03-20T13:30:00Z")));
    let passed = of(stages, parked);
    let counting = book().passed(store.reads(), SINK, &passed, changes).await;
    store.commit(counting.unwrap().0).await.unwrap();
}

fn of(acknowledged: &[Acknowledged], parked: &[i64]) -> Passed {
    Passed {
        acknowledged: acknowledged.to_vec(),
        parked: parked.to_vec(),
    }
}

/// The number of the oldest stage that is not acknowledged.
async fn oldest(temporary: &Temporary) -> Option<i64> {
    let oldest = oldest_unacknowledged(temporary.store.reads(), SINK).await;
    oldest.unwrap().map(|waiting| waiting.number)
}

/// By day: how many, how many late, and the longest.
async fn days(temporary: &Temporary) -> BTreeMap<String, (u64, u64, u64)> {
    let [from, to]: [NaiveDate; 2] = ["2026-01-01", "2026-12-31"].map(|on| on.parse().unwrap());
    let sinks = lag_of_days(temporary.store.reads(), Some(SINK), from, to).await;
    let days = sinks.unwrap().remove(SINK).unwrap_or_default();
    days.into_iter()
        .map(|(on, day)| (on, (day.took.count(), day.late, day.took.max())))
        .collect()
}

fn expected<const N: usize>(
    days: [(&str, (u64, u64, u64)); N],
) -> BTreeMap<String, (u64, u64, u64)> {
    days.map(|(on, day)| (on.to_owned(), day)).into()
}

#[tokio::test]
async fn a_stage_counts_on_the_legal_day_of_its_record_and_is_late_beyond_the_limit() {
    let temporary = temporary().await;
    let evening = "2026-03-20T18:59:59.999999Z";
    let stages = [
        acknowledged(1, evening, 60_000),
        acknowledged(3, evening, 60_001),
        acknowledged(4, "2026-03-20T19:00:00Z", 7),
    ];
    passed(&temporary, 4, &stages).await;
    let both = [("2026-03-20", (2, 1, 60_001)), ("2026-03-21", (1, 0, 7))];
    assert_eq!(days(&temporary).await, expected(both));
    // A clock that was set back meanwhile makes no lag.
    passed(&temporary, 5, &[acknowledged(5, evening, -5_000)]).await;
    let both = [("2026-03-20", (3, 1, 60_001)), ("2026-03-21", (1, 0, 7))];
    assert_eq!(days(&temporary).await, expected(both));
}

#[tokio::test]
async fn a_stage_that_the_cursor_passes_again_is_not_counted_again() {
    let temporary = temporary().await;
    let stages = [1, 2, 3].map(|number| acknowledged(number, DAY, 10));
    passed(&temporary, 3, &stages).await;
    // Set back, the cursor passes all of them once more, and one that is new.
    passed(&temporary, 1, &[]).await;
    let again = [2, 3, 4].map(|number| acknowledged(number, DAY, 90_000));
    passed(&temporary, 4, &again).await;
    let one = expected([("2026-03-20", (4, 1, 90_000))]);
    assert_eq!(days(&temporary).await, one);
}

/// A move of the cursor to a number, over what was acknowledged and what was parked.
type Move<'a> = (i64, &'a [Acknowledged], &'a [i64]);

#[tokio::test]
async fn a_stage_that_was_parked_counts_once_wherever_the_cursor_is_moved() {
    let stages = [1, 2, 3, 4].map(|number| acknowledged(number, DAY, 10));
    let late = acknowledged(2, DAY, 120_000);
    let [one, two, three, four] = stages;
    // Let go on at once; after the cursor moved back, apart or with all others; and never.
    let ways: [&[Move<'_>]; 4] = [
        &[(3, &[late], &[])],
        &[(0, &[], &[]), (3, &[late, one, three], &[])],
        &[(0, &[], &[]), (3, &[one, late, three], &[]), (0, &[], &[])],
        &[(0, &[], &[]), (3, &[one, three], &[2])],
    ];
    for (way, moves) in ways.into_iter().enumerate() {
        let temporary = temporary().await;
        let facts = (1..=4).map(|sequence| fact(1, sequence, "IN_REVIEW"));
        let changes = Changes::by(origin(at(DAY))).facts(facts);
        temporary.store.commit(changes).await.unwrap();
        passed_with(&temporary, 3, &[one, three], &[2]).await;
        assert_eq!(oldest(&temporary).await, Some(2));
        for (to, stages, parked) in moves {
            passed_with(&temporary, *to, stages, parked).await;
        }
        let is_told = way < 3;
        let counted = if is_told { (3, 1, 120_000) } else { (2, 0, 10) };
        assert_eq!(days(&temporary).await, expected([("2026-03-20", counted)]));
        let unacknowledged = if is_told { 4 } else { 2 };
        assert_eq!(oldest(&temporary).await, Some(unacknowledged), "{way}");
        // Refused once more after it was counted, it is told at last: that is no news.
        passed_with(&temporary, 3, &[one, two, three], &[]).await;
        passed_with(&temporary, 3, &[], &[2]).await;
        passed_with(&temporary, 4, &[two, four], &[]).await;
        let [(_, (count, ..))] = days(&temporary).await.into_iter().collect::<Vec<_>>()[..] else {
            panic!("there is one day")
        };
        assert_eq!((count, oldest(&temporary).await), (4, None), "{way}");
    }
}

#[tokio::test]
async fn a_stage_that_is_passed_over_waits_for_nobody() {
    let temporary = temporary().await;
    let store = &temporary.store;
    let day = at(DAY);
    let facts = [fact(1, 1, "RECEIVED"), fact(2, 1, "RECEIVED")];
    store
        .commit(Changes::by(origin(day)).facts(facts))
        .await
        .unwrap();
    passed_with(&temporary, 2, &[], &[1, 2]).await;
    let settled = passed_over(store.reads(), SINK, 1).await.unwrap().unwrap();
    let changes = Changes::by(origin(day)).update(settled);
    store.commit(changes).await.unwrap();
    assert_eq!(oldest(&temporary).await, Some(2));
    let again = passed_over(store.reads(), SINK, 1).await.unwrap();
    assert!(again.is_none(), "it is owed no more");
}

#[tokio::test]
async fn what_a_sink_was_not_to_be_told_is_none_of_its_lag() {
    let temporary = temporary().await;
    let store = &temporary.store;
    let facts = (1..=3).map(|sequence| fact(1, sequence, "IN_REVIEW"));
    let changes = Changes::by(origin(at(DAY))).facts(facts);
    store.commit(changes).await.unwrap();
    let cursor = Cursor::load(store.reads(), SINK).await.unwrap();
    let changes = cursor.beginning_at(2).moved(2, origin(at(DAY)));
    store.commit(begun(SINK, 2, changes)).await.unwrap();
    assert_eq!(oldest(&temporary).await, Some(3));
    // Moved back behind its beginning, it is told more; that counts as little as what is told again.
    let stages = [1, 2, 3].map(|number| acknowledged(number, DAY, 10));
    passed(&temporary, 3, &stages).await;
    assert_eq!(
        days(&temporary).await,
        expected([("2026-03-20", (1, 0, 10))])
    );
}

#[tokio::test]
async fn of_two_who_move_the_cursor_at_once_one_counts() {
    let temporary = temporary().await;
    let store = &temporary.store;
    let stages = [acknowledged(1, DAY, 10)];
    let mut both = Vec::new();
    for _ in 0..2 {
        let cursor = Cursor::load(store.reads(), SINK).await.unwrap();
        let changes = cursor.moved(1, origin(at("2026-03-20T13:30:00Z")));
        let counting = book()
            .passed(store.reads(), SINK, &of(&stages, &[]), changes)
            .await;
        both.push(counting.unwrap().0);
    }
    let mut committed = 0;
    for changes in both {
        committed += usize::from(store.commit(changes).await.is_ok());
    }
    assert_eq!(committed, 1);
    assert_eq!(
        days(&temporary).await,
        expected([("2026-03-20", (1, 0, 10))])
    );
}

#[tokio::test]
async fn the_oldest_stage_behind_what_was_passed_is_found_among_other_facts() {
    let temporary = temporary().await;
    let store = &temporary.store;
    let recorded_at = at(DAY);
    let facts = [
        other_fact(1),
        fact(1, 1, "RECEIVED"),
        other_fact(1),
        fact(1, 2, "REGISTERED"),
    ];
    let changes = Changes::by(origin(recorded_at)).facts(facts);
    store.commit(changes).await.unwrap();
    let mut oldest = Vec::new();
    for to in [0, 2, 4] {
        passed(&temporary, to, &[acknowledged(to, DAY, 10)]).await;
        let waiting = oldest_unacknowledged(store.reads(), SINK).await.unwrap();
        oldest.push(waiting.map(|waiting| (waiting.number, waiting.stage, waiting.recorded_at)));
    }
    let stage = |number, code: &str| Some((number, code.to_owned(), recorded_at));
    assert_eq!(oldest, [stage(2, "RECEIVED"), stage(4, "REGISTERED"), None]);
}
