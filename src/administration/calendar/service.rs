//! `CalendarService`: one short method for each call.
//! It never counts days itself.

use std::sync::Arc;

use tonic::{Request, Response, Status};

use super::{
    queries::{self, CaseId},
    recalculate::Recalculate,
    request::{Days, DueDate, day},
    set_day::SetDay,
    wire,
};
use crate::{
    application::Office,
    authz,
    calendar::WorkingHours,
    pb::registry::v1::{self as pb, calendar_service_server::CalendarService},
    provider::Providers,
    reference::Reference,
    rpc::{self, Reason, answer, status},
};

/// Answers for the calendar.
#[derive(Clone, Debug)]
pub struct CalendarEndpoint {
    office: Arc<Office>,
}

impl CalendarEndpoint {
    /// Answers for an office.
    pub const fn new(office: Arc<Office>) -> Self {
        Self { office }
    }

    /// The calendar that is in force, whichever process changed it.
    async fn in_force(&self) -> Result<Arc<Reference>, Status> {
        let fresh = self.office.references.fresh().await;
        fresh.map_err(|fault| status::from_store(&fault))
    }
}

/// The hours of a provider, or the default ones if none is named.
fn hours_of(providers: &Providers, provider_id: Option<String>) -> Result<WorkingHours, Status> {
    let Some(id) = provider_id else {
        return Ok(WorkingHours::default());
    };
    let unknown = || {
        Reason::new(
            pb::ErrorReason::ProviderUnknown,
            "there is no such provider",
        )
    };
    let provider = providers.by_id(&id).ok_or_else(unknown)?;
    Ok(provider.hours)
}

#[tonic::async_trait]
impl CalendarService for CalendarEndpoint {
    async fn compute_due_date(
        &self,
        request: Request<pb::ComputeDueDateRequest>,
    ) -> Result<Response<pb::ComputeDueDateResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        authz::require::<authz::ComputeDueDate>(&caller)?;
        let question = DueDate::parse(message)?;
        let reference = self.in_force().await?;
        let hours = hours_of(&reference.providers, question.provider_id)?;
        let calendar = &reference.calendar;
        let explanation = calendar
            .explain(question.arrived_at, question.working_days, hours)
            .map_err(|outside| status::refused(&outside))?;
        Ok(Response::new(wire::due_date(calendar, explanation)))
    }

    async fn get_days(
        &self,
        request: Request<pb::GetDaysRequest>,
    ) -> Result<Response<pb::GetDaysResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        authz::require::<authz::GetDays>(&caller)?;
        let question = Days::parse(&message)?;
        let reference = self.in_force().await?;
        let days = reference
            .calendar
            .days(question.from, question.to)
            .map_err(|outside| status::refused(&outside))?;
        Ok(Response::new(wire::days(&reference.calendar, days)))
    }

    async fn set_day(
        &self,
        request: Request<pb::SetDayRequest>,
    ) -> Result<Response<pb::SetDayResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::SetDay>(&caller)?;
        let command = SetDay::parse(Arc::clone(&self.office), permit, &message)?;
        let answered = answer(&self.office.store, command).await?;
        // What was set is known to this process when it says so; if it cannot be read, guards still hold.
        drop(self.office.references.reload().await);
        Ok(answered)
    }

    async fn list_day_history(
        &self,
        request: Request<pb::ListDayHistoryRequest>,
    ) -> Result<Response<pb::ListDayHistoryResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        authz::require::<authz::ListDayHistory>(&caller)?;
        let on = day(&message.on)?;
        let history = queries::day_history(&self.office, on).await?;
        Ok(Response::new(history))
    }

    async fn preview_calendar_change(
        &self,
        request: Request<pb::PreviewCalendarChangeRequest>,
    ) -> Result<Response<pb::PreviewCalendarChangeResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        authz::require::<authz::PreviewCalendarChange>(&caller)?;
        let preview = queries::preview(&self.office, &message).await?;
        Ok(Response::new(preview))
    }

    async fn recalculate_due_moments(
        &self,
        request: Request<pb::RecalculateDueMomentsRequest>,
    ) -> Result<Response<pb::RecalculateDueMomentsResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::RecalculateDueMoments>(&caller)?;
        let command = Recalculate::parse(Arc::clone(&self.office), permit, &message)?;
        answer(&self.office.store, command).await
    }

    async fn list_due_moment_moves(
        &self,
        request: Request<pb::ListDueMomentMovesRequest>,
    ) -> Result<Response<pb::ListDueMomentMovesResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::ListDueMomentMoves>(&caller)?;
        let id = CaseId::parse(&message)?;
        let moves = queries::due_moment_moves(&self.office, &permit.scope(), id)
            .await
            .map_err(status::from_stop)?;
        Ok(Response::new(moves))
    }
}
