//! `ComplaintService`: one short method for each call.
//! It never decides; it opens, asks the policy, parses, and hands on.

use std::sync::Arc;

use tonic::{Request, Response, Status};

use super::{
    decide::Decide, extend::Extend, file::File, forward::Forward, moving::Moves, queries,
    satisfy::Satisfy, tell::Tell, withdraw::Withdraw,
};
use crate::{
    application::{Office, addressed::named},
    authz,
    pb::registry::v1::{self as pb, complaint_service_server::ComplaintService},
    rpc::{self, answer, status},
};

/// Answers for complaints.
#[derive(Clone, Debug)]
pub struct ComplaintEndpoint {
    office: Arc<Office>,
}

impl ComplaintEndpoint {
    /// Answers for an office.
    pub const fn new(office: Arc<Office>) -> Self {
        Self { office }
    }
}

#[tonic::async_trait]
impl ComplaintService for ComplaintEndpoint {
    async fn file_complaint(
        &self,
        request: Request<pb::FileComplaintRequest>,
    ) -> Result<Response<pb::FileComplaintResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::FileComplaint>(&caller)?;
        let command = File::parse(Arc::clone(&self.office), permit, &message)?;
        answer(&self.office.store, command).await
    }

    async fn get_complaint(
        &self,
        request: Request<pb::GetComplaintRequest>,
    ) -> Result<Response<pb::GetComplaintResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::GetComplaint>(&caller)?;
        let id = named(&message.complaint_id)?;
        let complaint = queries::complaint(&self.office, &permit.scope(), id)
            .await
            .map_err(status::from_stop)?;
        Ok(Response::new(pb::GetComplaintResponse {
            complaint: Some(complaint),
        }))
    }

    async fn list_complaints(
        &self,
        request: Request<pb::ListComplaintsRequest>,
    ) -> Result<Response<pb::ListComplaintsResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::ListComplaints>(&caller)?;
        let query = queries::ListQuery::parse(&self.office, &permit.scope(), &message)?;
        let page = query.page(&self.office).await;
        let (complaints, next_page_token) = page.map_err(|fault| status::from_store(&fault))?;
        Ok(Response::new(pb::ListComplaintsResponse {
            complaints,
            next_page_token,
        }))
    }

    async fn extend_complaint(
        &self,
        request: Request<pb::ExtendComplaintRequest>,
    ) -> Result<Response<pb::ExtendComplaintResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::ExtendComplaint>(&caller)?;
        let command = Extend::parse(Arc::clone(&self.office), permit, &message)?;
        answer(&self.office.store, Moves(command)).await
    }

    async fn confirm_extension_told(
        &self,
        request: Request<pb::ConfirmExtensionToldRequest>,
    ) -> Result<Response<pb::ConfirmExtensionToldResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::ConfirmExtensionTold>(&caller)?;
        let command = Tell::parse(Arc::clone(&self.office), permit, &message)?;
        answer(&self.office.store, Moves(command)).await
    }

    async fn forward_complaint(
        &self,
        request: Request<pb::ForwardComplaintRequest>,
    ) -> Result<Response<pb::ForwardComplaintResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::ForwardComplaint>(&caller)?;
        let command = Forward::parse(Arc::clone(&self.office), permit, &message)?;
        let command = command.with_case_file().await.map_err(status::from_stop)?;
        answer(&self.office.store, Moves(command)).await
    }

    async fn satisfy_complaint(
        &self,
        request: Request<pb::SatisfyComplaintRequest>,
    ) -> Result<Response<pb::SatisfyComplaintResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::SatisfyComplaint>(&caller)?;
        let command = Satisfy::parse(Arc::clone(&self.office), permit, &message)?;
        answer(&self.office.store, Moves(command)).await
    }

    async fn decide_complaint(
        &self,
        request: Request<pb::DecideComplaintRequest>,
    ) -> Result<Response<pb::DecideComplaintResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::DecideComplaint>(&caller)?;
        let command = Decide::parse(Arc::clone(&self.office), permit, &message)?;
        answer(&self.office.store, Moves(command)).await
    }

    async fn withdraw_complaint(
        &self,
        request: Request<pb::WithdrawComplaintRequest>,
    ) -> Result<Response<pb::WithdrawComplaintResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::WithdrawComplaint>(&caller)?;
        let command = Withdraw::parse(Arc::clone(&self.office), permit, &message)?;
        answer(&self.office.store, Moves(command)).await
    }
}
