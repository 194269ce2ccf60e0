//! `CourtService`: one short method for each call.
//! It never decides; it opens, asks the policy, parses, and hands on.

use std::sync::Arc;

use tonic::{Request, Response, Status};

use super::{
    annul::Annul, confirm_handover::ConfirmHandover, file_response::FileResponse, prepare::prepare,
    queries, record_act::RecordAct, record_action::RecordAction,
};
use crate::{
    application::{Office, addressed::named},
    authz,
    pb::registry::v1::{self as pb, court_service_server::CourtService},
    rpc::{self, answer, status},
};

/// Answers for cases in court.
#[derive(Clone, Debug)]
pub struct CourtEndpoint {
    office: Arc<Office>,
}

impl CourtEndpoint {
    /// Answers for an office.
    pub const fn new(office: Arc<Office>) -> Self {
        Self { office }
    }
}

#[tonic::async_trait]
impl CourtService for CourtEndpoint {
    async fn record_court_action(
        &self,
        request: Request<pb::RecordCourtActionRequest>,
    ) -> Result<Response<pb::RecordCourtActionResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::RecordCourtAction>(&caller)?;
        let command = RecordAction::parse(Arc::clone(&self.office), permit, &message)?;
        answer(&self.office.store, command).await
    }

    async fn file_court_response(
        &self,
        request: Request<pb::FileCourtResponseRequest>,
    ) -> Result<Response<pb::FileCourtResponseResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::FileCourtResponse>(&caller)?;
        let command = FileResponse::parse(Arc::clone(&self.office), permit, &message)?;
        answer(&self.office.store, command).await
    }

    async fn record_court_act(
        &self,
        request: Request<pb::RecordCourtActRequest>,
    ) -> Result<Response<pb::RecordCourtActResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::RecordCourtAct>(&caller)?;
        let command = RecordAct::parse(Arc::clone(&self.office), permit, &message)?;
        answer(&self.office.store, command).await
    }

    async fn prepare_annulment(
        &self,
        request: Request<pb::PrepareAnnulmentRequest>,
    ) -> Result<Response<pb::PrepareAnnulmentResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::PrepareAnnulment>(&caller)?;
        let id = named(&message.court_case_id)?;
        let prepared = prepare(&self.office, &permit, id)
            .await
            .map_err(status::from_stop)?;
        Ok(Response::new(prepared))
    }

    async fn annul_register_entry(
        &self,
        request: Request<pb::AnnulRegisterEntryRequest>,
    ) -> Result<Response<pb::AnnulRegisterEntryResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::AnnulRegisterEntry>(&caller)?;
        let command = Annul::parse(Arc::clone(&self.office), permit, &message)?;
        answer(&self.office.store, command).await
    }

    async fn confirm_annulment_handover(
        &self,
        request: Request<pb::ConfirmAnnulmentHandoverRequest>,
    ) -> Result<Response<pb::ConfirmAnnulmentHandoverResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::ConfirmAnnulmentHandover>(&caller)?;
        let command = ConfirmHandover::parse(Arc::clone(&self.office), permit, &message)?;
        answer(&self.office.store, command).await
    }

    async fn get_court_case(
        &self,
        request: Request<pb::GetCourtCaseRequest>,
    ) -> Result<Response<pb::GetCourtCaseResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::GetCourtCase>(&caller)?;
        let id = named(&message.court_case_id)?;
        let case = queries::case(&self.office, &permit.scope(), id)
            .await
            .map_err(status::from_stop)?;
        Ok(Response::new(pb::GetCourtCaseResponse {
            court_case: Some(case),
        }))
    }

    async fn list_court_cases(
        &self,
        request: Request<pb::ListCourtCasesRequest>,
    ) -> Result<Response<pb::ListCourtCasesResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::ListCourtCases>(&caller)?;
        let query = queries::ListQuery::parse(&self.office, &message)?;
        let page = query.page(&self.office, &permit.scope()).await;
        let (court_cases, next_page_token) = page.map_err(status::from_stop)?;
        Ok(Response::new(pb::ListCourtCasesResponse {
            court_cases,
            next_page_token,
        }))
    }
}
