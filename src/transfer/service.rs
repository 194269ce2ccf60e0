//! `ImportService`: one short method for each call.

use std::sync::Arc;

use tonic::{Request, Response, Status};

use super::bring::Bring;
use crate::{
    application::Office,
    authz,
    pb::registry::v1::{self as pb, import_service_server::ImportService},
    rpc::{self, answer},
};

/// Answers for imports.
#[derive(Clone, Debug)]
pub struct ImportEndpoint {
    office: Arc<Office>,
}

impl ImportEndpoint {
    /// Answers for an office.
    pub const fn new(office: Arc<Office>) -> Self {
        Self { office }
    }
}

#[tonic::async_trait]
impl ImportService for ImportEndpoint {
    async fn import_entries(
        &self,
        request: Request<pb::ImportEntriesRequest>,
    ) -> Result<Response<pb::ImportEntriesResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::ImportEntries>(&caller)?;
        let command = Bring::parse(Arc::clone(&self.office), &permit, message)?;
        answer(&self.office.store, command).await
    }
}
