//! When an application is registered and falls due (cl. 7, 8; D-1 … D-3, D-22), and that the system
//! acts at those moments by itself.

use std::time::Duration;

use tizilim::{
    pb::registry::v1::{self as pb, ApplicationStage as Stage},
    rpc::timestamp,
};
use tokio::time::timeout;
use tonic::Code;

use crate::harness::{Account, Town, instant, moment, told, until};

/// Arrival, registration, and the ends of one and of three working days, Almaty time.
const ARRIVALS: [[&str; 4]; 5] = [
    [
        "2025-01-02T11:00:00+05:00",
        "2025-01-05T09:00:00+05:00",
        "2025-01-06",
        "2025-01-09",
    ],
    [
        "2025-03-20T18:31:00+05:00",
        "2025-03-26T09:00:00+05:00",
        "2025-03-27",
        "2025-03-31",
    ],
    [
        "2026-03-20T17:00:00+05:00",
        "2026-03-20T17:00:00+05:00",
        "2026-03-26",
        "2026-03-30",
    ],
    [
        "2026-05-26T18:30:00+05:00",
        "2026-05-26T18:30:00+05:00",
        "2026-05-28",
        "2026-06-01",
    ],
    [
        "2026-12-31T20:00:00+05:00",
        "2027-01-05T09:00:00+05:00",
        "2027-01-06",
        "2027-01-11",
    ],
];

fn closing(day: &str) -> String {
    format!("{day}T18:30:00+05:00")
}

#[tokio::test]
async fn an_application_is_registered_at_the_next_opening_and_falls_due_at_closing_time() {
    for [arrives, registered, due_contract, due_copy] in ARRIVALS {
        let town = Town::open_at(arrives).await;
        let portal = town.portal();
        let contract = town.agreement(71).electronic_contract().unwrap();
        let contract = portal.submit(contract).await.unwrap();
        let scan = tizilim::demo::scan(72);
        let document = portal.upload("scan.pdf", &scan).await.unwrap();
        let copy = town
            .agreement(72)
            .electronic_copy(&document.document_id, &scan)
            .unwrap();
        let copy = portal.submit(copy).await.unwrap();
        for (application, due) in [(&contract, due_contract), (&copy, due_copy)] {
            assert_eq!(instant(application.received_at), moment(arrives));
            assert_eq!(
                instant(application.registered_at),
                moment(registered),
                "{arrives}"
            );
            assert_eq!(
                instant(application.due_at),
                moment(&closing(due)),
                "{arrives}"
            );
        }
        let is_at_once = arrives == registered;
        let stage = if is_at_once {
            Stage::Registered
        } else {
            Stage::Received
        };
        assert_eq!(contract.stage(), stage, "{arrives}");
        if !is_at_once {
            let waiting = town
                .operator()
                .status()
                .await
                .unwrap()
                .awaiting_registration;
            assert_eq!(waiting, 2, "{arrives}");
            town.advance(registered).await;
        }
        town.reached(&contract, Stage::AwaitingSignature).await;
        let stages = portal.stages(&contract.application_id).await.unwrap();
        assert_eq!(stages[1].stage(), Stage::Registered);
        assert_eq!(
            instant(stages[1].occurred_at),
            moment(registered),
            "{arrives}"
        );
        // Or its clerks would still work when its folder is gone.
        town.close().await;
    }
}

#[tokio::test]
async fn what_falls_due_on_the_way_happens_in_order_at_its_own_moment() {
    let town = Town::open_at("2026-11-27T18:31:00+05:00").await;
    let portal = town.portal();
    let contract = town.agreement(73).electronic_contract().unwrap();
    let contract = portal.submit(contract).await.unwrap();
    let answer = town.advance("2026-12-03T12:00:00+05:00").await;
    assert!(answer.fired_count >= 3, "{answer:?}");
    let stages = portal.stages(&contract.application_id).await.unwrap();
    let happened: Vec<_> = stages
        .iter()
        .map(|stage| (stage.stage(), instant(stage.occurred_at)))
        .collect();
    let opening = moment("2026-11-30T09:00:00+05:00");
    assert_eq!(
        happened[..4],
        [
            (Stage::Received, moment("2026-11-27T18:31:00+05:00")),
            (Stage::Registered, opening),
            (Stage::InReview, opening),
            (Stage::AwaitingSignature, opening),
        ]
    );
    let (last, at) = happened[4];
    assert_eq!(last, Stage::Overdue);
    let due = moment("2026-12-01T18:30:00+05:00");
    let late = at.signed_duration_since(due).num_microseconds().unwrap();
    assert!((1..1_000_000).contains(&late), "just past {due}: {at}");
}

#[tokio::test]
async fn a_caller_who_waits_no_longer_does_not_leave_the_clock_half_way() {
    let town = Town::open_at("2026-11-27T18:31:00+05:00").await;
    let filed = (80..86).map(async |share| {
        let contract = town.agreement(share).electronic_contract().unwrap();
        town.portal().submit(contract).await.unwrap()
    });
    let filed = futures_util::future::join_all(filed).await;
    let target = moment("2026-12-03T12:00:00+05:00");
    let request = pb::AdvanceClockRequest {
        to_at: Some(timestamp(target)),
    };
    let mut raw = town.raw(Account::Operator).operations();
    // What is asked is dropped then, as the edge itself does after half a minute.
    let waited = timeout(Duration::from_millis(40), raw.advance_clock(request)).await;
    assert!(waited.is_err(), "it takes longer");
    assert!(town.now().await < target, "and goes on");
    until("the end of the move", async || {
        (town.now().await == target).then_some(())
    })
    .await;
    // Which settles what falls due at its end before another begins.
    town.advance("2026-12-03T12:00:00+05:00").await;
    for application in filed {
        let stages = town.portal().stages(&application.application_id).await;
        let stages = stages.unwrap();
        assert_eq!(
            instant(stages[1].occurred_at),
            moment("2026-11-30T09:00:00+05:00")
        );
        assert_eq!(stages.last().unwrap().stage(), Stage::Overdue);
    }
    town.close().await;
}

#[tokio::test]
async fn a_due_moment_that_passes_is_told_once_and_decides_nothing() {
    let town = Town::open().await;
    let application = town
        .filed(&town.agreement(74), Stage::AwaitingSignature)
        .await;
    town.advance("2026-11-25T13:30:00Z").await;
    let in_time = town.reached(&application, Stage::AwaitingSignature).await;
    assert!(!in_time.overdue, "the last moment is in time");
    town.advance("2026-11-25T13:30:01Z").await;
    town.advance("2026-11-27T13:30:00Z").await;
    let late = town.reached(&application, Stage::AwaitingSignature).await;
    assert!(late.overdue);
    assert_eq!(town.operator().status().await.unwrap().overdue, 1);

    town.granted(&late).await;
    town.reached(&application, Stage::ExtractSent).await;
    let stages = town.received(&application.application_number).await;
    assert_eq!(
        stages[3..],
        ["AWAITING_SIGNATURE", "OVERDUE", "GRANTED", "EXTRACT_SENT"]
    );
}

#[tokio::test]
async fn a_late_filing_is_marked_and_nothing_else() {
    let town = Town::open().await;
    let agreement = town.agreement(75).with(|agreement| {
        agreement.concluded_on = "2026-11-02".to_owned();
        agreement.admission.as_mut().unwrap().protocol_on = "2026-10-20".to_owned();
    });
    let application = town.filed(&agreement, Stage::AwaitingSignature).await;
    assert!(application.filed_late);
    let finding = application
        .findings
        .iter()
        .find(|finding| finding.check == "C24")
        .unwrap();
    assert_eq!(finding.severity(), pb::CheckSeverity::Warning);
}

#[tokio::test]
async fn the_clock_does_not_go_back_nor_beyond_the_calendar_with_applications() {
    let town = Town::open().await;
    let back = town
        .operator()
        .advance_clock(moment("2026-11-24T04:59:59Z"))
        .await;
    let back = told(back);
    back.is(Code::InvalidArgument, "INVALID_FIELDS");
    assert_eq!(back.paths(), ["to_at"]);

    town.advance("2027-12-31T15:00:00Z").await;
    let before = town.journal_head().await;
    let filed = town.agreement(76).electronic_contract().unwrap();
    told(town.portal().submit(filed).await).is(Code::FailedPrecondition, "OUTSIDE_CALENDAR");
    assert_eq!(town.journal_head().await, before);
}
