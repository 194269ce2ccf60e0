//! Whether a queue is read from its index, and nobody in it is passed over.

use super::*;
use crate::{
    application::rows::application,
    store::{
        Changes, Insert, Origin,
        test_support::{require_index, temporary},
    },
};

#[tokio::test]
async fn no_queue_costs_more_because_the_register_is_long() {
    let temporary = temporary().await;
    let store = &temporary.store;
    let now = store.clock().now().instant;
    for (queue, index) in [
        (Queue::Registration, "ix_application_to_register"),
        (Queue::Checks, "ix_application_to_check"),
        (Queue::Marks, "ix_application_to_mark"),
    ] {
        require_index(store, &queue.due_query(now), index).await;
        require_index(store, &queue.next_query(now), index).await;
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

/// An open application for a share that another has been granted at the moment it was checked.
fn overtaken_application(number: u128, at: DateTime<Utc>) -> application::Model {
    application::Model {
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
        (1..=100).collect(),
        (101..=200).collect(),
        (201..=250).collect(),
        (1..=100).collect(),
    ];
    assert_eq!(turns, expected);
}
