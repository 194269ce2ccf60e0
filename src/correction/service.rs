//! `CorrectionService`: one short method for each call.
//! It never decides; it opens, asks the policy, parses, and hands on.

use std::sync::Arc;

use tonic::{Request, Response, Status};

use super::{
    begin::Begin, confirm_handover::ConfirmHandover, correct::Correct, prepare::prepare, queries,
    reject::Reject,
};
use crate::{
    application::{Office, addressed::named},
    authz,
    pb::registry::v1::{self as pb, correction_service_server::CorrectionService},
    rpc::{self, answer, status},
};

/// Answers for corrections.
#[derive(Clone, Debug)]
pub struct CorrectionEndpoint {
    office: Arc<Office>,
}

impl CorrectionEndpoint {
    /// Answers for an office.
    pub const fn new(office: Arc<Office>) -> Self {
        Self { office }
    }
}

#[tonic::async_trait]
impl CorrectionService for CorrectionEndpoint {
    async fn request_correction(
        &self,
        request: Request<pb::RequestCorrectionRequest>,
    ) -> Result<Response<pb::RequestCorrectionResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::RequestCorrection>(&caller)?;
        let command = Begin::parse(Arc::clone(&self.office), permit, &message)?;
        answer(&self.office.store, command).await
    }

    async fn begin_correction(
        &self,
        request: Request<pb::BeginCorrectionRequest>,
    ) -> Result<Response<pb::BeginCorrectionResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::BeginCorrection>(&caller)?;
        let command = Begin::parse(Arc::clone(&self.office), permit, &message)?;
        answer(&self.office.store, command).await
    }

    async fn get_correction(
        &self,
        request: Request<pb::GetCorrectionRequest>,
    ) -> Result<Response<pb::GetCorrectionResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::GetCorrection>(&caller)?;
        let id = named(&message.correction_id)?;
        let correction = queries::correction(&self.office, &permit.scope(), id)
            .await
            .map_err(status::from_stop)?;
        Ok(Response::new(pb::GetCorrectionResponse {
            correction: Some(correction),
        }))
    }

    async fn list_corrections(
        &self,
        request: Request<pb::ListCorrectionsRequest>,
    ) -> Result<Response<pb::ListCorrectionsResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::ListCorrections>(&caller)?;
        let query = queries::ListQuery::parse(&self.office, &permit.scope(), &message)?;
        let page = query.page(&self.office).await;
        let (corrections, next_page_token) = page.map_err(|fault| status::from_store(&fault))?;
        Ok(Response::new(pb::ListCorrectionsResponse {
            corrections,
            next_page_token,
        }))
    }

    async fn reject_correction(
        &self,
        request: Request<pb::RejectCorrectionRequest>,
    ) -> Result<Response<pb::RejectCorrectionResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::RejectCorrection>(&caller)?;
        let command = Reject::parse(Arc::clone(&self.office), permit, &message)?;
        answer(&self.office.store, command).await
    }

    async fn prepare_correction(
        &self,
        request: Request<pb::PrepareCorrectionRequest>,
    ) -> Result<Response<pb::PrepareCorrectionResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::PrepareCorrection>(&caller)?;
        let id = named(&message.correction_id)?;
        let prepared = prepare(&self.office, &permit, id)
            .await
            .map_err(status::from_stop)?;
        Ok(Response::new(prepared))
    }

    async fn correct_register_entry(
        &self,
        request: Request<pb::CorrectRegisterEntryRequest>,
    ) -> Result<Response<pb::CorrectRegisterEntryResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::CorrectRegisterEntry>(&caller)?;
        let command = Correct::parse(Arc::clone(&self.office), permit, &message)?;
        answer(&self.office.store, command).await
    }

    async fn confirm_correction_handover(
        &self,
        request: Request<pb::ConfirmCorrectionHandoverRequest>,
    ) -> Result<Response<pb::ConfirmCorrectionHandoverResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::ConfirmCorrectionHandover>(&caller)?;
        let command = ConfirmHandover::parse(Arc::clone(&self.office), permit, &message)?;
        answer(&self.office.store, command).await
    }
}
