//! `ProviderService`: one short method for each call.

use std::sync::Arc;

use tonic::{Request, Response, Status};

use super::{
    save::{NotSaved, Save},
    wire,
};
use crate::{
    application::Office,
    authz,
    pb::registry::v1::{self as pb, provider_service_server::ProviderService},
    provider::versions_of,
    rpc::{self, answer, status},
};

/// Answers for the register of providers.
#[derive(Clone, Debug)]
pub struct ProviderEndpoint {
    office: Arc<Office>,
}

impl ProviderEndpoint {
    /// Answers for an office.
    pub const fn new(office: Arc<Office>) -> Self {
        Self { office }
    }

    /// What was saved is known to this process when it says so; if it cannot be read, guards still hold.
    async fn known<T>(&self, answered: Response<T>) -> Response<T> {
        drop(self.office.references.reload().await);
        answered
    }
}

#[tonic::async_trait]
impl ProviderService for ProviderEndpoint {
    async fn create_provider(
        &self,
        request: Request<pb::CreateProviderRequest>,
    ) -> Result<Response<pb::CreateProviderResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::CreateProvider>(&caller)?;
        let command = Save::create(Arc::clone(&self.office), &permit, &message)?;
        let answered = answer(&self.office.store, command).await?;
        Ok(self.known(answered).await)
    }

    async fn update_provider(
        &self,
        request: Request<pb::UpdateProviderRequest>,
    ) -> Result<Response<pb::UpdateProviderResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        let permit = authz::require::<authz::UpdateProvider>(&caller)?;
        let command = Save::update(Arc::clone(&self.office), &permit, &message)?;
        let answered = answer(&self.office.store, command).await?;
        Ok(self.known(answered).await)
    }

    async fn get_provider(
        &self,
        request: Request<pb::GetProviderRequest>,
    ) -> Result<Response<pb::GetProviderResponse>, Status> {
        let (caller, message) = rpc::open(request)?;
        authz::require::<authz::GetProvider>(&caller)?;
        let store = &self.office.store;
        let reading = versions_of(store.reads(), &message.provider_id);
        let versions = store.in_time("read a provider", reading).await;
        let versions = versions.map_err(|fault| status::from_store(&fault))?;
        let last = versions.last();
        let last = last.ok_or_else(|| status::refused(&NotSaved::Unknown))?;
        Ok(Response::new(pb::GetProviderResponse {
            provider: Some(wire::stored(last)),
            versions: versions.iter().map(wire::stored).collect(),
        }))
    }
}
