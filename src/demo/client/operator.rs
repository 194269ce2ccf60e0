//! What an operator of the installation does. It never sees an application.

use chrono::{DateTime, Utc};

use super::{
    ClientFault, Line,
    line::{Wire, until_there},
};
use crate::{
    pb::registry::v1::{self as pb, operations_service_client::OperationsServiceClient},
    rpc::timestamp,
};

/// A caller of the party `operator`.
#[derive(Clone, Debug)]
pub struct OperatorClient(Line);

impl OperatorClient {
    /// A client on a line.
    pub const fn new(line: Line) -> Self {
        Self(line)
    }

    /// Asks how the installation runs.
    pub async fn status(&self) -> Result<pb::GetStatusResponse, ClientFault> {
        let request = pb::GetStatusRequest {};
        Ok(self.operations().get_status(request).await?.into_inner())
    }

    /// Moves the acceptance clock.
    pub async fn advance_clock(
        &self,
        to: DateTime<Utc>,
    ) -> Result<pb::AdvanceClockResponse, ClientFault> {
        let request = pb::AdvanceClockRequest {
            to_at: Some(timestamp(to)),
        };
        Ok(self.operations().advance_clock(request).await?.into_inner())
    }

    /// Waits until the monitoring system has acknowledged all that happened so far.
    pub async fn all_stages_delivered(&self) -> Result<(), ClientFault> {
        let head = self.status().await?.journal_head;
        until_there("the monitoring system's acknowledgement", async || {
            let status = self.status().await?;
            Ok((status.monitoring_cursor >= head).then_some(()))
        })
        .await
    }

    fn operations(&self) -> OperationsServiceClient<Wire> {
        OperationsServiceClient::new(self.0.wire())
    }
}
