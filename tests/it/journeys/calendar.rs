//! Days set by an act, and due moments that move by another one only (D-3).

mod complaints;
mod corrections;
mod handovers;
mod wrong;

use tizilim::{
    demo::client::new_request_id,
    pb::registry::v1::{self as pb, ApplicationStage as Stage, DayKind},
    rpc::timestamp,
};
use tonic::Code;

use crate::harness::{Account, Town, instant, moment, told_raw};

/// A text whose languages differ.
pub(crate) fn text(text: &str) -> pb::LocalizedText {
    pb::LocalizedText {
        kk: format!("Ойдан алынған: {text}"),
        ru: format!("Вымышленное: {text}"),
        en: format!("Invented: {text}"),
    }
}

fn act() -> pb::Act {
    pb::Act {
        title: Some(text("order")),
        number: "12-T".to_owned(),
        dated_on: "2026-11-20".to_owned(),
    }
}

/// A change that sets days.
fn change(days: &[(&str, DayKind)]) -> pb::CalendarChange {
    let days = days.iter().map(|(on, kind)| pb::DaySetting {
        on: (*on).to_owned(),
        kind: (*kind).into(),
    });
    pb::CalendarChange {
        days: days.collect(),
        act: Some(act()),
        reason: Some(text("transfer")),
        covers_to_on: String::new(),
    }
}

/// A day that becomes a holiday.
pub(crate) fn holiday(on: &str) -> pb::CalendarChange {
    change(&[(on, DayKind::Holiday)])
}

fn setting(change: pb::CalendarChange) -> pb::SetDayRequest {
    pb::SetDayRequest {
        request_id: new_request_id(),
        change: Some(change),
    }
}

async fn set(town: &Town, days: &[(&str, DayKind)]) -> pb::SetDayResponse {
    let mut calendar = town.raw(Account::Operator).calendar();
    let set = calendar.set_day(setting(change(days))).await;
    set.unwrap().into_inner()
}

/// When a contract of the moment would be due.
async fn due(town: &Town, account: Account) -> pb::ComputeDueDateResponse {
    let request = pb::ComputeDueDateRequest {
        arrived_at: Some(timestamp(town.now().await)),
        working_days: 1,
        provider_id: town.world.provider.id.to_owned(),
    };
    let mut calendar = town.raw(account).calendar();
    calendar
        .compute_due_date(request)
        .await
        .unwrap()
        .into_inner()
}

fn recalculation(ids: &[&pb::Application]) -> pb::RecalculateDueMomentsRequest {
    let ids = ids
        .iter()
        .map(|application| application.application_id.clone());
    pb::RecalculateDueMomentsRequest {
        request_id: new_request_id(),
        application_ids: ids.collect(),
        act: Some(act()),
        reason: Some(text("late")),
        ..Default::default()
    }
}

async fn recalculated(town: &Town, ids: &[&pb::Application]) -> Vec<pb::DueMomentMove> {
    let mut calendar = town.raw(Account::Operator).calendar();
    let answer = calendar.recalculate_due_moments(recalculation(ids)).await;
    let answer = answer.unwrap().into_inner();
    assert!(!answer.has_more);
    answer.moves
}

async fn preview(town: &Town, change: Option<pb::CalendarChange>) -> Vec<pb::DueMomentMove> {
    let mut calendar = town.raw(Account::Operator).calendar();
    let mut request = pb::PreviewCalendarChangeRequest {
        change,
        page_size: 1,
        page_token: String::new(),
    };
    let mut moves = Vec::new();
    loop {
        let page = calendar.preview_calendar_change(request.clone()).await;
        let page = page.unwrap().into_inner();
        assert!(page.moves.len() <= 1);
        moves.extend(page.moves);
        if page.next_page_token.is_empty() {
            return moves;
        }
        request.page_token = page.next_page_token;
    }
}

/// The moves of a case that were made.
async fn moves_of(
    town: &Town,
    account: Account,
    case: pb::ListDueMomentMovesRequest,
) -> Result<Vec<pb::DueMomentMove>, tonic::Status> {
    let mut calendar = town.raw(account).calendar();
    let kept = calendar.list_due_moment_moves(case).await?;
    let records = kept.into_inner().records.into_iter();
    Ok(records.filter_map(|record| record.r#move).collect())
}

async fn read(town: &Town, application: &pb::Application) -> pb::Application {
    let id = &application.application_id;
    town.portal().application(id).await.unwrap()
}

#[tokio::test]
async fn a_day_that_is_set_counts_at_once_and_keeps_its_history_over_a_restart() {
    let town = Town::open().await;
    let before = due(&town, Account::Portal).await;
    assert_eq!(instant(before.due_at), moment("2026-11-25T13:30:00Z"));
    let answer = set(&town, &[("2026-11-25", DayKind::Holiday)]).await;
    assert_eq!(answer.calendar_to_on, "2027-12-31");
    assert!(!answer.days[0].working);
    let after = due(&town, Account::Portal).await;
    assert_eq!(instant(after.due_at), moment("2026-11-26T13:30:00Z"));
    assert_eq!(after.calendar_version, answer.calendar_version);
    assert_ne!(after.calendar_version, before.calendar_version);
    let filed = town
        .filed(&town.agreement(81), Stage::AwaitingSignature)
        .await;
    assert_eq!(filed.due_at, after.due_at);
    assert_eq!(filed.calendar_version, after.calendar_version);

    set(&town, &[("2026-11-25", DayKind::Working)]).await;
    let town = town.restarted().await;
    let again = due(&town, Account::Portal).await;
    assert_eq!(again.due_at, before.due_at);
    let request = pb::ListDayHistoryRequest {
        on: "2026-11-25".to_owned(),
    };
    let mut calendar = town.raw(Account::Agency).calendar();
    let history = calendar
        .list_day_history(request)
        .await
        .unwrap()
        .into_inner();
    let told: Vec<_> = history
        .records
        .iter()
        .map(|record| (record.day.as_ref().unwrap().kind(), record.set_by.as_str()))
        .collect();
    let expected = [
        (DayKind::Working, ""),
        (DayKind::Holiday, "operator"),
        (DayKind::Working, "operator"),
    ];
    assert_eq!(told, expected);
    assert_eq!(history.records[0].act, None);
    assert_eq!(history.records[0].calendar_version, before.calendar_version);
    assert_eq!(history.records[1].act, Some(act()));
    let reason = |record: &pb::DayRecord| record.day.as_ref().unwrap().reason.clone().unwrap();
    assert_eq!(reason(&history.records[0]).ru, "обычный рабочий день");
    let said = reason(&history.records[1]);
    assert_eq!(
        said.kk,
        "Ойдан алынған: transfer; Ойдан алынған: order (2026-11-20, № 12-T)"
    );
    assert_eq!(
        said.ru,
        "Вымышленное: transfer; Вымышленное: order от 2026-11-20 № 12-T"
    );
    assert_eq!(
        said.en,
        "Invented: transfer; Invented: order No. 12-T of 2026-11-20"
    );
    assert_eq!(history.records[1].calendar_version, answer.calendar_version);
    assert!(history.records[1].set_at.is_some());
}

#[tokio::test]
async fn a_fixed_due_moment_moves_by_an_act_only_and_keeps_the_old_one() {
    let town = Town::open().await;
    let named = town
        .filed(&town.agreement(82), Stage::AwaitingSignature)
        .await;
    let other = town
        .filed(&town.agreement(83), Stage::AwaitingSignature)
        .await;
    let withdrawn = town
        .filed(&town.agreement(84), Stage::AwaitingSignature)
        .await;
    town.portal().withdraw(&withdrawn).await.unwrap();
    let holiday = holiday("2026-11-25");
    assert!(preview(&town, None).await.is_empty());
    let previewed = preview(&town, Some(holiday)).await;
    let numbers: Vec<_> = previewed
        .iter()
        .map(|one| &one.application_number)
        .collect();
    assert_eq!(
        numbers,
        [&named.application_number, &other.application_number]
    );
    for one in &previewed {
        assert_eq!(instant(one.due_at), moment("2026-11-25T13:30:00Z"));
        assert_eq!(instant(one.new_due_at), moment("2026-11-26T13:30:00Z"));
    }
    assert_eq!(read(&town, &named).await, named, "nothing was changed");

    let set = set(&town, &[("2026-11-25", DayKind::Holiday)]).await;
    assert_eq!(read(&town, &named).await, named, "D-3");
    assert_eq!(preview(&town, None).await, previewed);
    let made = recalculated(&town, &[&named, &withdrawn]).await;
    assert_eq!(made, previewed[..1]);
    let moved = read(&town, &named).await;
    assert_eq!(moved.due_at, made[0].new_due_at);
    assert_eq!(moved.calendar_version, set.calendar_version);
    assert_eq!(moved.stage, named.stage);
    assert_eq!(read(&town, &other).await, other);

    let request = pb::ListDueMomentMovesRequest {
        application_id: named.application_id.clone(),
        ..Default::default()
    };
    let mut calendar = town.raw(Account::Portal).calendar();
    let kept = calendar.list_due_moment_moves(request.clone()).await;
    let records = kept.unwrap().into_inner().records;
    assert_eq!(records.len(), 1);
    assert_eq!(records[0].r#move.as_ref(), Some(&made[0]));
    assert_eq!(
        (&records[0].act, &*records[0].moved_by),
        (&Some(act()), "operator")
    );
    assert_eq!(records[0].reason, Some(text("late")));
    let mut stranger = town.raw(Account::Neighbour).calendar();
    let refused = told_raw(stranger.list_due_moment_moves(request).await);
    refused.is(Code::PermissionDenied, "PERMISSION_DENIED");

    assert_eq!(recalculated(&town, &[]).await, previewed[1..]);
    assert!(recalculated(&town, &[]).await.is_empty());
    told_monitoring(&town, &named).await;
}

/// The stage was sent once more, with the new moment, under the next number.
async fn told_monitoring(town: &Town, application: &pb::Application) {
    let number = &application.application_number;
    let stages = town.received(number).await;
    let again = "AWAITING_SIGNATURE";
    assert_eq!(
        stages,
        ["RECEIVED", "REGISTERED", "IN_REVIEW", again, again]
    );
    let received = town.monitoring().await.received(number).await.unwrap();
    let due = received.iter().rev().take(2).map(|one| {
        let stage = one.stage.as_ref().unwrap();
        instant(stage.due_at)
    });
    let expected = ["2026-11-26T13:30:00Z", "2026-11-25T13:30:00Z"].map(moment);
    assert_eq!(due.collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn a_mark_of_lateness_is_taken_back_when_the_moment_moves_ahead() {
    let town = Town::open().await;
    let filed = town
        .filed(&town.agreement(85), Stage::AwaitingSignature)
        .await;
    town.advance("2026-11-25T13:31:00Z").await;
    assert!(read(&town, &filed).await.overdue);
    set(&town, &[("2026-11-25", DayKind::Holiday)]).await;
    assert_eq!(recalculated(&town, &[&filed]).await.len(), 1);
    assert!(!read(&town, &filed).await.overdue);
    town.advance("2026-11-26T13:31:00Z").await;
    assert!(read(&town, &filed).await.overdue, "it is late again");
}

#[tokio::test]
async fn an_application_that_waits_for_its_registration_is_moved_to_another_opening() {
    let town = Town::open_at("2026-11-27T19:00:00+05:00").await;
    let request = town.agreement(86).electronic_contract().unwrap();
    let filed = town.portal().submit(request).await.unwrap();
    assert_eq!(instant(filed.registered_at), moment("2026-11-30T04:00:00Z"));
    set(&town, &[("2026-11-28", DayKind::WorkedDayOff)]).await;
    let moves = recalculated(&town, &[]).await;
    assert_eq!(moves.len(), 1);
    town.advance("2026-11-28T04:00:00Z").await;
    let registered = town.reached(&filed, Stage::AwaitingSignature).await;
    assert_eq!(
        instant(registered.registered_at),
        moment("2026-11-28T04:00:00Z")
    );
    assert_eq!(instant(registered.due_at), moment("2026-11-30T13:30:00Z"));
}

#[tokio::test]
async fn a_calendar_that_ends_soon_is_told_and_extended() {
    let town = Town::open_at("2026-12-01T05:00:00Z").await;
    let status = town.operator().status().await.unwrap();
    assert_eq!(
        (status.calendar_days_left, status.calendar_ends_soon),
        (395, true)
    );
    let mut calendar = town.raw(Account::Operator).calendar();
    let extension = pb::CalendarChange {
        covers_to_on: "2028-12-31".to_owned(),
        ..change(&[])
    };
    calendar.set_day(setting(extension)).await.unwrap();
    let days = pb::GetDaysRequest {
        from_on: "2028-01-03".to_owned(),
        to_on: "2028-01-03".to_owned(),
    };
    let days = calendar.get_days(days).await.unwrap().into_inner().days;
    assert!(days[0].working);
    let status = town.operator().status().await.unwrap();
    assert!(!status.calendar_ends_soon);
    assert_eq!(status.calendar_to_on, "2028-12-31");
}

#[tokio::test]
async fn the_hours_of_the_named_provider_count() {
    let town = Town::open_at("2026-11-27T18:31:00+05:00").await;
    let answer = due(&town, Account::Agency).await;
    assert_eq!(
        instant(answer.registered_at),
        moment("2026-11-30T04:00:00Z")
    );
    let request = pb::ComputeDueDateRequest {
        arrived_at: Some(timestamp(town.now().await)),
        working_days: 1,
        provider_id: "unheard-of".to_owned(),
    };
    let mut calendar = town.raw(Account::Portal).calendar();
    let refused = told_raw(calendar.compute_due_date(request).await);
    refused.is(Code::InvalidArgument, "PROVIDER_UNKNOWN");
}
