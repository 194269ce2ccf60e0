//! The term of a hand-over: marked when it passes, and moved by the same act as due moments (cl. 11, D-3).

use tizilim::pb::registry::v1::{self as pb, ApplicationStage as Stage, DayKind, DueTerm};

use super::{holiday, preview, read, recalculated, set};
use crate::{
    case_files::{case_of, json, unpacked},
    harness::{Account, Town, instant, moment},
};

/// A granted application whose shareholder has no mailbox.
async fn owed(town: &Town, share: u32) -> pb::Application {
    let agreement = town.agreement(share).concluded_with(&town.world.offline);
    let application = town.filed(&agreement, Stage::AwaitingSignature).await;
    town.granted(&application).await;
    town.reached(&application, Stage::HandoverPending).await
}

fn due_at(application: &pb::Application) -> chrono::DateTime<chrono::Utc> {
    instant(application.handover.as_ref().unwrap().due_at)
}

#[tokio::test]
async fn the_term_of_a_hand_over_moves_by_an_act_after_those_of_decisions() {
    let town = Town::open().await;
    let pending = owed(&town, 87).await;
    let undecided = town
        .filed(&town.agreement(88), Stage::AwaitingSignature)
        .await;
    // Tuesday: the third working day after it is Friday.
    let [before, after] = ["2026-11-27T19:00:00Z", "2026-11-30T19:00:00Z"].map(moment);
    assert_eq!(due_at(&pending), before);
    let previewed = preview(&town, Some(holiday("2026-11-25"))).await;
    let told: Vec<_> = previewed
        .iter()
        .map(|one| {
            (
                &*one.application_number,
                one.term(),
                instant(one.new_due_at),
            )
        })
        .collect();
    let expected = [
        (
            &*undecided.application_number,
            DueTerm::Decision,
            moment("2026-11-26T13:30:00Z"),
        ),
        (&*pending.application_number, DueTerm::Handover, after),
    ];
    assert_eq!(told, expected);
    assert_eq!(instant(previewed[1].due_at), before);
    assert_eq!(previewed[1].registered_at, previewed[1].new_registered_at);

    set(&town, &[("2026-11-25", DayKind::Holiday)]).await;
    assert_eq!(due_at(&read(&town, &pending).await), before, "D-3");
    assert_eq!(recalculated(&town, &[&pending]).await, previewed[1..]);
    let moved = read(&town, &pending).await;
    assert_eq!(
        (due_at(&moved), moved.stage()),
        (after, Stage::HandoverPending)
    );
    assert_eq!(
        (&moved.due_at, &moved.calendar_version),
        (&pending.due_at, &pending.calendar_version),
        "the decision's own moment is what it was"
    );
    assert_eq!(recalculated(&town, &[]).await, previewed[..1]);
    assert!(recalculated(&town, &[]).await.is_empty());

    let request = pb::ListDueMomentMovesRequest {
        application_id: pending.application_id.clone(),
        ..Default::default()
    };
    let mut calendar = town.raw(Account::Portal).calendar();
    let kept = calendar.list_due_moment_moves(request).await.unwrap();
    let records = kept.into_inner().records;
    assert_eq!(records.len(), 1);
    assert_eq!(records[0].r#move.as_ref(), Some(&previewed[1]));

    let number = &pending.application_number;
    let stages = town.received(number).await;
    assert_eq!(
        stages[4..],
        ["GRANTED", "HANDOVER_PENDING", "HANDOVER_PENDING"]
    );
    let received = town.monitoring().await.received(number).await.unwrap();
    let last = received.last().and_then(|one| one.stage.as_ref()).unwrap();
    assert_eq!(instant(last.due_at), after);
}

#[tokio::test]
async fn a_case_file_tells_a_hand_over_by_the_calendar_that_counted_then() {
    let town = Town::open().await;
    let pending = owed(&town, 90).await;
    let told = async || {
        let (_, bytes) = case_of(&town, &pending.application_id).await;
        let terms = json(&unpacked(&bytes), "due-moments.json");
        assert_eq!(terms["handover"]["derivation_gives_due_at"], true);
        assert_eq!(terms["decision"]["derivation_gives_due_at"], true);
        let days = terms["handover"]["derivation"].as_array().unwrap();
        let day = |day: &serde_json::Value| day["on"].as_str().unwrap().to_owned();
        days.iter().map(day).collect::<Vec<_>>()
    };
    set(&town, &[("2026-11-25", DayKind::Holiday)]).await;
    let before = ["2026-11-24", "2026-11-25", "2026-11-26", "2026-11-27"];
    assert_eq!(told().await, before, "D-3: the term stays where it was");
    recalculated(&town, &[&pending]).await;
    let moved = ["2026-11-28", "2026-11-29", "2026-11-30"];
    assert_eq!(told().await, [before.as_slice(), &moved].concat());
}

#[tokio::test]
async fn a_hand_over_past_its_term_is_marked_once_and_still_confirmed() {
    let town = Town::open().await;
    let pending = owed(&town, 89).await;
    let overdue = async || {
        let application = read(&town, &pending).await;
        let count = town.operator().status().await.unwrap().handovers_overdue;
        (application.handover.unwrap().overdue, count)
    };
    town.advance("2026-11-27T19:00:00Z").await;
    assert_eq!(overdue().await, (false, 0), "the last moment is in time");
    town.advance("2026-11-27T19:00:01Z").await;
    assert_eq!(overdue().await, (true, 1));
    let version = read(&town, &pending).await.etag;
    town.advance("2026-12-01T05:00:00Z").await;
    assert_eq!(read(&town, &pending).await.etag, version, "marked once");

    // The mark is taken back if an act moves the term ahead of now.
    set(
        &town,
        &[
            ("2026-11-26", DayKind::Holiday),
            ("2026-11-27", DayKind::Holiday),
        ],
    )
    .await;
    assert_eq!(recalculated(&town, &[]).await.len(), 1);
    assert_eq!(overdue().await, (false, 0));
    town.advance("2026-12-02T05:00:00Z").await;
    assert_eq!(overdue().await, (true, 1), "it is late again");

    let pending = read(&town, &pending).await;
    let done = town.portal().confirm_handover(&pending, "2026-12-02").await;
    let done = done.unwrap();
    assert_eq!(done.stage(), Stage::ExtractHandedOver);
    assert_eq!(
        overdue().await,
        (true, 0),
        "it was late, and is owed no more"
    );
    let stages = town.received(&done.application_number).await;
    assert!(!stages.contains(&"OVERDUE".to_owned()), "{stages:?}");
}
