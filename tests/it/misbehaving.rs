//! A monitoring system that misbehaves in every way that the stub knows, while applications are filed and
//! withdrawn: in the end it has what the journal has, each stage once and in order (I-3).

use std::time::Duration;

use tizilim::{
    demo::client::new_request_id,
    pb::{
        monitoring::v1::{
            ClearMisbehaviourRequest, GetMisbehaviourRequest, Misbehaviour,
            MisbehaviourKind as Kind, MisbehaviourState, SetMisbehaviourRequest,
            monitor_control_service_client::MonitorControlServiceClient,
        },
        registry::v1::{self as pb, ApplicationStage as Stage},
    },
};
use tonic::transport::Channel;

use crate::harness::{Account, Town, until};

type Control = MonitorControlServiceClient<Channel>;

fn of(kind: Kind) -> Misbehaviour {
    Misbehaviour {
        kind: kind.into(),
        ..Misbehaviour::default()
    }
}

/// Some calls only, so that it goes on meanwhile.
fn twice(kind: Kind) -> Misbehaviour {
    Misbehaviour {
        calls_max: 2,
        ..of(kind)
    }
}

async fn control(town: &Town) -> Control {
    let address = format!("http://{}", town.stub.address());
    Control::connect(address).await.unwrap()
}

async fn set(control: &mut Control, misbehaviours: Vec<Misbehaviour>) {
    let request = SetMisbehaviourRequest {
        misbehaviours,
        seed: 13,
    };
    control.set_misbehaviour(request).await.unwrap();
}

async fn states(control: &mut Control) -> Vec<MisbehaviourState> {
    let answer = control.get_misbehaviour(GetMisbehaviourRequest {}).await;
    answer.unwrap().into_inner().states
}

/// Waits until each misbehaviour happened, and lets the stub behave.
async fn once_all_happened(mut control: Control) {
    let asked = control.clone();
    until("each misbehaviour", async || {
        let states = states(&mut asked.clone()).await;
        states.iter().all(|one| one.call_count > 0).then_some(())
    })
    .await;
    let clear = ClearMisbehaviourRequest {};
    control.clear_misbehaviour(clear).await.unwrap();
}

async fn filed(town: &Town, shares: std::ops::Range<u32>) -> Vec<pb::Application> {
    let mut filed = Vec::new();
    for share in shares {
        let agreement = town.agreement(share);
        filed.push(town.filed(&agreement, Stage::AwaitingSignature).await);
    }
    filed
}

/// What the monitoring system has is what the service says, and nothing else.
async fn check(town: &Town, applications: &[pb::Application]) {
    town.operator().all_stages_delivered().await.unwrap();
    let all = check_each(town, applications).await;
    let everything = town.monitoring().await.received("").await.unwrap();
    assert_eq!(everything.len(), all, "and of nothing else");
}

/// Of each application it has each stage once, in order, as it happened; counts them.
async fn check_each(town: &Town, applications: &[pb::Application]) -> usize {
    let monitoring = town.monitoring().await;
    let mut all = 0;
    for application in applications {
        let stages = town.portal().stages(&application.application_id).await;
        let stages = stages.unwrap().into_iter();
        let stages: Vec<_> = stages.map(|one| (one.sequence, one.event_id)).collect();
        let received = monitoring.received(&application.application_number).await;
        let received = received.unwrap().into_iter().filter_map(|one| one.stage);
        let received: Vec<_> = received.map(|one| (one.sequence, one.event_id)).collect();
        assert_eq!(received, stages, "{}", application.application_number);
        let last = i32::try_from(stages.len()).unwrap();
        let sequences = stages.into_iter().map(|stage| stage.0);
        assert!(sequences.eq(1..=last), "without gaps");
        all += received.len();
    }
    all
}

/// Applications are filed while it misbehaves for some calls; it then has all of them.
async fn ends_well(misbehaviours: Vec<Misbehaviour>) {
    let town = Town::open().await;
    let mut control = control(&town).await;
    set(&mut control, misbehaviours).await;
    let applications = filed(&town, 1..4).await;
    once_all_happened(control).await;
    check(&town, &applications).await;
    town.close().await;
}

#[tokio::test]
async fn it_is_away_for_a_while() {
    ends_well(vec![twice(Kind::Unavailable)]).await;
}

#[tokio::test]
async fn it_is_away_by_a_schedule() {
    let schedule = Misbehaviour {
        every_seconds: 2,
        for_seconds: 1,
        ..of(Kind::Unavailable)
    };
    ends_well(vec![schedule]).await;
}

#[tokio::test]
async fn it_is_slow() {
    let slow = Misbehaviour {
        delay_milliseconds: 700,
        ..twice(Kind::Slow)
    };
    ends_well(vec![slow]).await;
}

#[tokio::test]
async fn it_drops_the_connection_after_it_stored() {
    ends_well(vec![twice(Kind::LostAnswer)]).await;
}

#[tokio::test]
async fn it_answers_what_is_no_message() {
    ends_well(vec![twice(Kind::Garbage)]).await;
}

#[tokio::test]
async fn it_answers_of_other_stages() {
    ends_well(vec![twice(Kind::OtherStages)]).await;
}

#[tokio::test]
async fn it_answers_of_too_few_stages() {
    ends_well(vec![twice(Kind::ShortAnswer)]).await;
}

#[tokio::test]
async fn its_clock_is_off_by_an_hour() {
    ends_well(vec![of(Kind::WrongClock)]).await;
}

/// What was pushed while it was away comes in one batch, which can be answered in another order.
#[tokio::test]
async fn it_answers_in_another_order() {
    let town = Town::open().await;
    let mut control = control(&town).await;
    set(&mut control, vec![of(Kind::Unavailable)]).await;
    let applications = filed(&town, 1..3).await;
    set(&mut control, vec![twice(Kind::Disorder)]).await;
    once_all_happened(control).await;
    check(&town, &applications).await;
    town.close().await;
}

/// What was acknowledged and is lost comes again with the application's next stage.
#[tokio::test]
async fn it_loses_what_it_acknowledged() {
    let town = Town::open().await;
    let mut control = control(&town).await;
    let applications = filed(&town, 1..3).await;
    check(&town, &applications).await;
    let once = Misbehaviour {
        calls_max: 1,
        lost_seconds: 600,
        ..of(Kind::Loss)
    };
    set(&mut control, vec![once]).await;
    town.portal().withdraw(&applications[0]).await.unwrap();
    once_all_happened(control).await;
    town.operator().all_stages_delivered().await.unwrap();
    let number = &applications[1].application_number;
    let lost = town.monitoring().await.received(number).await.unwrap();
    assert_eq!(lost.len(), 0, "nobody asked for these yet");
    town.portal().withdraw(&applications[1]).await.unwrap();
    check(&town, &applications).await;
    town.close().await;
}

/// As long as it refuses one application, it gets nothing of it and all of others; an operator lets the
/// rest go on once it relents.
#[tokio::test]
async fn it_refuses_one_application() {
    let town = Town::open().await;
    let mut control = control(&town).await;
    let mut applications = filed(&town, 1..2).await;
    check(&town, &applications).await;
    let number = applications[0].application_number.clone();
    let refusal = Misbehaviour {
        application_number: number.clone(),
        ..of(Kind::Refusal)
    };
    set(&mut control, vec![refusal]).await;
    let before = town.monitoring().await.received(&number).await.unwrap();
    town.portal().withdraw(&applications[0]).await.unwrap();
    applications.extend(filed(&town, 2..3).await);
    town.operator().all_stages_delivered().await.unwrap();
    check_each(&town, &applications[1..]).await;
    let meanwhile = town.monitoring().await.received(&number).await.unwrap();
    assert_eq!(meanwhile, before, "nothing came, and what was there stays");
    once_all_happened(control).await;
    assert_eq!(parked(&town).await.len(), 1);
    retry_all(&town).await;
    check(&town, &applications).await;
    town.close().await;
}

async fn parked(town: &Town) -> Vec<pb::ParkedMessage> {
    let request = pb::ListParkedMessagesRequest {
        sink: "monitoring".to_owned(),
        ..Default::default()
    };
    let mut operator = town.raw(Account::Operator).operations();
    let listed = operator.list_parked_messages(request).await;
    listed.unwrap().into_inner().messages
}

/// Lets go on whatever is parked, until nothing is.
async fn retry_all(town: &Town) {
    for message in parked(town).await {
        let request = pb::RetryParkedMessageRequest {
            request_id: new_request_id(),
            sink: message.sink,
            application_id: message.application_id,
            etag: message.etag,
            reason: "it behaves again".to_owned(),
        };
        let mut operator = town.raw(Account::Operator).operations();
        operator.retry_parked_message(request).await.unwrap();
    }
    until("nothing that is parked", async || {
        parked(town).await.is_empty().then_some(())
    })
    .await;
}

/// All of it at once, in some of the calls each.
#[tokio::test]
async fn it_does_whatever_it_can() {
    let town = Town::open().await;
    let mut control = control(&town).await;
    let some = |kind| Misbehaviour {
        percent: 12,
        ..of(kind)
    };
    let mut ways: Vec<_> = [
        Kind::Unavailable,
        Kind::LostAnswer,
        Kind::Garbage,
        Kind::OtherStages,
        Kind::ShortAnswer,
        Kind::Disorder,
        Kind::Loss,
        Kind::WrongClock,
    ]
    .map(some)
    .into();
    ways.push(Misbehaviour {
        delay_milliseconds: 100,
        ..some(Kind::Slow)
    });
    set(&mut control, ways).await;
    let applications = filed(&town, 1..9).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    let happened = states(&mut control).await;
    let happened: i32 = happened.iter().map(|one| one.call_count).sum();
    assert!(happened > 3, "{happened}");
    let clear = ClearMisbehaviourRequest {};
    control.clear_misbehaviour(clear).await.unwrap();
    for application in &applications {
        town.portal().withdraw(application).await.unwrap();
    }
    town.operator().all_stages_delivered().await.unwrap();
    // What was answered with garbage alone too often is taken for a refusal.
    retry_all(&town).await;
    check(&town, &applications).await;
    town.close().await;
}
