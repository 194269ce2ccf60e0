//! `CalendarService`: one short method for each call.
//! It never counts days itself.

use std::{collections::BTreeMap, sync::Arc};

use tonic::{Request, Response, Status};

use super::{
    Calendar, WorkingHours,
    request::{Days, DueDate},
    wire,
};
use crate::{
    authz,
    pb::registry::v1::{self as pb, calendar_service_server::CalendarService},
    rpc::{self, Reason, status},
};

/// Answers for the calendar.
#[derive(Clone, Debug)]
pub struct CalendarEndpoint {
    calendar: Arc<Calendar>,
    hours: BTreeMap<String, WorkingHours>,
}

impl CalendarEndpoint {
    /// Answers by a calendar and by each provider's working hours, under the provider's id.
    pub const fn new(calendar: Arc<Calendar>, hours: BTreeMap<String, WorkingHours>) -> Self {
        Self { calendar, hours }
    }

    /// The hours of a provider, or the default ones if none is named.
    fn hours_of(&self, provider_id: Option<String>) -> Result<WorkingHours, Status> {
        let Some(id) = provider_id else {
            return Ok(WorkingHours::default());
        };
        let unknown = || {
            Reason::new(
                pb::ErrorReason::ProviderUnknown,
                "there is no such provider",
            )
        };
        self.hours.get(&id).copied().ok_or_else(|| unknown().into())
    }
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
        let hours = self.hours_of(question.provider_id)?;
        let explanation = self
            .calendar
            .explain(question.arrived_at, question.working_days, hours)
            .map_err(|outside| status::refused(&outside))?;
        Ok(Response::new(wire::due_date(&self.calendar, explanation)))
    }

    async fn get_days(
        &self,
        request: Request<pb::GetDaysRequest>,
    ) -> Result<Response<pb::GetDaysResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        authz::require::<authz::GetDays>(&caller)?;
        let question = Days::parse(&message)?;
        let days = self
            .calendar
            .days(question.from, question.to)
            .map_err(|outside| status::refused(&outside))?;
        Ok(Response::new(wire::days(&self.calendar, days)))
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveTime;
    use tonic::Code;
    use tonic_types::StatusExt as _;

    use super::*;
    use crate::authn::account;

    fn endpoint() -> CalendarEndpoint {
        let [ten, noon] = [10, 12].map(|hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap());
        let short = WorkingHours::new(ten, noon).unwrap();
        let hours = BTreeMap::from([("short".to_owned(), short)]);
        CalendarEndpoint::new(Arc::new(Calendar::shipped().unwrap()), hours)
    }

    fn asked<M>(rights: &[&str], message: M) -> Request<M> {
        let rights: Vec<String> = rights.iter().map(|right| (*right).to_owned()).collect();
        let caller = account("somebody", "agency", "600740000012", &rights).unwrap();
        let mut request = Request::new(message);
        request.extensions_mut().insert(Arc::new(caller));
        request
    }

    /// The moment 2026-03-20 17:00 of legal time, and one working day.
    fn friday(provider_id: &str) -> pb::ComputeDueDateRequest {
        pb::ComputeDueDateRequest {
            arrived_at: Some(prost_types::Timestamp {
                seconds: 1_774_008_000,
                nanos: 0,
            }),
            working_days: 1,
            provider_id: provider_id.to_owned(),
        }
    }

    fn days(from_on: &str, to_on: &str) -> pb::GetDaysRequest {
        pb::GetDaysRequest {
            from_on: from_on.to_owned(),
            to_on: to_on.to_owned(),
        }
    }

    fn reason(status: &Status) -> (Code, String) {
        (
            status.code(),
            status
                .get_error_details()
                .error_info()
                .unwrap()
                .reason
                .clone(),
        )
    }

    #[tokio::test]
    async fn the_hours_of_the_named_provider_count() {
        for (provider_id, registered_at, due_at) in [
            ("", "2026-03-20T12:00:00Z", "2026-03-26T13:30:00Z"),
            ("short", "2026-03-26T05:00:00Z", "2026-03-27T07:00:00Z"),
        ] {
            let request = asked(&["read"], friday(provider_id));
            let answer = endpoint()
                .compute_due_date(request)
                .await
                .unwrap()
                .into_inner();
            assert_eq!(answer.registered_at.unwrap().to_string(), registered_at);
            assert_eq!(answer.due_at.unwrap().to_string(), due_at);
        }
        let request = asked(&["read"], friday("unheard-of"));
        let refused = endpoint().compute_due_date(request).await.unwrap_err();
        assert_eq!(
            reason(&refused),
            (Code::InvalidArgument, "PROVIDER_UNKNOWN".to_owned())
        );
    }

    #[tokio::test]
    async fn days_are_listed_from_first_to_last() {
        let request = asked(&["read"], days("2026-11-27", "2026-11-30"));
        let answer = endpoint().get_days(request).await.unwrap().into_inner();
        let listed: Vec<_> = answer
            .days
            .iter()
            .map(|day| (day.on.as_str(), day.working))
            .collect();
        let expected = [
            ("2026-11-27", true),
            ("2026-11-28", false),
            ("2026-11-29", false),
            ("2026-11-30", true),
        ];
        assert_eq!(listed, expected);
    }

    #[tokio::test]
    async fn what_the_calendar_does_not_cover_is_refused() {
        let request = asked(&["read"], days("2027-12-31", "2028-01-01"));
        let refused = endpoint().get_days(request).await.unwrap_err();
        assert_eq!(
            reason(&refused),
            (Code::FailedPrecondition, "OUTSIDE_CALENDAR".to_owned())
        );
        let mut message = friday("");
        message.arrived_at = Some(prost_types::Timestamp::default());
        let refused = endpoint()
            .compute_due_date(asked(&["read"], message))
            .await
            .unwrap_err();
        assert_eq!(
            reason(&refused),
            (Code::FailedPrecondition, "OUTSIDE_CALENDAR".to_owned())
        );
    }

    #[tokio::test]
    async fn rights_are_asked_before_the_message_is_looked_at() {
        let denied = endpoint()
            .get_days(asked(&["submit"], days("", "")))
            .await
            .unwrap_err();
        assert_eq!(
            reason(&denied),
            (Code::PermissionDenied, "PERMISSION_DENIED".to_owned())
        );
        let empty = pb::ComputeDueDateRequest::default();
        let denied = endpoint()
            .compute_due_date(asked(&[], empty.clone()))
            .await
            .unwrap_err();
        assert_eq!(
            reason(&denied),
            (Code::PermissionDenied, "PERMISSION_DENIED".to_owned())
        );
        let unknown = endpoint()
            .compute_due_date(Request::new(empty))
            .await
            .unwrap_err();
        assert_eq!(
            reason(&unknown),
            (Code::Unauthenticated, "UNAUTHENTICATED".to_owned())
        );
    }

    #[tokio::test]
    async fn every_wrong_field_is_named() {
        let wrong = endpoint()
            .get_days(asked(&["read"], days("", "1.1.2026")))
            .await
            .unwrap_err();
        assert_eq!(wrong.code(), Code::InvalidArgument);
        let details = wrong.get_error_details();
        let fields = &details.bad_request().unwrap().field_violations;
        let fields: Vec<_> = fields.iter().map(|found| found.field.as_str()).collect();
        assert_eq!(fields, ["from_on", "to_on"]);
    }
}
