//! A stop around the parking of a stage, and around its second try: it is neither lost nor overtaken.

use tizilim::{
    demo::client::new_request_id,
    pb::registry::v1::{self as pb, ApplicationStage as Stage},
};
use tonic::Status;

use super::site::Site;
use crate::{
    harness::{Account, until},
    sinks::receiver::Receiver,
};

const SHARE: u32 = 195;
const SINK: &str = "open-data";

impl Site {
    /// What is parked, once there is as much.
    async fn parked(&self, count: usize) -> Result<Vec<pb::ParkedMessage>, Status> {
        let request = pb::ListParkedMessagesRequest {
            sink: SINK.to_owned(),
            ..Default::default()
        };
        until("the parking of a stage, or its end", async || {
            let mut raw = self.raw(Account::Operator).operations();
            match raw.list_parked_messages(request.clone()).await {
                Ok(listed) => Some(listed.into_inner().messages)
                    .filter(|messages| messages.len() == count)
                    .map(Ok),
                Err(status) => Some(Err(status)),
            }
        })
        .await
    }
}

/// Files, while a receiver refuses a stage and the service stops dead at the point; the stage is tried
/// again when the receiver takes it.
async fn survives(point: &str) {
    let receiver = Receiver::start().await;
    receiver.records().refused.insert("REGISTERED");
    let configure = |installation: &_| receiver.configure(installation, SINK);
    let mut site = Site::open_configured(Some(point), configure).await;
    site.insist(async |site| site.file(SHARE).await).await;
    let application = site.reached(SHARE, Stage::AwaitingSignature).await;
    site.delivered().await;
    let parked = site.insist(async |site| site.parked(1).await).await;
    assert_eq!(
        (parked[0].sequence, parked[0].stage.as_str()),
        (2, "REGISTERED")
    );
    let number = &application.application_number;
    assert_eq!(receiver.stages_of(number), ["RECEIVED"]);

    receiver.records().refused.clear();
    let retry = pb::RetryParkedMessageRequest {
        request_id: new_request_id(),
        sink: SINK.to_owned(),
        application_id: application.application_id.clone(),
        etag: parked[0].etag.clone(),
        reason: "they mended it".to_owned(),
    };
    site.insist(async |site| {
        let mut raw = site.raw(Account::Operator).operations();
        raw.retry_parked_message(retry.clone()).await
    })
    .await;
    site.insist(async |site| site.parked(0).await).await;
    let all = ["RECEIVED", "REGISTERED", "IN_REVIEW", "AWAITING_SIGNATURE"];
    assert_eq!(receiver.stages_of(number), all);
    assert_eq!(site.deaths, 1, "at {point}");
    site.check().await;
}

#[tokio::test]
async fn a_stop_before_a_stage_that_was_refused_is_parked() {
    survives("push.parking").await;
}

#[tokio::test]
async fn a_stop_between_the_second_try_of_a_stage_and_its_record() {
    survives("push.draining").await;
}
