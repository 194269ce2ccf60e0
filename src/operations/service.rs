//! `OperationsService`: one short method for each call.

use std::sync::Arc;

use tonic::{Request, Response, Status};
use tracing::Instrument as _;

use super::wire;
use crate::{
    application::Office,
    authz,
    deadlines::{AdvanceStop, Clerks, count_awaiting_registration, count_overdue},
    delivery, extract, journal,
    kernel::TestClock,
    letter,
    pb::registry::v1::{self as pb, operations_service_server::OperationsService},
    rpc::{self, FieldErrors, Reason, instant, status, timestamp},
    store::{ReaderStatus, StoreFault, leases},
};

/// What operators see and steer.
#[derive(Clone, Debug)]
pub struct OperationsParts {
    /// The office.
    pub office: Arc<Office>,
    /// The clerks, to be settled while the acceptance clock moves.
    pub clerks: Clerks,
    /// The acceptance clock, if the service runs on one.
    pub test_clock: Option<Arc<TestClock>>,
    /// How the push to the monitoring system fares; none if nothing is pushed.
    pub push: Option<ReaderStatus>,
}

/// Answers for operators.
#[derive(Clone, Debug)]
pub struct OperationsEndpoint(OperationsParts);

impl OperationsEndpoint {
    /// Answers of these parts.
    pub const fn new(parts: OperationsParts) -> Self {
        Self(parts)
    }

    async fn status(&self) -> Result<pb::GetStatusResponse, StoreFault> {
        let office = &self.0.office;
        let reads = office.store.reads();
        let head = journal::head(reads).await?;
        let cursor = delivery::monitoring_cursor(reads).await?;
        Ok(pb::GetStatusResponse {
            program_version: env!("CARGO_PKG_VERSION").to_owned(),
            now_at: Some(timestamp(office.now().instant)),
            test_clock: self.0.test_clock.is_some(),
            journal_head: head,
            monitoring_cursor: cursor,
            monitoring_lag: head.saturating_sub(cursor),
            monitoring_fault: self
                .0
                .push
                .as_ref()
                .and_then(ReaderStatus::last_fault)
                .unwrap_or_default(),
            awaiting_registration: signed(count_awaiting_registration(reads).await?),
            overdue: signed(count_overdue(reads).await?),
            extracts_pending: signed(extract::rows::count_pending(reads).await?),
            letters_pending: signed(letter::count_pending(reads).await?),
            calendar_to_on: office.calendar.span().end().to_string(),
            calendar_version: office.calendar.version().to_owned(),
            leases: leases(reads).await?.into_iter().map(wire::lease).collect(),
        })
    }

    async fn advance(
        &self,
        message: pb::AdvanceClockRequest,
    ) -> Result<pb::AdvanceClockResponse, Status> {
        let mut errors = FieldErrors::new();
        let to = errors
            .present("to_at", message.to_at)
            .and_then(|to| errors.read("to_at", instant(to)));
        let Some(to) = to else {
            return Err(errors.into_malformed().into());
        };
        let Some(clock) = &self.0.test_clock else {
            let text = "the service does not run on an acceptance clock";
            return Err(Reason::new(pb::ErrorReason::NoTestClock, text).into());
        };
        let (clerks, clock) = (self.0.clerks.clone(), Arc::clone(clock));
        let tasks = self.0.office.store.tasks();
        // A caller who goes away does not leave the clock half way.
        let advanced = tasks
            .spawn(async move { clerks.advance(&clock, to).await }.in_current_span())
            .await
            .map_err(|panic| status::fault(&panic))?;
        let fired = advanced.map_err(not_advanced)?;
        Ok(pb::AdvanceClockResponse {
            now_at: Some(timestamp(self.0.office.now().instant)),
            fired_count: i32::try_from(fired).unwrap_or(i32::MAX),
        })
    }
}

fn not_advanced(stop: AdvanceStop) -> Status {
    match stop {
        AdvanceStop::Refused(problem) => rpc::Malformed::one("to_at", problem).into(),
        AdvanceStop::Elsewhere => {
            let text = "another process holds the lease of a clerk";
            Reason::new(pb::ErrorReason::LeaseElsewhere, text).into()
        }
        AdvanceStop::Fault(fault) => status::from_store(&fault),
    }
}

fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

#[tonic::async_trait]
impl OperationsService for OperationsEndpoint {
    async fn get_status(
        &self,
        request: Request<pb::GetStatusRequest>,
    ) -> Result<Response<pb::GetStatusResponse>, Status> {
        let (caller, _) = rpc::open(request)?;
        authz::require::<authz::GetStatus>(&caller)?;
        let answer = self
            .status()
            .await
            .map_err(|fault| status::from_store(&fault))?;
        Ok(Response::new(answer))
    }

    async fn advance_clock(
        &self,
        request: Request<pb::AdvanceClockRequest>,
    ) -> Result<Response<pb::AdvanceClockResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        authz::require::<authz::AdvanceClock>(&caller)?;
        self.advance(message).await.map(Response::new)
    }
}
