//! The part of the walk in which operators steer the push to a receiver that refuses some applications.

use tizilim::{
    demo::client::new_request_id,
    pb::registry::v1::{self as pb, move_cursor_request::To},
};

use crate::harness::{Account, Town, until};

/// The sink that refuses.
pub(super) const SINK: &str = "walked";

/// Every list and every act; while the sink is paused, so that nobody moves its cursor meanwhile.
pub(super) async fn sinks(town: &Town) {
    let mut raw = town.raw(Account::Operator).operations();
    let (sink, reason) = (SINK.to_owned(), "tried".to_owned());
    when(town, |sink| sink.lag == 0).await;
    let request = pb::PauseSinkRequest {
        request_id: new_request_id(),
        sink: sink.clone(),
        reason: reason.clone(),
    };
    raw.pause_sink(request).await.unwrap();
    when(town, |sink| !sink.health.as_ref().unwrap().pushes).await;
    let mut request = pb::ListParkedMessagesRequest {
        sink: sink.clone(),
        page_size: 50,
        page_token: String::new(),
    };
    let page = raw.list_parked_messages(request.clone()).await.unwrap();
    let parked = page.into_inner().messages;
    request.page_size = 1;
    let page = raw.list_parked_messages(request.clone()).await.unwrap();
    request.page_token = page.into_inner().next_page_token;
    raw.list_parked_messages(request).await.unwrap();
    let request = pb::RetryParkedMessageRequest {
        request_id: new_request_id(),
        sink: sink.clone(),
        application_id: parked[0].application_id.clone(),
        etag: parked[0].etag.clone(),
        reason: reason.clone(),
    };
    raw.retry_parked_message(request).await.unwrap();
    let request = pb::SkipParkedMessageRequest {
        request_id: new_request_id(),
        sink: sink.clone(),
        application_id: parked[1].application_id.clone(),
        etag: parked[1].etag.clone(),
        reason: reason.clone(),
    };
    raw.skip_parked_message(request).await.unwrap();
    let request = pb::MoveCursorRequest {
        request_id: new_request_id(),
        sink: sink.clone(),
        to: Some(To::Number(0)),
        reason: reason.clone(),
    };
    raw.move_cursor(request).await.unwrap();
    let request = pb::ResumeSinkRequest {
        request_id: new_request_id(),
        sink,
        reason,
    };
    raw.resume_sink(request).await.unwrap();
}

async fn when(town: &Town, is_so: impl Fn(&pb::Sink) -> bool) {
    until("a sink to be steered", async || {
        let mut raw = town.raw(Account::Operator).operations();
        let sinks = raw.list_sinks(pb::ListSinksRequest {}).await.unwrap();
        let mut sinks = sinks.into_inner().sinks.into_iter();
        let sink = sinks.find(|sink| sink.name == SINK).unwrap();
        is_so(&sink).then_some(())
    })
    .await;
}
