//! Several receivers of stages: each is told everything, in order; what one of them refuses concerns nobody
//! else; and operators steer each apart, as the journal remembers.

mod acts;
pub(crate) mod receiver;

use tizilim::{
    demo::client::new_request_id,
    pb::registry::v1::{
        self as pb, ApplicationStage as Stage, BreakerState, ParkedState, SinkState,
    },
};
use tonic::Code;

use crate::harness::{Account, TUESDAY_MORNING, Told, Town, until};
use receiver::Receiver;

const SINK: &str = "open-data";

async fn town(receiver: &Receiver) -> Town {
    Town::with(TUESDAY_MORNING, |installation| {
        receiver.configure(installation, SINK);
    })
    .await
}

async fn sinks(town: &Town) -> Vec<pb::Sink> {
    let mut operator = town.raw(Account::Operator).operations();
    let listed = operator.list_sinks(pb::ListSinksRequest {}).await;
    listed.unwrap().into_inner().sinks
}

/// The sink, once it is done with everything.
async fn done(town: &Town) -> pb::Sink {
    until("a sink that is done with everything", async || {
        let sink = sinks(town).await.pop().unwrap();
        (sink.lag == 0).then_some(sink)
    })
    .await
}

async fn parked(town: &Town) -> Vec<pb::ParkedMessage> {
    let request = pb::ListParkedMessagesRequest {
        sink: SINK.to_owned(),
        ..Default::default()
    };
    let mut operator = town.raw(Account::Operator).operations();
    let listed = operator.list_parked_messages(request).await;
    listed.unwrap().into_inner().messages
}

fn retry(message: &pb::ParkedMessage) -> pb::RetryParkedMessageRequest {
    pb::RetryParkedMessageRequest {
        request_id: new_request_id(),
        sink: message.sink.clone(),
        application_id: message.application_id.clone(),
        etag: message.etag.clone(),
        reason: "they mended it".to_owned(),
    }
}

/// Tries the one message that is parked, and waits until that was done.
async fn tried(town: &Town, message: &pb::ParkedMessage) -> Vec<pb::ParkedMessage> {
    let mut operator = town.raw(Account::Operator).operations();
    let answer = operator.retry_parked_message(retry(message)).await.unwrap();
    let due = answer.into_inner().message.unwrap();
    assert_eq!(due.state(), ParkedState::Due);
    assert_eq!(due.waiting_count, message.waiting_count);
    until("a message that was tried", async || {
        let parked = parked(town).await;
        let is_over = |message: &pb::ParkedMessage| message.state() == ParkedState::Parked;
        parked.iter().all(is_over).then_some(parked)
    })
    .await
}

#[tokio::test]
async fn what_one_receiver_refuses_waits_for_it_alone_and_arrives_in_order_when_it_is_tried() {
    let receiver = Receiver::start().await;
    receiver.records().refused.insert("REGISTERED");
    let town = town(&receiver).await;
    let application = town
        .filed(&town.agreement(1), Stage::AwaitingSignature)
        .await;
    town.operator().all_stages_delivered().await.unwrap();
    let number = &application.application_number;
    let told = town.received(number).await;
    let sink = done(&town).await;
    assert_eq!((sink.name.as_str(), sink.parked), (SINK, 1));
    assert_eq!(sink.state(), SinkState::Pushing);
    assert_eq!(
        sink.health.as_ref().unwrap().breaker(),
        BreakerState::Closed
    );
    assert_eq!(receiver.stages_of(number), ["RECEIVED"]);

    let [message] = parked(&town).await.try_into().unwrap();
    assert_eq!((&message.application_number, message.sequence), (number, 2));
    assert_eq!(
        (message.stage.as_str(), message.reason.as_str()),
        ("REGISTERED", "with 422")
    );
    assert_eq!((message.tries, message.waiting_count), (1, 2));
    let status = town.operator().status().await.unwrap();
    assert_eq!((status.parked, status.monitoring_lag), (1, 0));

    // Another application is told meanwhile, as far as it goes.
    let other = town
        .filed(&town.agreement(2), Stage::AwaitingSignature)
        .await;
    done(&town).await;
    assert_eq!(receiver.stages_of(&other.application_number), ["RECEIVED"]);

    let [_, second] = parked(&town).await.try_into().unwrap();
    let [again, _] = tried(&town, &message).await.try_into().unwrap();
    assert_eq!((again.tries, &again.parked_at), (2, &message.parked_at));
    receiver.records().refused.clear();
    let [left] = tried(&town, &again).await.try_into().unwrap();
    assert_eq!(left, second);
    assert_eq!(receiver.stages_of(number), told);
    assert_eq!(tried(&town, &left).await, []);
    assert_eq!(receiver.stages_of(&other.application_number), told);

    // From now on it goes with all others again.
    town.granted(&application).await;
    town.reached(&application, Stage::ExtractSent).await;
    done(&town).await;
    assert_eq!(receiver.stages_of(number), town.received(number).await);
    assert_eq!(receiver.records().repeats, 0);
}

#[tokio::test]
async fn a_parked_message_is_let_on_by_who_saw_it_last_and_once() {
    let receiver = Receiver::start().await;
    receiver.records().refused.insert("RECEIVED");
    let town = town(&receiver).await;
    town.filed(&town.agreement(3), Stage::AwaitingSignature)
        .await;
    done(&town).await;
    let [message] = parked(&town).await.try_into().unwrap();
    let mut operator = town.raw(Account::Operator).operations();

    let stale = pb::RetryParkedMessageRequest {
        etag: "\"7\"".to_owned(),
        ..retry(&message)
    };
    let refused = operator.retry_parked_message(stale).await.unwrap_err();
    Told::of(&refused).is(Code::Aborted, "STALE_ETAG");
    let nobody_s = pb::RetryParkedMessageRequest {
        application_id: new_request_id(),
        ..retry(&message)
    };
    let refused = operator.retry_parked_message(nobody_s).await.unwrap_err();
    Told::of(&refused).is(Code::PermissionDenied, "PERMISSION_DENIED");

    let skip = pb::SkipParkedMessageRequest {
        request_id: new_request_id(),
        sink: SINK.to_owned(),
        application_id: message.application_id.clone(),
        etag: message.etag.clone(),
        reason: "they have it on paper".to_owned(),
    };
    for replayed in [false, true] {
        let skipped = operator.skip_parked_message(skip.clone()).await.unwrap();
        let skipped = skipped.into_inner();
        assert_eq!(skipped.replayed, replayed);
        assert_eq!(skipped.message.unwrap().number, message.number);
    }
    until("the stages behind it", async || {
        (parked(&town).await.is_empty()).then_some(())
    })
    .await;
    let arrived = receiver.stages_of(&message.application_number);
    assert_eq!(arrived, ["REGISTERED", "IN_REVIEW", "AWAITING_SIGNATURE"]);
}

#[tokio::test]
async fn what_was_passed_over_while_the_sink_was_paused_is_passed_over_once() {
    let receiver = Receiver::start().await;
    receiver.records().refused.insert("RECEIVED");
    let town = town(&receiver).await;
    town.filed(&town.agreement(4), Stage::AwaitingSignature)
        .await;
    done(&town).await;
    let [message] = parked(&town).await.try_into().unwrap();
    let mut operator = town.raw(Account::Operator).operations();
    let reason = "they have it on paper".to_owned();
    let pause = pb::PauseSinkRequest {
        request_id: new_request_id(),
        sink: SINK.to_owned(),
        reason: reason.clone(),
    };
    operator.pause_sink(pause).await.unwrap();
    let skip = |message: &pb::ParkedMessage| pb::SkipParkedMessageRequest {
        request_id: new_request_id(),
        sink: SINK.to_owned(),
        application_id: message.application_id.clone(),
        etag: message.etag.clone(),
        reason: reason.clone(),
    };
    let skipped = operator.skip_parked_message(skip(&message)).await.unwrap();
    let skipped = skipped.into_inner().message.unwrap();
    assert_eq!(parked(&town).await, std::slice::from_ref(&skipped));
    assert_eq!(
        (skipped.state(), skipped.number, skipped.waiting_count),
        (ParkedState::Due, message.number, message.waiting_count)
    );
    let again = operator.skip_parked_message(skip(&skipped)).await;
    Told::of(&again.unwrap_err()).is(Code::PermissionDenied, "PERMISSION_DENIED");
    let resume = pb::ResumeSinkRequest {
        request_id: new_request_id(),
        sink: SINK.to_owned(),
        reason,
    };
    operator.resume_sink(resume).await.unwrap();
    until("the stages behind it", async || {
        (parked(&town).await.is_empty()).then_some(())
    })
    .await;
    let arrived = receiver.stages_of(&message.application_number);
    assert_eq!(arrived, ["REGISTERED", "IN_REVIEW", "AWAITING_SIGNATURE"]);
}

#[tokio::test]
async fn parked_messages_come_in_pages_in_the_order_of_the_journal() {
    let receiver = Receiver::start().await;
    receiver.records().refused.insert("RECEIVED");
    let town = town(&receiver).await;
    for share in 1..=3 {
        town.filed(&town.agreement(share), Stage::AwaitingSignature)
            .await;
    }
    done(&town).await;
    let all = parked(&town).await;
    assert_eq!(all.len(), 3);
    assert!(all.is_sorted_by_key(|message| message.number));
    let mut operator = town.raw(Account::Operator).operations();
    let mut request = pb::ListParkedMessagesRequest {
        sink: SINK.to_owned(),
        page_size: 2,
        ..Default::default()
    };
    let first = operator
        .list_parked_messages(request.clone())
        .await
        .unwrap()
        .into_inner();
    assert_eq!(first.messages, all[..2]);
    request.page_token = first.next_page_token;
    let second = operator
        .list_parked_messages(request.clone())
        .await
        .unwrap()
        .into_inner();
    assert_eq!(
        (second.messages.as_slice(), second.next_page_token.as_str()),
        (&all[2..], "")
    );
    request.sink = "monitoring".to_owned();
    let refused = operator.list_parked_messages(request).await.unwrap_err();
    Told::of(&refused).is(Code::InvalidArgument, "PAGE_TOKEN_INVALID");
}
