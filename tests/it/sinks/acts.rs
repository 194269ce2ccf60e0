//! Pausing, resuming and telling again; and that the journal remembers each act.

use std::time::Duration;

use sea_orm::{ConnectionTrait as _, Statement};
use serde_json::Value;
use tizilim::{
    demo::client::new_request_id,
    pb::registry::v1::{self as pb, ApplicationStage as Stage, SinkState, move_cursor_request::To},
};
use tonic::Code;

use super::{Receiver, SINK, done, sinks, town};
use crate::harness::{Account, Told, Town, until};

fn pause() -> pb::PauseSinkRequest {
    pb::PauseSinkRequest {
        request_id: new_request_id(),
        sink: SINK.to_owned(),
        reason: "they move house".to_owned(),
    }
}

fn resume() -> pb::ResumeSinkRequest {
    pb::ResumeSinkRequest {
        request_id: new_request_id(),
        sink: SINK.to_owned(),
        reason: "they are there".to_owned(),
    }
}

fn back_to(to: To) -> pb::MoveCursorRequest {
    pb::MoveCursorRequest {
        request_id: new_request_id(),
        sink: SINK.to_owned(),
        to: Some(to),
        reason: "they lost a disk".to_owned(),
    }
}

/// The kinds of the facts of acts, with who and why.
async fn remembered(town: &Town) -> Vec<(String, String, String)> {
    let register = town.installation.register().await;
    let text = "SELECT kind, caller, body FROM journal \
                WHERE kind LIKE 'sink%' OR kind LIKE 'parked%' ORDER BY number";
    let statement = Statement::from_string(register.get_database_backend(), text);
    let rows = register.query_all_raw(statement).await.unwrap();
    rows.iter()
        .map(|row| {
            let text = |index| row.try_get_by_index::<String>(index).unwrap();
            let body: Value = serde_json::from_str(&text(2)).unwrap();
            assert_eq!(body["sink"], SINK);
            (
                text(0),
                text(1),
                body["reason"].as_str().unwrap().to_owned(),
            )
        })
        .collect()
}

#[tokio::test]
async fn a_paused_sink_is_told_nothing_until_it_is_resumed_and_others_are() {
    let receiver = Receiver::start().await;
    let town = town(&receiver).await;
    let mut operator = town.raw(Account::Operator).operations();
    let asked = pause();
    for replayed in [false, true] {
        let paused = operator
            .pause_sink(asked.clone())
            .await
            .unwrap()
            .into_inner();
        assert_eq!(paused.replayed, replayed);
        assert_eq!(paused.said.unwrap().reason, "they move house");
    }
    let paused = sinks(&town).await.pop().unwrap();
    assert_eq!(paused.state(), SinkState::Paused);
    // Who pushes looks for acts ten times a second.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let application = town
        .filed(&town.agreement(11), Stage::AwaitingSignature)
        .await;
    let number = &application.application_number;
    town.operator().all_stages_delivered().await.unwrap();
    let told = town.received(number).await;
    assert_eq!(receiver.stages_of(number), Vec::<String>::new());
    assert!(sinks(&town).await.pop().unwrap().lag >= 4);

    operator.resume_sink(resume()).await.unwrap();
    let resumed = done(&town).await;
    assert_eq!(resumed.state(), SinkState::Pushing);
    assert_eq!(resumed.said.unwrap().reason, "they are there");
    assert_eq!(receiver.stages_of(number), told);
    let expected = [
        ("sink_paused", "they move house"),
        ("sink_resumed", "they are there"),
    ];
    let expected =
        expected.map(|(kind, why)| (kind.to_owned(), "operator".to_owned(), why.to_owned()));
    assert_eq!(remembered(&town).await, expected);
}

#[tokio::test]
async fn a_cursor_moves_back_to_a_number_or_a_moment_and_never_forward() {
    let receiver = Receiver::start().await;
    let town = town(&receiver).await;
    let application = town
        .filed(&town.agreement(12), Stage::AwaitingSignature)
        .await;
    let cursor = done(&town).await.cursor;
    let stored = receiver.stages_of(&application.application_number);
    let mut operator = town.raw(Account::Operator).operations();

    let asked = back_to(To::Number(0));
    let moved = operator
        .move_cursor(asked.clone())
        .await
        .unwrap()
        .into_inner();
    assert_eq!(
        (moved.cursor_before, moved.cursor, moved.replayed),
        (cursor, 0, false)
    );
    done(&town).await;
    until("all stages again", async || {
        (receiver.records().repeats == stored.len()).then_some(())
    })
    .await;
    assert_eq!(receiver.stages_of(&application.application_number), stored);
    let repeated = operator.move_cursor(asked).await.unwrap().into_inner();
    assert_eq!((repeated.cursor, repeated.replayed), (0, true));

    let beyond = operator
        .move_cursor(back_to(To::Number(i64::MAX)))
        .await
        .unwrap_err();
    let beyond = Told::of(&beyond);
    beyond.is(Code::InvalidArgument, "INVALID_FIELDS");
    assert_eq!(beyond.paths(), ["number"]);
    let cursor = done(&town).await.cursor;
    let ever = prost_types::Timestamp::default();
    let moved = operator
        .move_cursor(back_to(To::RecordedAt(ever)))
        .await
        .unwrap();
    assert_eq!(moved.into_inner().cursor, 0);
    let late = prost_types::Timestamp {
        seconds: 253_402_300_000,
        nanos: 0,
    };
    let cursor_now = done(&town).await.cursor;
    assert!(cursor_now > cursor, "the act is a fact");
    let moved = operator
        .move_cursor(back_to(To::RecordedAt(late)))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(moved.cursor, moved.cursor_before);
}
