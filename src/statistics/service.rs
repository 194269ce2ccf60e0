//! `StatisticsService`: one short method for each call.

use std::sync::Arc;

use tonic::{Request, Response, Status};

use super::{queries::Query, recount::Recount, wire};
use crate::{
    application::Office,
    authz,
    pb::registry::v1::{self as pb, statistics_service_server::StatisticsService},
    rpc::{self, answer},
};

/// Answers for the statistics.
#[derive(Clone, Debug)]
pub struct StatisticsEndpoint {
    office: Arc<Office>,
}

impl StatisticsEndpoint {
    /// Answers for an office.
    pub const fn new(office: Arc<Office>) -> Self {
        Self { office }
    }
}

#[tonic::async_trait]
impl StatisticsService for StatisticsEndpoint {
    async fn get_statistics(
        &self,
        request: Request<pb::GetStatisticsRequest>,
    ) -> Result<Response<pb::GetStatisticsResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::GetStatistics>(&caller)?;
        let query = Query::parse(&self.office, &permit.scope(), &message)?;
        let statistics = query.answer(&self.office).await?;
        let providers = self.office.providers();
        Ok(Response::new(wire::statistics(&statistics, &providers)))
    }

    async fn recount_statistics(
        &self,
        request: Request<pb::RecountStatisticsRequest>,
    ) -> Result<Response<pb::RecountStatisticsResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::RecountStatistics>(&caller)?;
        let command = Recount::parse(Arc::clone(&self.office), &permit, &message)?;
        answer(&self.office.store, command).await
    }
}
