//! The machine's clock jumps, forward over what falls due and back again: nothing is lost, and nothing is
//! done twice. The alarm is not told of it: it has to notice.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use chrono::{DateTime, Utc};
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use super::{
    fixture::{at, clerks, filed, just_after, office, step, store as stored},
    queues::timetable,
    timetable::{Timer, Timetable},
};
use crate::{
    application::{
        Form, Office, Stage,
        handover::duty,
        model::{HandoverReason, Step},
        rows::application_by_id,
    },
    complaint::rows::complaint,
    correction::rows::correction,
    journal::{self, STAGE, StageFact},
    kernel::{ApplicationId, Clock, Moment, SystemIds},
    store::{Changes, Insert, Origin, Store, test_support::temporary},
};

/// A clock that shows what it is told to, and otherwise stands still.
#[derive(Debug)]
struct Unsteady(Mutex<DateTime<Utc>>);

impl Unsteady {
    fn jump(&self, to: &str) {
        *self.0.lock().unwrap() = at(to);
    }
}

impl Clock for Unsteady {
    fn now(&self) -> Moment {
        Moment::at(*self.0.lock().unwrap())
    }
}

/// Thursday 5 March 2026, 19:30: closed everywhere.
const EVENING: &str = "2026-03-05T14:30:00Z";
/// The opening of the usual provider on Friday.
const OPENING: &str = "2026-03-06T04:00:00Z";

const TO_REGISTER: u128 = 1;
const RUNNING: u128 = 2;
const OWED: u128 = 3;
const CORRECTION: u128 = 4;
const COMPLAINT: u128 = 5;
/// Five working days after the opening.
const COMPLAINT_DUE: &str = "2026-03-16T13:30:00Z";

/// One of each kind of timer: a filing by night, a contract of the afternoon before, a hand-over that
/// is owed since then, and a request for a correction.
async fn one_of_each(office: &Office) {
    let contract = |number, arrived_at| {
        filed(
            office,
            "usual",
            Form::ElectronicContract,
            number,
            at(arrived_at),
        )
    };
    let afternoon = "2026-03-05T10:00:00Z";
    let duty = duty(office, HandoverReason::NoEmail, Moment::at(at(afternoon))).unwrap();
    let owed = contract(OWED, afternoon)
        .reach(Stage::HandoverPending)
        .with(|application| application.handover = Some(duty));
    let steps = [
        contract(TO_REGISTER, EVENING),
        contract(RUNNING, afternoon),
        owed,
    ];
    stored(office, &steps).await;
    let origin = Origin {
        caller: "portal".to_owned(),
        method: "/tests/Request",
        at: at(EVENING),
    };
    let row = correction::Model {
        id: Uuid::from_u128(CORRECTION),
        number: "C-1".to_owned(),
        version: 1,
        state: "REQUESTED".to_owned(),
        origin: "REQUEST".to_owned(),
        provider_id: "usual".to_owned(),
        cooperative_bin: "600740000012".to_owned(),
        entry_id: Uuid::nil(),
        entry_number: "E-1".to_owned(),
        application_id: Uuid::nil(),
        begun_by: "portal".to_owned(),
        received_at: at(EVENING),
        registered_at: at(OPENING),
        due_at: Some(at("2026-03-11T13:30:00Z")),
        calendar_version: String::new(),
        overdue: false,
        decided_at: None,
        rejection: None,
        entry_version: None,
        findings: "[]".to_owned(),
        former_share_key: None,
        sending_due_at: None,
        sending_overdue: false,
        sent_at: None,
        handover_reason: None,
        handover_known_at: None,
        handover_due_at: None,
        handed_over_at: None,
        waits_until: Some(at("2026-03-11T13:30:00Z")),
        wakes_at: Some(at(OPENING)),
        handover_overdue: false,
    };
    let changes = Changes::by(origin)
        .insert(Insert::of(&row))
        .insert(Insert::of(&complaint_of_the_owed()));
    office.store.commit(changes).await.unwrap();
}

/// A complaint about the extract that is to be handed over, received out of hours.
fn complaint_of_the_owed() -> complaint::Model {
    complaint::Model {
        id: Uuid::from_u128(COMPLAINT),
        number: "S-1".to_owned(),
        version: 1,
        state: "RECEIVED".to_owned(),
        addressee: "PROVIDER".to_owned(),
        subject: "EXTRACT".to_owned(),
        provider_id: "usual".to_owned(),
        cooperative_bin: "600740000012".to_owned(),
        application_id: Uuid::from_u128(OWED),
        application_number: format!("A-{OWED}"),
        refused_at: None,
        filed_by: "portal".to_owned(),
        received_at: at(EVENING),
        registered_at: at(OPENING),
        due_at: at(COMPLAINT_DUE),
        calendar_version: String::new(),
        filed_late: false,
        silent_at: None,
        not_forwarded_at: None,
        extended_at: None,
        extended_by_days: None,
        told_due_at: None,
        told_on: None,
        forwarded_at: None,
        reviewer_bin: None,
        case_file_sha256: None,
        decided_at: None,
        outcome: None,
        left_reason: None,
        remedy: None,
        correction_id: None,
        annulled_refusal: None,
        waits_until: Some(at(COMPLAINT_DUE)),
        wakes_at: Some(at(OPENING)),
    }
}

/// What happened of itself, in order: of which object, what, and as of when if it is a stage.
async fn happened(office: &Office) -> Vec<(u128, String, Option<DateTime<Utc>>)> {
    let facts = journal::read(office.store.reads(), 0, 500).await.unwrap();
    let facts = facts.into_iter().filter_map(|fact| {
        let number = fact.subject.as_u128();
        if fact.kind != STAGE {
            let is_ours = (TO_REGISTER..=COMPLAINT).contains(&number);
            return is_ours.then_some((number, fact.kind, None));
        }
        let stage = StageFact::from_body(&fact.body).unwrap();
        let is_by_itself = ["REGISTERED", "OVERDUE", "COMPLAINT_DECIDED"].contains(&&*stage.stage);
        let is_stored_so =
            stage.sequence == 2 && stage.stage == "REGISTERED" && number != TO_REGISTER;
        (is_by_itself && !is_stored_so).then_some((number, stage.stage, Some(stage.occurred_at)))
    });
    let mut facts: Vec<_> = facts.collect();
    facts.sort();
    facts
}

async fn looked(office: &Office) -> Timetable {
    timetable(office.store.reads(), office.now().instant)
        .await
        .unwrap()
}

/// Waits until nothing of the application's timers is due, as the alarm sees it.
async fn settled(office: &Office) {
    let waiting = async {
        let own = [
            Timer::Registration,
            Timer::Marks,
            Timer::Corrections,
            Timer::Complaints,
            Timer::CourtCases,
        ];
        while looked(office).await.is_any_due(&own) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let waited = tokio::time::timeout(Duration::from_secs(20), waiting).await;
    waited.expect("the alarm notices that moments have come");
}

#[tokio::test]
async fn a_clock_that_jumps_over_moments_and_back_loses_none_and_repeats_none() {
    let temporary = temporary().await;
    let clock = Arc::new(Unsteady(Mutex::new(at(EVENING))));
    let store = Store::open(
        temporary.connections.clone(),
        Arc::<Unsteady>::clone(&clock),
        Arc::new(SystemIds::default()),
        TaskTracker::new(),
    );
    let store = store.await.unwrap();
    let office = office(&store, temporary.folder.path()).await;
    one_of_each(&office).await;
    let (_clerks, _until_done) = clerks(&office, &temporary.connections);
    settled(&office).await;
    assert_eq!(happened(&office).await, []);

    // Back before everything: the opening stands where it was.
    clock.jump("2026-03-04T20:00:00Z");
    settled(&office).await;
    assert_eq!(happened(&office).await, []);

    // Forward over the opening, and over the first marks of the contract.
    clock.jump("2026-03-06T13:00:00Z");
    settled(&office).await;
    let none = |number, kind: &str| (number, kind.to_owned(), None);
    let stage = |number, code: &str, at| (number, code.to_owned(), Some(at));
    let mut expected = vec![
        stage(TO_REGISTER, "REGISTERED", at(OPENING)),
        none(RUNNING, "due_moment_near"),
        none(CORRECTION, "correction_registered"),
        none(COMPLAINT, "complaint_registered"),
    ];
    expected.sort();
    assert_eq!(happened(&office).await, expected);

    // Back again, and to the same moment: nothing happens once more.
    for moment in ["2026-03-05T20:00:00Z", "2026-03-06T13:00:00Z"] {
        clock.jump(moment);
        settled(&office).await;
        assert_eq!(happened(&office).await, expected, "{moment}");
    }

    // Far forward, over everything at once: what is near its due moment and past it is overdue at once.
    clock.jump("2026-04-01T00:00:00Z");
    settled(&office).await;
    expected.extend([
        // Monday the 9th is a holiday: of the night's contract the first working day is the 10th.
        stage(
            TO_REGISTER,
            "OVERDUE",
            just_after(at("2026-03-10T13:30:00Z")),
        ),
        stage(RUNNING, "OVERDUE", just_after(at("2026-03-06T13:30:00Z"))),
        none(OWED, "handover_overdue"),
        none(CORRECTION, "correction_overdue"),
        none(COMPLAINT, "complaint_silent"),
        stage(OWED, "COMPLAINT_DECIDED", just_after(at(COMPLAINT_DUE))),
    ]);
    expected.sort();
    assert_eq!(happened(&office).await, expected);
    // Nothing is left to fall due, whatever the clock shows.
    for moment in [EVENING, "2027-01-01T00:00:00Z"] {
        clock.jump(moment);
        settled(&office).await;
        assert_eq!(happened(&office).await, expected, "{moment}");
    }
}

#[tokio::test]
async fn no_decision_is_quicker_than_the_mark_of_a_due_moment_that_passed() {
    let temporary = temporary().await;
    let office = office(&temporary.store, temporary.folder.path()).await;
    let arrived_at = at("2026-03-19T10:00:00Z");
    let contract = filed(&office, "usual", Form::ElectronicContract, 1, arrived_at);
    stored(&office, &[contract]).await;
    let read = async || {
        let id: ApplicationId = Uuid::from_u128(1).into();
        let application = application_by_id(office.store.reads(), id).await;
        application.unwrap().unwrap()
    };
    let due_at = at("2026-03-20T13:30:00Z");
    assert_eq!(read().await.due_at, due_at);
    let in_time = Step::of(read().await, due_at);
    assert_eq!(
        (in_time.reached.len(), in_time.application.overdue),
        (0, false)
    );

    // Decided a second late, before the clerk came.
    let decided_at = at("2026-03-20T13:30:01Z");
    let decided = Step::of(read().await, decided_at).reach(Stage::Granted);
    step(&office, &decided).await;
    let facts = journal::read(office.store.reads(), 0, 100).await.unwrap();
    let stages = facts.iter().filter(|fact| fact.kind == STAGE);
    let told: Vec<_> = stages
        .map(|fact| StageFact::from_body(&fact.body).unwrap())
        .map(|fact| (fact.stage, fact.occurred_at, fact.overdue))
        .collect();
    let expected = [
        ("RECEIVED", arrived_at, false),
        ("REGISTERED", arrived_at, false),
        ("OVERDUE", just_after(due_at), true),
        ("GRANTED", decided_at, true),
    ];
    assert_eq!(
        told,
        expected.map(|(stage, at, overdue)| (stage.to_owned(), at, overdue))
    );
    assert_eq!(read().await.next_mark_at(), None);
}
