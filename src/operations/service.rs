//! `OperationsService`: one short method for each call.

use std::{sync::Arc, time::Duration};

use tonic::{Request, Response, Status};
use tracing::Instrument as _;

use super::{Lookout, lag_report, wire};
use crate::{
    application::Office,
    authz,
    deadlines::{AdvanceStop, Clerks},
    feed::Tail,
    kernel::TestClock,
    lag::LagBook,
    pb::registry::v1::{self as pb, operations_service_server::OperationsService},
    reference::{days_ahead, ends_soon},
    rpc::{self, FieldErrors, Reason, instant, status, timestamp},
    store::ReaderStatus,
};

/// How long an operator waits for the database before being told what is known without it.
const LOOK_MAX: Duration = Duration::from_secs(2);

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
    /// How the counting of statistics fares.
    pub statistics: ReaderStatus,
    /// What watchers of the stage feed read from.
    pub feed: Tail,
    /// How long stages take to each sink.
    pub lag: LagBook,
    /// What is seen of the database.
    pub lookout: Lookout,
}

impl OperationsParts {
    /// How every background reader fares.
    pub fn readers(&self) -> impl Iterator<Item = &ReaderStatus> {
        let readers = self.clerks.statuses().chain(&self.push);
        readers.chain([&self.statistics, self.feed.status()])
    }
}

/// Answers for operators.
#[derive(Clone, Debug)]
pub struct OperationsEndpoint(OperationsParts);

impl OperationsEndpoint {
    /// Answers of these parts.
    pub const fn new(parts: OperationsParts) -> Self {
        Self(parts)
    }

    /// What can be told, whether or not the database answers.
    async fn status(&self) -> pb::GetStatusResponse {
        let parts = &self.0;
        let office = &parts.office;
        let calendar = office.calendar();
        let seen = parts.lookout.look(LOOK_MAX).await;
        let mut status = pb::GetStatusResponse {
            program_version: env!("CARGO_PKG_VERSION").to_owned(),
            now_at: Some(timestamp(office.now().instant)),
            test_clock: parts.test_clock.is_some(),
            monitoring_fault: parts
                .push
                .as_ref()
                .and_then(ReaderStatus::last_fault)
                .unwrap_or_default(),
            calendar_to_on: calendar.span().end().to_string(),
            calendar_version: calendar.version().to_owned(),
            calendar_days_left: days_ahead(&calendar, office.now().today),
            calendar_ends_soon: ends_soon(&calendar, office.now().today),
            readers: parts.readers().map(wire::reader).collect(),
            store: Some(wire::store(&office.store, &seen)),
            ..Default::default()
        };
        if let Some(reading) = seen.last {
            wire::tell(reading, &mut status);
        }
        status
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

#[tonic::async_trait]
impl OperationsService for OperationsEndpoint {
    async fn get_status(
        &self,
        request: Request<pb::GetStatusRequest>,
    ) -> Result<Response<pb::GetStatusResponse>, Status> {
        let (caller, _) = rpc::open(request)?;
        authz::require::<authz::GetStatus>(&caller)?;
        Ok(Response::new(self.status().await))
    }

    async fn get_lag_report(
        &self,
        request: Request<pb::GetLagReportRequest>,
    ) -> Result<Response<pb::GetLagReportResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        authz::require::<authz::GetLagReport>(&caller)?;
        let report = lag_report::of(&self.0.office, &self.0.lag, &message).await?;
        Ok(Response::new(report))
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
