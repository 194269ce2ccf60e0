//! `ApplicationService`: one short method for each call.
//! It never decides; it opens, asks the policy, parses, and hands on.

use std::sync::Arc;

use tonic::{Request, Response, Status, Streaming};

use super::{
    Office,
    addressed::named,
    confirm_handover::ConfirmHandover,
    queries::{self, ApplicationId, ListQuery},
    stepping::Stepped,
    submit::Submit,
    withdraw::Withdraw,
};
use crate::{
    authz, document,
    pb::registry::v1::{self as pb, application_service_server::ApplicationService},
    rpc::{self, answer, status},
};

/// Answers for applications.
#[derive(Clone, Debug)]
pub struct ApplicationEndpoint {
    office: Arc<Office>,
}

impl ApplicationEndpoint {
    /// Answers for an office.
    pub const fn new(office: Arc<Office>) -> Self {
        Self { office }
    }
}

#[tonic::async_trait]
impl ApplicationService for ApplicationEndpoint {
    async fn upload_document(
        &self,
        request: Request<Streaming<pb::UploadDocumentRequest>>,
    ) -> Result<Response<pb::UploadDocumentResponse>, Status> {
        let (caller, stream) = rpc::open(request)?;
        let permit = authz::require::<authz::UploadDocument>(&caller)?;
        document::upload_document(&self.office.store, &self.office.documents, permit, stream)
            .await
            .map(Response::new)
    }

    async fn submit_application(
        &self,
        request: Request<pb::SubmitApplicationRequest>,
    ) -> Result<Response<pb::SubmitApplicationResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::SubmitApplication>(&caller)?;
        let command = Submit::parse(Arc::clone(&self.office), permit, &message)?;
        answer(&self.office.store, command).await
    }

    async fn get_application(
        &self,
        request: Request<pb::GetApplicationRequest>,
    ) -> Result<Response<pb::GetApplicationResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::GetApplication>(&caller)?;
        let id = named(&message.application_id)?;
        let application = queries::full_application(&self.office, &permit.scope(), id)
            .await
            .map_err(status::from_stop)?;
        Ok(Response::new(pb::GetApplicationResponse {
            application: Some(application),
        }))
    }

    async fn list_applications(
        &self,
        request: Request<pb::ListApplicationsRequest>,
    ) -> Result<Response<pb::ListApplicationsResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::ListApplications>(&caller)?;
        let query = ListQuery::parse(&self.office, permit.scope(), &message)?;
        let (applications, next_page_token) = query
            .page(&self.office)
            .await
            .map_err(|fault| status::from_store(&fault))?;
        Ok(Response::new(pb::ListApplicationsResponse {
            applications,
            next_page_token,
        }))
    }

    async fn withdraw_application(
        &self,
        request: Request<pb::WithdrawApplicationRequest>,
    ) -> Result<Response<pb::WithdrawApplicationResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::WithdrawApplication>(&caller)?;
        let command = Withdraw::parse(Arc::clone(&self.office), permit, &message)?;
        answer(&self.office.store, Stepped(command)).await
    }

    async fn list_application_stages(
        &self,
        request: Request<pb::ListApplicationStagesRequest>,
    ) -> Result<Response<pb::ListApplicationStagesResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::ListApplicationStages>(&caller)?;
        let id: ApplicationId = named(&message.application_id)?;
        let stages = queries::stages(&self.office, &permit.scope(), id)
            .await
            .map_err(status::from_stop)?;
        Ok(Response::new(pb::ListApplicationStagesResponse { stages }))
    }

    async fn confirm_extract_handover(
        &self,
        request: Request<pb::ConfirmExtractHandoverRequest>,
    ) -> Result<Response<pb::ConfirmExtractHandoverResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::ConfirmExtractHandover>(&caller)?;
        let command = ConfirmHandover::parse(Arc::clone(&self.office), permit, &message)?;
        answer(&self.office.store, Stepped(command)).await
    }
}
