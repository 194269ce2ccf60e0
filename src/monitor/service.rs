//! The stub's side of the contract. It never answers before what it answers is stored, and does as its
//! conduct says.

use std::{error::Error, sync::Arc};

use tonic::{Request, Response, Status};
use tracing::{error, info};

use super::{answer, conduct::Conduct, inbox::Inbox};
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
    pub(super) conduct: Arc<Conduct>,
    pub(super) clock: Arc<dyn Clock>,
}

#[tonic::async_trait]
impl StageIngestService for Ingest {
    async fn push_stages(
        &self,
        request: Request<PushStagesRequest>,
    ) -> Result<Response<PushStagesResponse>, Status> {
        let scissors = answer::scissors(&request);
        let stages = request.into_inner().stages;
        if !(1..=BATCH_MAX).contains(&stages.len()) {
            return Err(Status::invalid_argument("stages: must be 1 to 500"));
        }
        let applications = stages.iter().map(|stage| stage.application_number.as_str());
        let now = self.clock.now().instant;
        let plan = self.conduct.plan(now, &applications.collect());
        if plan.is_away {
            return Err(Status::unavailable("the stub was told to be away"));
        }
        let shown = now.checked_add_signed(plan.clock_offset).unwrap_or(now);
        if let Some(lost) = plan.loss {
            let lost = self.inbox.lose(shown, lost).await;
            let stages = lost.map_err(|fault| unavailable(&fault))?;
            info!(stages, "the stub lost what it had stored, as it was told");
        }
        let results = self.inbox.receive(stages, shown, &plan.refused).await;
        let results = results.map_err(|fault| unavailable(&fault))?;
        tokio::time::sleep(plan.delay).await;
        answer::pushed(results, plan.spoil, scissors)
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
