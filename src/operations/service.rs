//! `OperationsService`: one short method for each call.

use std::{sync::Arc, time::Duration};

use tonic::{Request, Response, Status};
use tracing::Instrument as _;

use super::{
    Lookout, lag_report,
    sinks::{self, LaneCommand, MoveCursor, PauseCommand},
    wire,
};
use crate::{
    application::Office,
    authz,
    deadlines::{AdvanceStop, Clerks},
    delivery::Sinks,
    feed::Tail,
    kernel::{SinkName, TestClock},
    lag::LagBook,
    pb::registry::v1::{self as pb, operations_service_server::OperationsService},
    reference::{days_ahead, ends_soon},
    rpc::{self, FieldErrors, Reason, answer, instant, status, timestamp},
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
    /// The receivers of stages.
    pub sinks: Sinks,
    /// How the counting of statistics fares.
    pub statistics: ReaderStatus,
    /// How the comparing with sinks fares.
    pub reconciliation: ReaderStatus,
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
        let sinks = self.sinks.all().map(|sink| sink.status.reader());
        let readers = self.clerks.statuses().chain(sinks);
        readers.chain([&self.statistics, &self.reconciliation, self.feed.status()])
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
                .sinks
                .named(SinkName::MONITORING)
                .and_then(|sink| sink.status.reader().last_fault())
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

    async fn list_sinks(
        &self,
        request: Request<pb::ListSinksRequest>,
    ) -> Result<Response<pb::ListSinksResponse>, Status> {
        let (caller, _) = rpc::open(request)?;
        authz::require::<authz::ListSinks>(&caller)?;
        let OperationsParts { office, sinks, .. } = &self.0;
        let listing = office
            .store
            .in_time("list sinks", sinks::list(office, sinks));
        let listed = listing.await.map_err(|fault| status::from_store(&fault))?;
        Ok(Response::new(listed))
    }

    async fn list_parked_messages(
        &self,
        request: Request<pb::ListParkedMessagesRequest>,
    ) -> Result<Response<pb::ListParkedMessagesResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        authz::require::<authz::ListParkedMessages>(&caller)?;
        let OperationsParts { office, sinks, .. } = &self.0;
        let page = sinks::parked(office, sinks, message).await?;
        Ok(Response::new(page))
    }

    async fn retry_parked_message(
        &self,
        request: Request<pb::RetryParkedMessageRequest>,
    ) -> Result<Response<pb::RetryParkedMessageResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::RetryParkedMessage>(&caller)?;
        let OperationsParts { office, sinks, .. } = &self.0;
        let command = LaneCommand::parse(office, sinks, &permit, &message)?;
        answer(&office.store, command).await
    }

    async fn skip_parked_message(
        &self,
        request: Request<pb::SkipParkedMessageRequest>,
    ) -> Result<Response<pb::SkipParkedMessageResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::SkipParkedMessage>(&caller)?;
        let OperationsParts { office, sinks, .. } = &self.0;
        let command = LaneCommand::parse(office, sinks, &permit, &message)?;
        answer(&office.store, command).await
    }

    async fn move_cursor(
        &self,
        request: Request<pb::MoveCursorRequest>,
    ) -> Result<Response<pb::MoveCursorResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::MoveCursor>(&caller)?;
        let OperationsParts { office, sinks, .. } = &self.0;
        let command = MoveCursor::parse(office, sinks, &permit, &message)?;
        answer(&office.store, command).await
    }

    async fn pause_sink(
        &self,
        request: Request<pb::PauseSinkRequest>,
    ) -> Result<Response<pb::PauseSinkResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::PauseSink>(&caller)?;
        let OperationsParts { office, sinks, .. } = &self.0;
        let command = PauseCommand::parse(office, sinks, &permit, &message)?;
        answer(&office.store, command).await
    }

    async fn resume_sink(
        &self,
        request: Request<pb::ResumeSinkRequest>,
    ) -> Result<Response<pb::ResumeSinkResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::ResumeSink>(&caller)?;
        let OperationsParts { office, sinks, .. } = &self.0;
        let command = PauseCommand::parse(office, sinks, &permit, &message)?;
        answer(&office.store, command).await
    }
}
