//! What an agency does that watches the quality of state services. It never sees a person.

use tonic::Streaming;

use super::{ClientFault, Line, line::Wire};
use crate::pb::registry::v1::{
    WatchStagesRequest, WatchStagesResponse, stage_feed_service_client::StageFeedServiceClient,
};

/// A caller of the party `agency`.
#[derive(Clone, Debug)]
pub struct AgencyClient(Line);

impl AgencyClient {
    /// A client on a line.
    pub const fn new(line: Line) -> Self {
        Self(line)
    }

    /// Watches stages as they happen.
    pub async fn watch(
        &self,
        request: WatchStagesRequest,
    ) -> Result<Streaming<WatchStagesResponse>, ClientFault> {
        Ok(self.feed().watch_stages(request).await?.into_inner())
    }

    fn feed(&self) -> StageFeedServiceClient<Wire> {
        StageFeedServiceClient::new(self.0.wire())
    }
}
