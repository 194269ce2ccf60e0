//! The terms of a correction move by the same act as those of applications (APPK 82, D-3).

use chrono::{DateTime, Utc};
use tizilim::{
    demo::client::new_request_id,
    pb::registry::v1::{self as pb, CorrectionState, DayKind, DueTerm},
};
use tonic::Code;

use super::{holiday, moves_of, preview, recalculated, recalculation, set};
use crate::harness::{Account, Town, content, instant, moment, told_raw};

fn of(id: &str) -> pb::ListDueMomentMovesRequest {
    pb::ListDueMomentMovesRequest {
        correction_id: id.to_owned(),
        ..Default::default()
    }
}

pub(super) fn ends(moved: &pb::DueMomentMove) -> (DueTerm, DateTime<Utc>, DateTime<Utc>) {
    (
        moved.term(),
        instant(moved.due_at),
        instant(moved.new_due_at),
    )
}

#[tokio::test]
async fn the_terms_of_a_correction_move_by_an_act_and_the_old_moments_are_kept() {
    let town = Town::open().await;
    let typed = town.mistyped(741).await;
    // Tuesday 19:30: it is registered on Wednesday, and due on Monday.
    town.advance("2026-11-24T14:30:00Z").await;
    let asked = content(&typed, town.floor(741), &["share.floor"]);
    let asked = town.portal().request_correction(asked).await.unwrap();
    let id = &asked.correction_id;
    assert_eq!(asked.state(), CorrectionState::Requested);

    let previewed = preview(&town, Some(holiday("2026-11-25"))).await;
    let [planned] = &*previewed else {
        panic!("one correction moves: {previewed:?}")
    };
    let [before, after] = ["2026-11-30T13:30:00Z", "2026-12-01T13:30:00Z"].map(moment);
    assert_eq!(ends(planned), (DueTerm::Decision, before, after));
    assert_eq!(
        (
            &planned.correction_id,
            &planned.correction_number,
            &*planned.application_number
        ),
        (id, &asked.correction_number, "")
    );
    assert_eq!(
        instant(planned.new_registered_at),
        moment("2026-11-26T04:00:00Z")
    );

    set(&town, &[("2026-11-25", DayKind::Holiday)]).await;
    let kept = town.portal().correction(id).await.unwrap();
    assert_eq!(instant(kept.due_at), before, "D-3");
    assert_eq!(recalculated(&town, &[]).await, previewed);
    let moved = town.portal().correction(id).await.unwrap();
    assert_eq!(
        (instant(moved.registered_at), instant(moved.due_at)),
        (moment("2026-11-26T04:00:00Z"), after)
    );
    assert!(recalculated(&town, &[]).await.is_empty());

    // On the holiday nobody registers it; the day after, the clerk does at the opening.
    town.advance("2026-11-25T12:00:00Z").await;
    let waiting = town.portal().correction(id).await.unwrap();
    assert_eq!(waiting.state(), CorrectionState::Requested);
    town.advance("2026-11-26T04:00:00Z").await;
    let registered = town.portal().correction(id).await.unwrap();
    assert_eq!(registered.state(), CorrectionState::Registered);

    assert_eq!(
        moves_of(&town, Account::Portal, of(id)).await.unwrap(),
        previewed
    );
    let stranger = told_raw(moves_of(&town, Account::Neighbour, of(id)).await);
    stranger.is(Code::PermissionDenied, "PERMISSION_DENIED");
}

#[tokio::test]
async fn a_mark_that_a_correction_is_late_is_taken_back_when_its_term_moves_ahead_of_now() {
    let town = Town::open().await;
    let typed = town.mistyped(742).await;
    town.advance("2026-11-24T06:00:00Z").await;
    let asked = content(&typed, town.floor(742), &["share.floor"]);
    let asked = town.portal().request_correction(asked).await.unwrap();
    let id = &asked.correction_id;
    town.advance("2026-11-27T13:30:01Z").await;
    assert!(town.portal().correction(id).await.unwrap().overdue);

    set(
        &town,
        &[
            ("2026-11-26", DayKind::Holiday),
            ("2026-11-27", DayKind::Holiday),
        ],
    )
    .await;
    let mut named = recalculation(&[]);
    named.correction_ids = vec![id.clone()];
    let mut calendar = town.raw(Account::Operator).calendar();
    let made = calendar.recalculate_due_moments(named.clone()).await;
    let made = made.unwrap().into_inner().moves;
    let [before, after] = ["2026-11-27T13:30:00Z", "2026-12-01T13:30:00Z"].map(moment);
    assert_eq!(
        made.iter().map(ends).collect::<Vec<_>>(),
        [(DueTerm::Decision, before, after)]
    );
    assert!(!town.portal().correction(id).await.unwrap().overdue);
    town.advance("2026-12-01T13:30:01Z").await;
    assert!(
        town.portal().correction(id).await.unwrap().overdue,
        "it is late again"
    );
}

#[tokio::test]
async fn the_hand_over_of_a_corrected_extract_moves_too() {
    let town = Town::open().await;
    let agreement = town.agreement(743).concluded_with(&town.world.offline);
    let agreement = agreement.with(|agreement| agreement.share.as_mut().unwrap().floor = Some(17));
    let typed = town.typed(&agreement, 743).await;
    let asked = content(&typed, town.floor(743), &["share.floor"]);
    let asked = town.portal().request_correction(asked).await.unwrap();
    town.corrected(&asked).await;
    let portal = town.portal();
    let owed = portal.correction_reached(&asked.correction_id, CorrectionState::HandoverPending);
    let owed = owed.await.unwrap();
    let before = instant(owed.handover.unwrap().due_at);

    set(&town, &[("2026-11-25", DayKind::Holiday)]).await;
    let mut named = recalculation(&[]);
    named.correction_ids = vec![asked.correction_id.clone()];
    let mut calendar = town.raw(Account::Operator).calendar();
    let made = calendar.recalculate_due_moments(named).await;
    let made = made.unwrap().into_inner().moves;
    let after = moment("2026-11-30T19:00:00Z");
    assert_eq!(
        made.iter().map(ends).collect::<Vec<_>>(),
        [(DueTerm::Handover, before, after)]
    );
    let moved = portal.correction(&asked.correction_id).await.unwrap();
    assert_eq!(instant(moved.handover.unwrap().due_at), after);
}

#[tokio::test]
async fn a_correction_that_is_not_there_or_named_wrongly_moves_nothing() {
    let town = Town::open().await;
    let mut calendar = town.raw(Account::Operator).calendar();
    let mut wrong = recalculation(&[]);
    let id = new_request_id();
    wrong.correction_ids = vec!["x".to_owned(), id.clone(), id.clone()];
    let told = told_raw(calendar.recalculate_due_moments(wrong.clone()).await);
    assert_eq!(told.paths(), ["correction_ids[0]", "correction_ids[2]"]);
    wrong.correction_ids = (0..501).map(|_| new_request_id()).collect();
    let told = told_raw(calendar.recalculate_due_moments(wrong.clone()).await);
    assert_eq!(told.paths(), ["correction_ids"]);
    wrong.correction_ids = vec![id.clone()];
    let told = told_raw(calendar.recalculate_due_moments(wrong).await);
    told.is(Code::PermissionDenied, "PERMISSION_DENIED");
    let both = pb::ListDueMomentMovesRequest {
        application_id: id.clone(),
        complaint_id: id,
        ..Default::default()
    };
    let told = told_raw(calendar.list_due_moment_moves(both).await);
    assert_eq!(told.paths(), ["complaint_id"]);
}
