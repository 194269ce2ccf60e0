//! Whether a queue is read from its index, and nobody in it is passed over.

use sea_orm::QueryTrait;

use super::*;
use crate::store::{
    Changes, Insert, Origin,
    test_support::{require_index, temporary},
};

/// A statement of the timetable, to be asked for its plan.
struct Asked(SelectStatement);

impl QueryTrait for Asked {
    type QueryStatement = SelectStatement;

    fn query(&mut self) -> &mut SelectStatement {
        &mut self.0
    }

    fn as_query(&self) -> &SelectStatement {
        &self.0
    }

    fn into_query(self) -> SelectStatement {
        self.0
    }
}

#[tokio::test]
async fn no_timer_costs_more_because_the_register_is_long() {
    let temporary = temporary().await;
    let store = &temporary.store;
    let now = store.clock().now().instant;
    for timer in Timer::ALL {
        let moments = timer.moments();
        let moment = || Expr::col(moments.column);
        for condition in [moment().lte(now), moment().gt(now)] {
            let query = Asked(first_of(moments, condition));
            require_index(store, &query, moments.index).await;
        }
    }
    for timer in [Timer::Registration, Timer::Checks, Timer::Marks] {
        for after in [None, Some((now, Uuid::nil()))] {
            let query = due_query(timer, now, after);
            require_index(store, &query, timer.moments().index).await;
        }
    }
    for query in [
        overtaken_by_share(),
        overtaken_by_number(),
        overtaken_by_bytes(),
    ] {
        let query = behind(query, Some(&("a|b|c|d".to_owned(), Uuid::nil())));
        require_index(store, &query, "ix_application_open_share").await;
    }
}

#[tokio::test]
async fn the_timetable_tells_what_is_due_since_when_and_what_comes_next_of_all() {
    let temporary = temporary().await;
    let store = &temporary.store;
    let now = store.clock().now().instant;
    let at = |minutes| now + chrono::TimeDelta::minutes(minutes);
    let empty = timetable(store.reads(), now).await.unwrap();
    assert_eq!(empty, Timetable::default());
    let waiting = |number, stage: &str, registered, mark: Option<i64>| Model {
        stage: stage.to_owned(),
        registered_at: at(registered),
        next_mark_at: mark.map(at),
        ..overtaken_application(number, now)
    };
    let rows = [
        waiting(1, "RECEIVED", 50, None),
        waiting(2, "RECEIVED", 20, None),
        waiting(3, "REGISTERED", -7, Some(30)),
        waiting(4, "IN_REVIEW", -9, Some(0)),
        waiting(5, "IN_REVIEW", -9, Some(-1)),
        waiting(6, "REFUSED", -60, None),
    ];
    let origin = Origin {
        caller: "portal".to_owned(),
        method: "/tests/Wait",
        at: now,
    };
    let rows = rows.iter().map(Insert::of);
    let changes = rows.fold(Changes::by(origin), Changes::insert);
    store.commit(changes).await.unwrap();
    let timetable = timetable(store.reads(), now).await.unwrap();
    let due = Timer::ALL.map(|timer| Some((timer, timetable.due_since(timer)?)));
    let due: Vec<_> = due.into_iter().flatten().collect();
    assert_eq!(due, [(Timer::Checks, at(-7)), (Timer::Marks, at(-1))]);
    assert_eq!(timetable.next_at(), Some(at(20)));
    assert!(timetable.is_any_due(&[Timer::Letters, Timer::Marks]));
    assert!(!timetable.is_any_due(&[Timer::Letters, Timer::Registration]));
}

/// An open application for a share that another has been granted at the moment it was checked.
pub(in crate::deadlines) fn overtaken_application(number: u128, at: DateTime<Utc>) -> Model {
    Model {
        id: Uuid::from_u128(number),
        number: format!("A-{number}"),
        version: 1,
        stage: "IN_REVIEW".to_owned(),
        stage_count: 3,
        procedure: "PARTICIPATION_AGREEMENT".to_owned(),
        form: "ELECTRONIC_COPY".to_owned(),
        provider_id: "almaty".to_owned(),
        cooperative_bin: "600740000012".to_owned(),
        filed_by: "portal".to_owned(),
        share_key: "a|b|c|d".to_owned(),
        agreement_key: format!("600740000012|{number}|2026-11-20"),
        agreement_sha256: format!("{number:064x}"),
        document_id: None,
        refused_application_id: None,
        received_at: at,
        registered_at: at,
        reopened_at: None,
        due_at: at,
        calendar_version: String::new(),
        overdue: false,
        filed_late: false,
        officer: None,
        checked_at: Some(at),
        findings: "[]".to_owned(),
        refusal: None,
        decided_at: None,
        entry_id: None,
        handover_reason: None,
        handover_known_at: None,
        handover_due_at: None,
        handed_over_at: None,
        near_due_at: at,
        near_due: false,
        next_mark_at: Some(at),
        handover_overdue: false,
    }
}

#[tokio::test]
async fn of_many_that_were_overtaken_at_one_moment_each_has_its_turn() {
    let temporary = temporary().await;
    let store = &temporary.store;
    let at = store.clock().now().instant;
    let claim = share_claim::Model {
        share_key: "a|b|c|d".to_owned(),
        entry_id: Uuid::nil(),
        state: "LIVE".to_owned(),
        changed_at: at,
        version: 1,
        suspended_by: None,
    };
    let origin = Origin {
        caller: "portal".to_owned(),
        method: "/tests/Overtake",
        at,
    };
    let changes = (1..=250)
        .map(|number| Insert::of(&overtaken_application(number, at)))
        .fold(Changes::by(origin), Changes::insert)
        .insert(Insert::of(&claim));
    store.commit(changes).await.unwrap();

    let mut looked = Looked::default();
    let mut turns = Vec::new();
    for _ in 0..4 {
        let ids = overtaken(store.reads(), &mut looked).await.unwrap();
        turns.push(ids.into_iter().map(|id| id.get().as_u128()));
    }
    let turns: Vec<Vec<u128>> = turns.into_iter().map(Iterator::collect).collect();
    let expected: [Vec<u128>; 4] = [
        (1..=128).collect(),
        (129..=250).collect(),
        (1..=128).collect(),
        (129..=250).collect(),
    ];
    assert_eq!(turns, expected);
}
