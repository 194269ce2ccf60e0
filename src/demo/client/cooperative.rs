//! What a system does that acts for a cooperative. It never files what it did not sign.

use std::ops::Deref;

use prost_types::Timestamp;

use super::{
    ClientFault, Line,
    line::{Wire, until_there},
    new_request_id,
};
use crate::pb::registry::v1::{
    self as pb, application_service_client::ApplicationServiceClient,
    calendar_service_client::CalendarServiceClient, download_extract_response::Part as Downloaded,
    register_service_client::RegisterServiceClient,
};

/// A caller of the party `cooperative`.
#[derive(Clone, Debug)]
pub struct CooperativeClient(Line);

impl Deref for CooperativeClient {
    type Target = Line;

    fn deref(&self) -> &Line {
        &self.0
    }
}

impl CooperativeClient {
    /// A client on a line.
    pub const fn new(line: Line) -> Self {
        Self(line)
    }

    /// Files an application.
    pub async fn submit(
        &self,
        request: pb::SubmitApplicationRequest,
    ) -> Result<pb::Application, ClientFault> {
        let answer = self.applications().submit_application(request).await?;
        answer
            .into_inner()
            .application
            .ok_or(ClientFault::Missing("application"))
    }

    /// Lists the cooperative's applications, the newest first: the page with that token.
    pub async fn page(
        &self,
        page_size: i32,
        page_token: String,
    ) -> Result<pb::ListApplicationsResponse, ClientFault> {
        let request = pb::ListApplicationsRequest {
            page_size,
            page_token,
            ..pb::ListApplicationsRequest::default()
        };
        Ok(self
            .applications()
            .list_applications(request)
            .await?
            .into_inner())
    }

    /// Withdraws an application.
    pub async fn withdraw(
        &self,
        application: &pb::Application,
    ) -> Result<pb::Application, ClientFault> {
        let request = pb::WithdrawApplicationRequest {
            request_id: new_request_id(),
            application_id: application.application_id.clone(),
            etag: application.etag.clone(),
        };
        let answer = self.applications().withdraw_application(request).await?;
        answer
            .into_inner()
            .application
            .ok_or(ClientFault::Missing("application"))
    }

    /// Lists the stages that an application reached.
    pub async fn stages(&self, id: &str) -> Result<Vec<pb::ApplicationStageRecord>, ClientFault> {
        let request = pb::ListApplicationStagesRequest {
            application_id: id.to_owned(),
        };
        Ok(self
            .applications()
            .list_application_stages(request)
            .await?
            .into_inner()
            .stages)
    }

    /// Confirms that the extract was handed over on a day.
    pub async fn confirm_handover(
        &self,
        application: &pb::Application,
        on: &str,
    ) -> Result<pb::Application, ClientFault> {
        let request = pb::ConfirmExtractHandoverRequest {
            request_id: new_request_id(),
            application_id: application.application_id.clone(),
            etag: application.etag.clone(),
            handed_over_on: on.to_owned(),
        };
        let answer = self
            .applications()
            .confirm_extract_handover(request)
            .await?;
        answer
            .into_inner()
            .application
            .ok_or(ClientFault::Missing("application"))
    }

    /// Waits until the newest extract on an entry is formed.
    pub async fn formed_extract(&self, entry_id: &str) -> Result<pb::Extract, ClientFault> {
        until_there("the extract", async || {
            let request = pb::GetExtractRequest {
                entry_id: entry_id.to_owned(),
                entry_version: 0,
            };
            let answer = self.register().get_extract(request).await?.into_inner();
            let extract = answer.extract.ok_or(ClientFault::Missing("extract"))?;
            Ok((extract.state() == pb::ExtractState::Ready).then_some(extract))
        })
        .await
    }

    /// Downloads the newest extract on an entry: what comes before the bytes, and the bytes.
    pub async fn download_extract(
        &self,
        entry_id: &str,
    ) -> Result<(pb::DownloadExtractHeader, Vec<u8>), ClientFault> {
        let request = pb::DownloadExtractRequest {
            entry_id: entry_id.to_owned(),
            entry_version: 0,
        };
        let mut parts = self
            .register()
            .download_extract(request)
            .await?
            .into_inner();
        let mut header = None;
        let mut bytes = Vec::new();
        while let Some(message) = parts.message().await? {
            match message.part.ok_or(ClientFault::Missing("part"))? {
                Downloaded::Header(part) => header = Some(part),
                Downloaded::Chunk(chunk) => bytes.extend_from_slice(&chunk),
            }
        }
        Ok((header.ok_or(ClientFault::Missing("header"))?, bytes))
    }

    /// When a term of so many working days ends that begins at a moment.
    pub async fn due(
        &self,
        arrived_at: Timestamp,
        working_days: i32,
    ) -> Result<Timestamp, ClientFault> {
        let request = pb::ComputeDueDateRequest {
            arrived_at: Some(arrived_at),
            working_days,
            provider_id: String::new(),
        };
        let mut calendar = CalendarServiceClient::new(self.wire());
        let answer = calendar.compute_due_date(request).await?.into_inner();
        answer.due_at.ok_or(ClientFault::Missing("due moment"))
    }

    fn applications(&self) -> ApplicationServiceClient<Wire> {
        ApplicationServiceClient::new(self.wire())
    }

    fn register(&self) -> RegisterServiceClient<Wire> {
        RegisterServiceClient::new(self.wire())
    }
}
