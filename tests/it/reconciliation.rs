//! What each receiver of stages has, compared with the journal as operators see it: a day that is over, a loss that
//! is found and healed, a receiver that does not tell what it has.

use tizilim::{
    demo::client::new_request_id,
    pb::{
        monitoring::v1::{
            Misbehaviour, MisbehaviourKind, PushStagesRequest, SetMisbehaviourRequest,
            monitor_control_service_client::MonitorControlServiceClient,
            stage_ingest_service_client::StageIngestServiceClient,
        },
        registry::v1::{
            self as pb, ApplicationStage as Stage, DifferenceKind, DifferenceState,
            ReconciliationState as State,
        },
    },
};
use tonic::Code;

use crate::{
    harness::{Account, OTHER_PROVIDER, TUESDAY_MORNING, Told, Town, until},
    sinks::receiver::Receiver,
};

const TUESDAY: &str = "2026-11-24";
const WEDNESDAY_MORNING: &str = "2026-11-25T05:00:00Z";
const SINK: &str = "monitoring";

async fn comparisons(town: &Town) -> Vec<pb::Reconciliation> {
    let mut operator = town.raw(Account::Operator).reconciliation();
    let everything = pb::ListReconciliationsRequest::default();
    let listed = operator.list_reconciliations(everything).await;
    listed.unwrap().into_inner().reconciliations
}

/// The comparison of Tuesday, once it says so.
async fn compared(town: &Town, state: State) -> pb::Reconciliation {
    until("a comparison", async || {
        let mut found = comparisons(town).await.into_iter();
        found.find(|one| one.day_on == TUESDAY && one.state() == state)
    })
    .await
}

async fn differences(town: &Town, state: DifferenceState) -> Vec<pb::Difference> {
    let mut operator = town.raw(Account::Operator).reconciliation();
    let request = pb::ListDifferencesRequest {
        sink: SINK.to_owned(),
        state: state.into(),
        ..Default::default()
    };
    let listed = operator.list_differences(request).await;
    listed.unwrap().into_inner().differences
}

fn ask(sink: &str) -> pb::ReconcileDayRequest {
    pb::ReconcileDayRequest {
        request_id: new_request_id(),
        sink: sink.to_owned(),
        day_on: TUESDAY.to_owned(),
        provider_bin: String::new(),
    }
}

/// The stub loses what it has, and is told something new.
async fn lose_everything(town: &Town) {
    let address = format!("http://{}", town.stub.address());
    let mut control = MonitorControlServiceClient::connect(address).await.unwrap();
    let loss = Misbehaviour {
        kind: MisbehaviourKind::Loss.into(),
        calls_max: 1,
        lost_seconds: 600,
        ..Misbehaviour::default()
    };
    let request = SetMisbehaviourRequest {
        misbehaviours: vec![loss],
        seed: 0,
    };
    control.set_misbehaviour(request).await.unwrap();
    town.filed(&town.agreement(9), Stage::AwaitingSignature)
        .await;
    town.operator().all_stages_delivered().await.unwrap();
}

#[tokio::test]
async fn a_day_is_compared_when_it_is_over() {
    let town = Town::open().await;
    let filed = town
        .filed(&town.agreement(1), Stage::AwaitingSignature)
        .await;
    town.operator().all_stages_delivered().await.unwrap();
    assert_eq!(comparisons(&town).await, [], "it is not over");
    town.advance(WEDNESDAY_MORNING).await;
    let day = compared(&town, State::Alike).await;
    let stages = town.portal().stages(&filed.application_id).await.unwrap();
    assert_eq!(day.sink, SINK);
    assert_eq!(day.stage_count, i32::try_from(stages.len()).unwrap());
    assert_eq!(day.sink_stage_count, day.stage_count);
    assert_eq!((day.digest.len(), &day.sink_digest), (64, &day.digest));
    assert_eq!((day.question_count, day.asked_by.as_str()), (1, ""));
    assert_eq!(town.world.provider.bin.as_str(), day.provider_bin);
    town.close().await;
}

#[tokio::test]
async fn what_a_receiver_lost_is_listed_and_comes_again_when_an_operator_says_why() {
    let town = Town::open().await;
    let filed = town
        .filed(&town.agreement(1), Stage::AwaitingSignature)
        .await;
    town.operator().all_stages_delivered().await.unwrap();
    let number = &filed.application_number;
    let before = town.monitoring().await.received(number).await.unwrap();
    lose_everything(&town).await;

    let mut operator = town.raw(Account::Operator).reconciliation();
    let (request, due) = until("a day that is known", async || {
        let request = ask(SINK);
        let asked = operator.reconcile_day(request.clone()).await.unwrap();
        let [due] = asked.into_inner().reconciliations.try_into().ok()?;
        Some((request, due))
    })
    .await;
    assert_eq!(due.state(), State::Due);
    let day = compared(&town, State::Different).await;
    assert!(!day.asked_by.is_empty());
    let lost = differences(&town, DifferenceState::Unspecified).await;
    assert_eq!(lost.len(), before.len());
    let of_filed = |one: &pb::Difference| {
        one.kind() == DifferenceKind::Missing && one.application_number == *number
    };
    assert!(lost.iter().all(of_filed), "{lost:?}");
    assert_eq!(day.difference_count, i32::try_from(lost.len()).unwrap());

    let resend = pb::ResendStagesRequest {
        request_id: new_request_id(),
        sink: SINK.to_owned(),
        day_on: TUESDAY.to_owned(),
        event_ids: Vec::new(),
        reason: "restored from an older copy".to_owned(),
    };
    let sent = operator.resend_stages(resend.clone()).await.unwrap();
    let sent = sent.into_inner();
    assert_eq!(sent.differences.len(), lost.len());
    assert!(!sent.replayed);
    compared(&town, State::Alike).await;
    let healed = differences(&town, DifferenceState::Healed).await;
    assert_eq!(healed.len(), lost.len());
    let after = town.monitoring().await.received(number).await.unwrap();
    let stages = |received: Vec<tizilim::pb::monitoring::v1::ReceivedStage>| {
        let stages = received.into_iter().map(|one| one.stage);
        stages.collect::<Vec<_>>()
    };
    assert_eq!(stages(after), stages(before), "each once, in order");

    let again = operator.resend_stages(resend).await.unwrap().into_inner();
    assert!(again.replayed);
    assert_eq!(again.differences, sent.differences);
    let again = operator.reconcile_day(request).await.unwrap().into_inner();
    assert_eq!((again.replayed, again.reconciliations), (true, vec![due]));
    town.close().await;
}

#[tokio::test]
async fn what_a_receiver_has_of_a_provider_without_stages_is_found_when_an_operator_asks() {
    let town = Town::open().await;
    let filed = town
        .filed(&town.agreement(1), Stage::AwaitingSignature)
        .await;
    town.operator().all_stages_delivered().await.unwrap();
    let number = &filed.application_number;
    let received = town.monitoring().await.received(number).await.unwrap();
    let mut stranger = received.into_iter().find_map(|one| one.stage).unwrap();
    stranger.event_id = new_request_id();
    stranger.application_number = "STRANGER-1".to_owned();
    stranger.provider.as_mut().unwrap().bin = OTHER_PROVIDER.to_owned();
    let address = format!("http://{}", town.stub.address());
    let mut ingest = StageIngestServiceClient::connect(address).await.unwrap();
    let stages = vec![stranger];
    ingest
        .push_stages(PushStagesRequest { stages })
        .await
        .unwrap();

    let mut operator = town.raw(Account::Operator).reconciliation();
    let mut request = ask(SINK);
    request.provider_bin = OTHER_PROVIDER.to_owned();
    let asked = operator.reconcile_day(request).await.unwrap().into_inner();
    let [due] = asked.reconciliations.try_into().unwrap();
    assert_eq!((due.state(), due.stage_count), (State::Due, 0));
    let day = compared(&town, State::Different).await;
    assert_eq!(day.provider_bin, OTHER_PROVIDER);
    assert_eq!((day.stage_count, day.sink_stage_count), (0, 1));
    let [unknown] = differences(&town, DifferenceState::Open)
        .await
        .try_into()
        .unwrap();
    assert_eq!(
        (unknown.kind(), unknown.stage_count),
        (DifferenceKind::Unknown, 1)
    );
    town.close().await;
}

#[tokio::test]
async fn a_receiver_that_does_not_tell_what_it_has_cannot_be_compared() {
    let receiver = Receiver::start().await;
    let town = Town::with(TUESDAY_MORNING, |installation| {
        receiver.configure(installation, "open-data");
    });
    let town = town.await;
    town.filed(&town.agreement(1), Stage::AwaitingSignature)
        .await;
    let mut operator = town.raw(Account::Operator).reconciliation();
    let refused = operator.reconcile_day(ask("open-data")).await.unwrap_err();
    Told::of(&refused).is(Code::FailedPrecondition, "SINK_WITHOUT_DIGESTS");
    town.advance(WEDNESDAY_MORNING).await;
    compared(&town, State::Alike).await;
    let sinks = comparisons(&town).await.into_iter().map(|one| one.sink);
    assert!(sinks.eq([SINK.to_owned()]));
    town.close().await;
}

#[tokio::test]
async fn lists_go_page_by_page() {
    let town = Town::open().await;
    town.filed(&town.agreement(1), Stage::AwaitingSignature)
        .await;
    town.operator().all_stages_delivered().await.unwrap();
    lose_everything(&town).await;
    town.advance(WEDNESDAY_MORNING).await;
    let day = compared(&town, State::Different).await;
    let mut operator = town.raw(Account::Operator).reconciliation();
    let mut request = pb::ListDifferencesRequest {
        sink: SINK.to_owned(),
        day_on: TUESDAY.to_owned(),
        page_size: 1,
        ..Default::default()
    };
    let mut found = Vec::new();
    loop {
        let page = operator.list_differences(request.clone()).await;
        let page = page.unwrap().into_inner();
        assert_eq!(page.differences.len(), 1);
        found.extend(page.differences);
        if page.next_page_token.is_empty() {
            break;
        }
        request.page_token = page.next_page_token;
    }
    assert_eq!(found, differences(&town, DifferenceState::Open).await);
    assert_eq!(day.difference_count, i32::try_from(found.len()).unwrap());
    let mut other = request;
    other.day_on = "2026-11-23".to_owned();
    let refused = operator.list_differences(other).await.unwrap_err();
    Told::of(&refused).is(Code::InvalidArgument, "PAGE_TOKEN_INVALID");
    town.close().await;
}
