//! What the stub has, asked over its contract. It never looks into the stub's file.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use tizilim::pb::monitoring::v1::{
    ListReceivedStagesRequest, ReceivedStage, stage_ingest_service_client::StageIngestServiceClient,
};
use tokio::time::sleep;
use tonic::transport::Channel;

const PAGE: i32 = 1000;
const LOOK_INTERVAL: Duration = Duration::from_millis(5);
const COMES_WITHIN: Duration = Duration::from_mins(10);

/// A reader of the stub.
#[derive(Clone)]
pub(crate) struct Inbox(StageIngestServiceClient<Channel>);

impl Inbox {
    pub(crate) async fn at(address: SocketAddr) -> Self {
        let client = StageIngestServiceClient::connect(format!("http://{address}"));
        Self(client.await.unwrap())
    }

    /// Whether so many stages have arrived.
    pub(crate) async fn has(&self, count: i64) -> bool {
        !self.after(count - 1, 1).await.is_empty()
    }

    /// Waits until so many stages have arrived.
    pub(crate) async fn until(&self, count: i64) {
        let begun = Instant::now();
        while !self.has(count).await {
            assert!(begun.elapsed() < COMES_WITHIN, "stage {count} is missing");
            sleep(LOOK_INTERVAL).await;
        }
    }

    /// How many stages have arrived, of which there are more than `least` and at most `most`.
    pub(crate) async fn count(&self, least: i64, most: i64) -> i64 {
        let (mut least, mut most) = (least, most);
        while least < most {
            let middle = least + (most - least + 1) / 2;
            if self.has(middle).await {
                least = middle;
            } else {
                most = middle - 1;
            }
        }
        least
    }

    /// Everything, in the order of arrival.
    pub(crate) async fn all(&self) -> Vec<ReceivedStage> {
        let mut all = Vec::<ReceivedStage>::new();
        loop {
            let after = all.last().map_or(0, |stage| stage.arrival);
            let page = self.after(after, PAGE).await;
            if page.is_empty() {
                return all;
            }
            all.extend(page);
        }
    }

    async fn after(&self, after_arrival: i64, page_size: i32) -> Vec<ReceivedStage> {
        let request = ListReceivedStagesRequest {
            application_number: String::new(),
            page_size,
            after_arrival,
        };
        let answer = self.0.clone().list_received_stages(request).await;
        answer.unwrap().into_inner().stages
    }
}
