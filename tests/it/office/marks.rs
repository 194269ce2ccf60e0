//! Near the due moment, and past it: marked at the right moment, shown, told once, and no stage.

use sea_orm::{ConnectionTrait as _, Statement};
use tizilim::{
    demo::client::new_request_id,
    pb::registry::v1::{self as pb, ApplicationStage as Stage, DueMark},
};

use super::{queue, waiting};
use crate::{
    harness::{Account, Installation, Town, instant, moment},
    journeys::holiday,
};

async fn read(town: &Town, application: &pb::Application) -> pb::Application {
    let id = &application.application_id;
    town.portal().application(id).await.unwrap()
}

/// Makes a day a holiday, and moves the due moments that follow.
async fn make_holiday(town: &Town, on: &str) {
    let pb::CalendarChange { act, reason, .. } = holiday(on);
    let mut calendar = town.raw(Account::Operator).calendar();
    let set = pb::SetDayRequest {
        request_id: new_request_id(),
        change: Some(holiday(on)),
    };
    calendar.set_day(set).await.unwrap();
    let moving = pb::RecalculateDueMomentsRequest {
        request_id: new_request_id(),
        application_ids: Vec::new(),
        act,
        reason,
        ..Default::default()
    };
    calendar.recalculate_due_moments(moving).await.unwrap();
}

/// How often the journal has that something is near its due moment.
async fn times_told(installation: &Installation) -> i64 {
    let register = installation.register().await;
    let backend = register.get_database_backend();
    let sql = "SELECT COUNT(*) FROM journal WHERE kind = 'due_moment_near'";
    let told = register.query_one_raw(Statement::from_string(backend, sql));
    let told = told.await.unwrap().unwrap().try_get_by_index(0).unwrap();
    register.close().await.unwrap();
    told
}

#[tokio::test]
async fn an_application_is_marked_near_its_due_moment_once_and_then_past_it() {
    let town = Town::open().await;
    let filed = waiting(&town, 601).await;
    // Four working hours before 18:30 in Almaty.
    assert_eq!(instant(filed.near_due_at), moment("2026-11-25T09:30:00Z"));
    assert_eq!(filed.due_mark(), DueMark::OnTime);
    town.advance("2026-11-25T09:29:59Z").await;
    assert_eq!(read(&town, &filed).await, filed);

    town.advance("2026-11-25T09:30:00Z").await;
    let near = read(&town, &filed).await;
    assert_eq!(near.due_mark(), DueMark::NearDue);
    assert!(!near.overdue && near.stage() == Stage::AwaitingSignature);
    let status = town.operator().status().await.unwrap();
    assert_eq!((status.near_due, status.overdue), (1, 0));
    let listed = queue(&town, pb::ListReviewQueueRequest::default()).await;
    assert_eq!(listed.applications[0].due_mark(), DueMark::NearDue);

    let town = town.restarted().await;
    town.advance("2026-11-25T13:30:00Z").await;
    assert_eq!(
        read(&town, &filed).await,
        near,
        "the last moment is in time"
    );
    town.advance("2026-11-25T13:30:01Z").await;
    let late = read(&town, &filed).await;
    assert_eq!(late.due_mark(), DueMark::Overdue);
    let status = town.operator().status().await.unwrap();
    assert_eq!((status.near_due, status.overdue), (0, 1));

    let granted = town.granted(&late).await.application.unwrap();
    assert_eq!(granted.due_mark(), DueMark::Unspecified, "it is decided");
    let stages = town.received(&filed.application_number).await;
    let told: Vec<_> = stages.iter().map(String::as_str).take(6).collect();
    let expected = [
        "RECEIVED",
        "REGISTERED",
        "IN_REVIEW",
        "AWAITING_SIGNATURE",
        "OVERDUE",
        "GRANTED",
    ];
    assert_eq!(told, expected, "a mark is no stage");
    let installation = town.close().await;
    assert_eq!(times_told(&installation).await, 1);
}

#[tokio::test]
async fn the_minutes_before_a_due_moment_are_those_of_the_provider_and_skip_holidays() {
    let town = Town::open_at("2026-03-20T17:00:00+05:00").await;
    let before = waiting(&town, 602).await;
    let mut provider = town.provider_as_set().await;
    assert_eq!(provider.near_due_minutes, 240, "unless it is set");
    provider.near_due_minutes = 600;
    town.set_provider(provider).await;
    let after = waiting(&town, 603).await;
    assert_eq!(before.due_at, after.due_at);
    let [before, after] = [before, after].map(|one| instant(one.near_due_at));
    assert_eq!(before, moment("2026-03-26T14:30:00+05:00"));
    // The 21st to the 25th are not worked: half an hour is left of the day of filing.
    assert_eq!(after, moment("2026-03-20T18:00:00+05:00"));

    // Of a copy, whose term is three days.
    let copy = town.filed_copy(&town.agreement(604)).await;
    assert_eq!(instant(copy.due_at), moment("2026-03-30T18:30:00+05:00"));
    assert_eq!(
        instant(copy.near_due_at),
        moment("2026-03-27T18:00:00+05:00")
    );
}

#[tokio::test]
async fn a_due_moment_that_moves_takes_its_mark_along() {
    let town = Town::open().await;
    let filed = waiting(&town, 605).await;
    town.advance("2026-11-25T10:00:00Z").await;
    assert_eq!(read(&town, &filed).await.due_mark(), DueMark::NearDue);
    make_holiday(&town, "2026-11-25").await;
    let moved = read(&town, &filed).await;
    assert_eq!(moved.due_mark(), DueMark::OnTime);
    assert_eq!(instant(moved.near_due_at), moment("2026-11-26T09:30:00Z"));
    town.advance("2026-11-26T09:30:00Z").await;
    assert_eq!(read(&town, &filed).await.due_mark(), DueMark::NearDue);
    let installation = town.close().await;
    assert_eq!(times_told(&installation).await, 2, "of each moment once");
}

#[tokio::test]
async fn what_waits_for_its_registration_or_is_decided_is_never_marked() {
    let town = Town::open_at("2026-11-27T19:00:00+05:00").await;
    let request = town.agreement(606).electronic_contract().unwrap();
    let received = town.portal().submit(request).await.unwrap();
    assert_eq!(received.due_mark(), DueMark::OnTime);
    let near = instant(received.near_due_at);
    assert_eq!(near, moment("2026-12-01T14:30:00+05:00"));
    town.advance("2026-11-30T09:00:00+05:00").await;
    let waiting = town.reached(&received, Stage::AwaitingSignature).await;
    town.portal().withdraw(&waiting).await.unwrap();
    town.advance("2026-12-02T09:00:00+05:00").await;
    let withdrawn = town.provider(Account::Officer);
    let withdrawn = withdrawn.reached(&received.application_id, Stage::Withdrawn);
    let withdrawn = withdrawn.await.unwrap();
    assert!(!withdrawn.overdue && withdrawn.due_mark() == DueMark::Unspecified);
    let installation = town.close().await;
    assert_eq!(times_told(&installation).await, 0);
}
