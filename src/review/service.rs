//! `ReviewService`: one short method for each call.
//! It never decides; it opens, asks the policy, parses, and hands on.

use std::sync::Arc;

use tonic::{Code, Request, Response, Status};

use super::{
    batch, beside, confirm::Confirm, give::Give, grant::Grant, note::AddNote, prepare::prepare,
    queue::QueueQuery, record_check::RecordCheck, refuse::Refuse, take::Take,
};
use crate::{
    application::{Office, addressed::named, run_checks::RecheckRegister, stepping::Stepped},
    authz,
    kernel::ApplicationId,
    pb::registry::v1::{self as pb, review_service_server::ReviewService},
    rpc::{self, answer, status},
    store::Stop,
};

/// Answers for the provider's work.
#[derive(Clone, Debug)]
pub struct ReviewEndpoint {
    office: Arc<Office>,
}

impl ReviewEndpoint {
    /// Answers for an office.
    pub const fn new(office: Arc<Office>) -> Self {
        Self { office }
    }
}

impl ReviewEndpoint {
    /// Grants. One that another one was faster than leaves the finding behind that says so (D-23).
    async fn grant(
        &self,
        command: Grant,
    ) -> Result<Response<pb::GrantApplicationResponse>, Status> {
        let application = command.application();
        let granted = answer(&self.office.store, command).await;
        if let Err(refused) = &granted {
            self.look_again(application, refused.code()).await;
        }
        granted
    }

    async fn look_again(&self, id: ApplicationId, code: Code) {
        if !matches!(code, Code::FailedPrecondition | Code::Aborted) {
            return;
        }
        let office = Arc::clone(&self.office);
        let recheck = RecheckRegister {
            office,
            id,
            fence: None,
        };
        if let Err(Stop::Fault(fault)) = self.office.store.execute(&recheck).await {
            tracing::warn!(application = %id, %fault, "the register was not looked at again");
        }
    }
}

#[tonic::async_trait]
impl ReviewService for ReviewEndpoint {
    async fn list_review_queue(
        &self,
        request: Request<pb::ListReviewQueueRequest>,
    ) -> Result<Response<pb::ListReviewQueueResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::ListReviewQueue>(&caller)?;
        let query = QueueQuery::parse(&self.office, &permit, &message)?;
        let queue = query.answer(&self.office).await;
        queue
            .map(Response::new)
            .map_err(|fault| status::from_store(&fault))
    }

    async fn take_application(
        &self,
        request: Request<pb::TakeApplicationRequest>,
    ) -> Result<Response<pb::TakeApplicationResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::TakeApplication>(&caller)?;
        let command = Take::parse(Arc::clone(&self.office), permit, &message)?;
        answer(&self.office.store, Stepped(command)).await
    }

    async fn hand_over_application(
        &self,
        request: Request<pb::HandOverApplicationRequest>,
    ) -> Result<Response<pb::HandOverApplicationResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::HandOverApplication>(&caller)?;
        let command = Give::hand_over(Arc::clone(&self.office), permit, &message)?;
        answer(&self.office.store, Stepped(command)).await
    }

    async fn reassign_application(
        &self,
        request: Request<pb::ReassignApplicationRequest>,
    ) -> Result<Response<pb::ReassignApplicationResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::ReassignApplication>(&caller)?;
        let command = Give::reassign(Arc::clone(&self.office), permit, &message)?;
        answer(&self.office.store, Stepped(command)).await
    }

    async fn confirm_review(
        &self,
        request: Request<pb::ConfirmReviewRequest>,
    ) -> Result<Response<pb::ConfirmReviewResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::ConfirmReview>(&caller)?;
        let command = Confirm::parse(Arc::clone(&self.office), permit, &message)?;
        answer(&self.office.store, Stepped(command)).await
    }

    async fn list_review_acts(
        &self,
        request: Request<pb::ListReviewActsRequest>,
    ) -> Result<Response<pb::ListReviewActsResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::ListReviewActs>(&caller)?;
        let acts = beside::acts(&self.office, &permit, &message).await?;
        Ok(Response::new(acts))
    }

    async fn add_review_note(
        &self,
        request: Request<pb::AddReviewNoteRequest>,
    ) -> Result<Response<pb::AddReviewNoteResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::AddReviewNote>(&caller)?;
        let command = AddNote::parse(Arc::clone(&self.office), permit, &message)?;
        answer(&self.office.store, command).await
    }

    async fn list_review_notes(
        &self,
        request: Request<pb::ListReviewNotesRequest>,
    ) -> Result<Response<pb::ListReviewNotesResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::ListReviewNotes>(&caller)?;
        let notes = beside::notes(&self.office, &permit, &message).await?;
        Ok(Response::new(notes))
    }

    async fn record_check(
        &self,
        request: Request<pb::RecordCheckRequest>,
    ) -> Result<Response<pb::RecordCheckResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::RecordCheck>(&caller)?;
        let command = RecordCheck::parse(Arc::clone(&self.office), permit, &message)?;
        answer(&self.office.store, Stepped(command)).await
    }

    async fn prepare_grant(
        &self,
        request: Request<pb::PrepareGrantRequest>,
    ) -> Result<Response<pb::PrepareGrantResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::PrepareGrant>(&caller)?;
        let id = named(&message.application_id)?;
        let prepared = prepare(&self.office, &permit, id)
            .await
            .map_err(status::from_stop)?;
        Ok(Response::new(prepared))
    }

    async fn grant_application(
        &self,
        request: Request<pb::GrantApplicationRequest>,
    ) -> Result<Response<pb::GrantApplicationResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::GrantApplication>(&caller)?;
        let command = Grant::parse(Arc::clone(&self.office), permit, &message)?;
        self.grant(command).await
    }

    async fn prepare_grants(
        &self,
        request: Request<pb::PrepareGrantsRequest>,
    ) -> Result<Response<pb::PrepareGrantsResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        authz::require::<authz::PrepareGrants>(&caller)?;
        let permit = authz::require::<authz::PrepareGrant>(&caller)?;
        let ids = batch::named(&message)?;
        let prepared = batch::prepare_each(&self.office, &permit, ids).await;
        Ok(Response::new(prepared))
    }

    async fn grant_applications(
        &self,
        request: Request<pb::GrantApplicationsRequest>,
    ) -> Result<Response<pb::GrantApplicationsResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        authz::require::<authz::GrantApplications>(&caller)?;
        let permit = authz::require::<authz::GrantApplication>(&caller)?;
        let grants = batch::signed(&self.office, &permit, &message)?;
        let grant = async |signed| self.grant(signed).await.map(Response::into_inner);
        Ok(Response::new(batch::settle_each(grants, grant).await))
    }

    async fn refuse_application(
        &self,
        request: Request<pb::RefuseApplicationRequest>,
    ) -> Result<Response<pb::RefuseApplicationResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::RefuseApplication>(&caller)?;
        let command = Refuse::parse(Arc::clone(&self.office), permit, &message)?;
        answer(&self.office.store, Stepped(command)).await
    }
}
