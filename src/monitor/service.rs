//! The stub's side of the contract. It never answers before what it answers is stored.

use std::{error::Error, sync::Arc};

use tonic::{Request, Response, Status};
use tracing::error;

use super::inbox::Inbox;
use crate::{
    kernel::Clock,
    pb::monitoring::v1::{
        ListReceivedStagesRequest, ListReceivedStagesResponse, PushStagesRequest,
        PushStagesResponse, stage_ingest_service_server::StageIngestService,
    },
};

const BATCH_MAX: usize = 500;
const PAGE_DEFAULT: u64 = 100;
const PAGE_MAX: u64 = 1_000;

/// Takes stages in.
#[derive(Debug)]
pub(super) struct Ingest {
    pub(super) inbox: Inbox,
    pub(super) clock: Arc<dyn Clock>,
}

#[tonic::async_trait]
impl StageIngestService for Ingest {
    async fn push_stages(
        &self,
        request: Request<PushStagesRequest>,
    ) -> Result<Response<PushStagesResponse>, Status> {
        let stages = request.into_inner().stages;
        if !(1..=BATCH_MAX).contains(&stages.len()) {
            return Err(Status::invalid_argument("stages: must be 1 to 500"));
        }
        let received_at = self.clock.now().instant;
        let results = self.inbox.receive(stages, received_at).await;
        let results = results.map_err(|fault| unavailable(&fault))?;
        Ok(Response::new(PushStagesResponse { results }))
    }

    async fn list_received_stages(
        &self,
        request: Request<ListReceivedStagesRequest>,
    ) -> Result<Response<ListReceivedStagesResponse>, Status> {
        let request = request.into_inner();
        let limit = match u64::try_from(request.page_size) {
            Ok(0) => PAGE_DEFAULT,
            Ok(size) => size.min(PAGE_MAX),
            Err(_) => return Err(Status::invalid_argument("page_size: must not be below 0")),
        };
        let stages = self
            .inbox
            .list(&request.application_number, request.after_arrival, limit)
            .await
            .map_err(|fault| unavailable(&fault))?;
        Ok(Response::new(ListReceivedStagesResponse { stages }))
    }
}

fn unavailable(fault: &(dyn Error + 'static)) -> Status {
    error!(fault, "the received stages are not at hand");
    Status::unavailable("the received stages are not at hand; try again")
}
