//! What the monitoring system tells of the stages it received. It never pushes a stage itself.

use super::{ClientFault, Line, line::Wire};
use crate::pb::monitoring::v1::{
    ListReceivedStagesRequest, ReceivedStage, stage_ingest_service_client::StageIngestServiceClient,
};

/// A reader of the monitoring system.
#[derive(Clone, Debug)]
pub struct MonitoringClient(Line);

impl MonitoringClient {
    /// A client on a line.
    pub const fn new(line: Line) -> Self {
        Self(line)
    }

    /// Lists all that was received of an application, in the order of arrival; of all applications,
    /// if the number is empty.
    pub async fn received(&self, number: &str) -> Result<Vec<ReceivedStage>, ClientFault> {
        let mut all: Vec<ReceivedStage> = Vec::new();
        loop {
            let request = ListReceivedStagesRequest {
                application_number: number.to_owned(),
                page_size: 0,
                after_arrival: all.last().map_or(0, |stage| stage.arrival),
            };
            let page = self
                .client()
                .list_received_stages(request)
                .await?
                .into_inner()
                .stages;
            if page.is_empty() {
                return Ok(all);
            }
            all.extend(page);
        }
    }

    fn client(&self) -> StageIngestServiceClient<Wire> {
        StageIngestServiceClient::new(self.0.wire())
    }
}
