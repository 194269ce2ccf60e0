//! The terms of complaints move by the same act as those of applications (cl. 14, 15; D-3).

use tizilim::pb::registry::v1::{
    self as pb, ComplaintActKind as Act, ComplaintAddressee as Addressee, ComplaintState as State,
    ComplaintSubject as Subject, DayKind, DueTerm,
};
use tonic::Code;

use super::{corrections::ends, holiday, moves_of, preview, recalculated, recalculation, set};
use crate::{
    harness::{Account, Town, instant, moment, reasons, told_raw},
    journeys::complaints_decided::read,
};

fn of(complaint: &pb::Complaint) -> pb::ListDueMomentMovesRequest {
    pb::ListDueMomentMovesRequest {
        complaint_id: complaint.complaint_id.clone(),
        ..Default::default()
    }
}

#[tokio::test]
async fn the_terms_to_forward_and_to_decide_move_by_an_act_and_the_old_moments_are_kept() {
    let town = Town::open().await;
    let refused = town.refused(744).await;
    // Tuesday 19:30: registered on Wednesday; to be forwarded by Monday, to be decided by Wednesday.
    town.advance("2026-11-24T14:30:00Z").await;
    let complain = async |addressee| town.complain(&refused, Subject::Refusal, addressee).await;
    let to_go_on = complain(Addressee::HigherBody).await;
    let own = complain(Addressee::Provider).await;

    let previewed = preview(&town, Some(holiday("2026-11-25"))).await;
    let named: Vec<_> = previewed
        .iter()
        .map(|moved| {
            (
                ends(moved),
                moved.complaint_id.as_str(),
                moved.complaint_number.as_str(),
            )
        })
        .collect();
    let expected = [
        (
            DueTerm::Forwarding,
            &to_go_on,
            "2026-11-30T13:30:00Z",
            "2026-12-01T13:30:00Z",
        ),
        (
            DueTerm::Decision,
            &own,
            "2026-12-02T13:30:00Z",
            "2026-12-03T13:30:00Z",
        ),
    ]
    .map(|(term, complaint, before, after)| {
        let ends = (term, moment(before), moment(after));
        (
            ends,
            complaint.complaint_id.as_str(),
            complaint.complaint_number.as_str(),
        )
    });
    assert_eq!(named, expected);

    set(&town, &[("2026-11-25", DayKind::Holiday)]).await;
    assert_eq!(read(&town, &own).await.due_at, own.due_at, "D-3");
    let mut made = recalculated(&town, &[]).await;
    made.sort_unstable_by_key(|moved| moved.due_at.unwrap().seconds);
    assert_eq!(made, previewed);
    assert!(recalculated(&town, &[]).await.is_empty());
    let opening = moment("2026-11-26T04:00:00Z");
    for (complaint, planned) in [&to_go_on, &own].into_iter().zip(&previewed) {
        let moved = read(&town, complaint).await;
        assert_eq!(
            (instant(moved.registered_at), moved.due_at),
            (opening, planned.new_due_at)
        );
        assert_eq!(moved.calendar_version, planned.new_calendar_version);
        let act = moved.acts.last().unwrap();
        assert_eq!(
            (act.kind(), act.acted_by.as_str()),
            (Act::TermMoved, "operator")
        );
        let kept = moves_of(&town, Account::Portal, of(complaint))
            .await
            .unwrap();
        assert_eq!(kept, std::slice::from_ref(planned));
    }
    let stranger = told_raw(moves_of(&town, Account::Neighbour, of(&own)).await);
    stranger.is(Code::PermissionDenied, "PERMISSION_DENIED");

    // On the holiday nobody registers them; the day after, the clerk does at the opening.
    town.advance("2026-11-25T12:00:00Z").await;
    assert_eq!(read(&town, &own).await.state(), State::Received);
    town.advance("2026-11-26T04:00:00Z").await;
    assert_eq!(read(&town, &own).await.state(), State::Registered);
}

#[tokio::test]
async fn an_extension_counts_on_from_the_moved_end_and_what_passed_stays() {
    let town = Town::open().await;
    let refused = town.refused(745).await;
    let complain = async |addressee| town.complain(&refused, Subject::Refusal, addressee).await;
    let own = complain(Addressee::Provider).await;
    let head = town.provider(Account::Head);
    let extended = head.extend_complaint(&own, 2, reasons()).await.unwrap();
    let with_the_authority = complain(Addressee::QualityAuthority).await;
    let forwarded = head.forward_complaint(&with_the_authority).await.unwrap();
    let kept_back = complain(Addressee::HigherBody).await;
    town.advance("2026-11-28T06:00:00Z").await;
    let kept_back = read(&town, &kept_back).await;
    assert_eq!(
        instant(kept_back.not_forwarded_at),
        moment("2026-11-27T13:30:00.000001Z")
    );

    set(&town, &[("2026-11-26", DayKind::Holiday)]).await;
    let mut named = recalculation(&[]);
    named.complaint_ids = [&own, &with_the_authority, &kept_back]
        .map(|complaint| complaint.complaint_id.clone())
        .to_vec();
    let mut calendar = town.raw(Account::Operator).calendar();
    let made = calendar.recalculate_due_moments(named).await;
    let mut made: Vec<_> = made.unwrap().into_inner().moves.iter().map(ends).collect();
    made.sort_unstable_by_key(|(_, _, after)| *after);
    let [extended, forwarded] = [extended, forwarded].map(|complaint| instant(complaint.due_at));
    assert_eq!(
        made,
        [
            (DueTerm::Decision, extended, moment("2026-12-04T13:30:00Z")),
            // Over the 16th, which is a holiday.
            (DueTerm::Decision, forwarded, moment("2026-12-17T13:30:00Z")),
        ]
    );
    assert_eq!(read(&town, &kept_back).await.due_at, kept_back.due_at);
}
