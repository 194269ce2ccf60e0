//! `ReviewService`: one short method for each call.
//! It never decides; it opens, asks the policy, parses, and hands on.

use std::sync::Arc;

use tonic::{Code, Request, Response, Status};

use super::{
    grant::Grant, prepare::prepare, queue::QueueQuery, record_check::RecordCheck, refuse::Refuse,
    take::Take,
};
use crate::{
    application::{Office, queries, run_checks::RecheckRegister},
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
    /// A grant that another one was faster than leaves the finding behind that says so (D-23).
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
        let query = QueueQuery::parse(&self.office, &permit.scope(), &message)?;
        let (applications, next_page_token) = query
            .page(&self.office)
            .await
            .map_err(|fault| status::from_store(&fault))?;
        Ok(Response::new(pb::ListReviewQueueResponse {
            applications,
            next_page_token,
        }))
    }

    async fn take_application(
        &self,
        request: Request<pb::TakeApplicationRequest>,
    ) -> Result<Response<pb::TakeApplicationResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::TakeApplication>(&caller)?;
        let command = Take::parse(Arc::clone(&self.office), permit, &message)?;
        answer(&self.office.store, command).await
    }

    async fn record_check(
        &self,
        request: Request<pb::RecordCheckRequest>,
    ) -> Result<Response<pb::RecordCheckResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::RecordCheck>(&caller)?;
        let command = RecordCheck::parse(Arc::clone(&self.office), permit, &message)?;
        answer(&self.office.store, command).await
    }

    async fn prepare_grant(
        &self,
        request: Request<pb::PrepareGrantRequest>,
    ) -> Result<Response<pb::PrepareGrantResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::PrepareGrant>(&caller)?;
        let id = queries::application_id(&message.application_id)?;
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
        let application = command.application();
        let granted = answer(&self.office.store, command).await;
        if let Err(refused) = &granted {
            self.look_again(application, refused.code()).await;
        }
        granted
    }

    async fn refuse_application(
        &self,
        request: Request<pb::RefuseApplicationRequest>,
    ) -> Result<Response<pb::RefuseApplicationResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::RefuseApplication>(&caller)?;
        let command = Refuse::parse(Arc::clone(&self.office), permit, &message)?;
        answer(&self.office.store, command).await
    }
}
