//! Changes and moves that cannot be, told field by field. Nothing of them is stored.

use tizilim::{
    demo::client::new_request_id,
    pb::registry::v1::{self as pb, DayKind},
};
use tonic::Code;

use super::{change, recalculation, setting};
use crate::harness::{Account, Town, told_raw};

#[tokio::test]
async fn a_repeat_sets_nothing_twice_and_a_wrong_change_is_told_field_by_field() {
    let town = Town::open().await;
    let mut calendar = town.raw(Account::Operator).calendar();
    let request = setting(pb::CalendarChange {
        covers_to_on: "2028-12-31".to_owned(),
        ..change(&[("2026-11-25", DayKind::Holiday)])
    });
    let mut first = calendar
        .set_day(request.clone())
        .await
        .unwrap()
        .into_inner();
    let head = town.journal_head().await;
    let again = calendar
        .set_day(request.clone())
        .await
        .unwrap()
        .into_inner();
    first.replayed = true;
    assert_eq!(again, first);
    let mut other = request;
    other.change = Some(change(&[("2026-11-26", DayKind::Holiday)]));
    let reused = told_raw(calendar.set_day(other).await);
    reused.is(Code::InvalidArgument, "REQUEST_ID_REUSED");
    assert_eq!(town.journal_head().await, head);

    let empty = told_raw(calendar.set_day(pb::SetDayRequest::default()).await);
    assert_eq!(empty.paths(), ["request_id", "change"]);
    let nothing = told_raw(
        calendar
            .set_day(setting(pb::CalendarChange::default()))
            .await,
    );
    assert_eq!(
        nothing.paths(),
        ["change.days", "change.act", "change.reason"]
    );
    let twice = [
        ("2026-11-30", DayKind::Holiday),
        ("2026-11-30", DayKind::DayOff),
    ];
    let twice = told_raw(calendar.set_day(setting(change(&twice))).await);
    assert_eq!(twice.paths(), ["change.days[1].on"]);
    let unfit = [
        ("2026-11-30", DayKind::WorkedDayOff),
        ("2029-11-30", DayKind::Holiday),
        ("2026-11-28", DayKind::Unspecified),
    ];
    let unread = told_raw(calendar.set_day(setting(change(&unfit))).await);
    assert_eq!(unread.paths(), ["change.days[2].kind"]);
    let unfit = told_raw(calendar.set_day(setting(change(&unfit[..2]))).await);
    unfit.is(Code::InvalidArgument, "INVALID_FIELDS");
    assert_eq!(unfit.paths(), ["change.days[0]", "change.days[1]"]);
}

#[tokio::test]
async fn a_question_or_a_move_that_names_what_is_not_there_is_told_so() {
    let town = Town::open().await;
    let mut calendar = town.raw(Account::Operator).calendar();
    let mut wrong = recalculation(&[]);
    let id = new_request_id();
    wrong.application_ids = vec!["x".to_owned(), id.clone(), id];
    let wrong = told_raw(calendar.recalculate_due_moments(wrong).await);
    assert_eq!(wrong.paths(), ["application_ids[0]", "application_ids[2]"]);
    let page = pb::PreviewCalendarChangeRequest {
        page_token: "AAAA".to_owned(),
        ..Default::default()
    };
    let forged = told_raw(calendar.preview_calendar_change(page).await);
    forged.is(Code::InvalidArgument, "PAGE_TOKEN_INVALID");
    let unheard = recalculation(&[&pb::Application {
        application_id: new_request_id(),
        ..Default::default()
    }]);
    let unheard = told_raw(calendar.recalculate_due_moments(unheard).await);
    unheard.is(Code::PermissionDenied, "PERMISSION_DENIED");
    let outside = pb::ListDayHistoryRequest {
        on: "2029-01-01".to_owned(),
    };
    let outside = told_raw(calendar.list_day_history(outside).await);
    outside.is(Code::FailedPrecondition, "OUTSIDE_CALENDAR");
}
