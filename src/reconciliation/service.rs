//! `ReconciliationService`: one short method for each call.

use std::sync::Arc;

use tonic::{Request, Response, Status};

use super::{ask::Ask, order::Order, queries};
use crate::{
    application::Office,
    authz,
    delivery::Sinks,
    pb::registry::v1::{self as pb, reconciliation_service_server::ReconciliationService},
    rpc::{self, answer},
};

/// Answers about comparisons with sinks.
#[derive(Clone, Debug)]
pub struct ReconciliationEndpoint {
    office: Arc<Office>,
    sinks: Sinks,
}

impl ReconciliationEndpoint {
    /// Answers for an office and its sinks.
    pub const fn new(office: Arc<Office>, sinks: Sinks) -> Self {
        Self { office, sinks }
    }
}

#[tonic::async_trait]
impl ReconciliationService for ReconciliationEndpoint {
    async fn reconcile_day(
        &self,
        request: Request<pb::ReconcileDayRequest>,
    ) -> Result<Response<pb::ReconcileDayResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::ReconcileDay>(&caller)?;
        let command = Ask::parse(Arc::clone(&self.office), &self.sinks, &permit, &message)?;
        answer(&self.office.store, command).await
    }

    async fn list_reconciliations(
        &self,
        request: Request<pb::ListReconciliationsRequest>,
    ) -> Result<Response<pb::ListReconciliationsResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        authz::require::<authz::ListReconciliations>(&caller)?;
        let page = queries::comparisons(&self.office, &self.sinks, message).await?;
        Ok(Response::new(page))
    }

    async fn list_differences(
        &self,
        request: Request<pb::ListDifferencesRequest>,
    ) -> Result<Response<pb::ListDifferencesResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        authz::require::<authz::ListDifferences>(&caller)?;
        let page = queries::differences(&self.office, &self.sinks, message).await?;
        Ok(Response::new(page))
    }

    async fn resend_stages(
        &self,
        request: Request<pb::ResendStagesRequest>,
    ) -> Result<Response<pb::ResendStagesResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::ResendStages>(&caller)?;
        let command = Order::parse(Arc::clone(&self.office), &self.sinks, &permit, &message)?;
        answer(&self.office.store, command).await
    }
}
