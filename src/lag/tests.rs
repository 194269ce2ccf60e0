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
    let store = &temporary.store;
    let cursor = Cursor::load(store.reads(), SINK).await.unwrap();
    let changes = cursor.moved(to, origin(at("2026-03-20T13:30:00Z")));
    let counting = book().passed(store.reads(), SINK, stages, changes).await;
    store.commit(counting.unwrap().0).await.unwrap();
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
    let day = "2026-03-20T08:00:00Z";
    let stages = [1, 2, 3].map(|number| acknowledged(number, day, 10));
    passed(&temporary, 3, &stages).await;
    // Set back, the cursor passes all of them once more, and one that is new.
    passed(&temporary, 1, &[]).await;
    let again = [2, 3, 4].map(|number| acknowledged(number, day, 90_000));
    passed(&temporary, 4, &again).await;
    let one = expected([("2026-03-20", (4, 1, 90_000))]);
    assert_eq!(days(&temporary).await, one);
}

#[tokio::test]
async fn a_stage_that_was_refused_at_first_is_counted_when_the_sink_has_it() {
    let temporary = temporary().await;
    let store = &temporary.store;
    let day = "2026-03-20T08:00:00Z";
    let others = [1, 3].map(|number| acknowledged(number, day, 10));
    passed(&temporary, 3, &others).await;
    let changes = Changes::by(origin(at(day)));
    let late = [acknowledged(2, day, 120_000)];
    let counting = book().caught_up(store.reads(), SINK, &late, changes).await;
    store.commit(counting.unwrap().0).await.unwrap();
    let one = expected([("2026-03-20", (3, 1, 120_000))]);
    assert_eq!(days(&temporary).await, one);
    // The mark stays where it was: the next stage counts as ever.
    passed(&temporary, 4, &[acknowledged(4, day, 10)]).await;
    let one = expected([("2026-03-20", (4, 1, 120_000))]);
    assert_eq!(days(&temporary).await, one);
}

#[tokio::test]
async fn of_two_who_move_the_cursor_at_once_one_counts() {
    let temporary = temporary().await;
    let store = &temporary.store;
    let stages = [acknowledged(1, "2026-03-20T08:00:00Z", 10)];
    let mut both = Vec::new();
    for _ in 0..2 {
        let cursor = Cursor::load(store.reads(), SINK).await.unwrap();
        let changes = cursor.moved(1, origin(at("2026-03-20T13:30:00Z")));
        let counting = book().passed(store.reads(), SINK, &stages, changes).await;
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
async fn the_oldest_stage_behind_a_number_is_found_among_other_facts() {
    let temporary = temporary().await;
    let store = &temporary.store;
    let recorded_at = at("2026-03-20T08:00:00Z");
    let facts = [
        other_fact(1),
        fact(1, 1, "RECEIVED"),
        other_fact(1),
        fact(1, 2, "REGISTERED"),
    ];
    let changes = Changes::by(origin(recorded_at)).facts(facts);
    store.commit(changes).await.unwrap();
    let mut oldest = Vec::new();
    for number in [0, 2, 4] {
        let waiting = oldest_after(store.reads(), number).await.unwrap();
        oldest.push(waiting.map(|waiting| (waiting.number, waiting.stage, waiting.recorded_at)));
    }
    let stage = |number, code: &str| Some((number, code.to_owned(), recorded_at));
    assert_eq!(oldest, [stage(2, "RECEIVED"), stage(4, "REGISTERED"), None]);
}
