//! `ServiceInfoService`: what anyone may know of the state service.
//! It never asks who calls.

use std::sync::Arc;

use tonic::{Request, Response, Status};

use super::{Provider, Providers};
use crate::pb::registry::v1::{self as pb, service_info_service_server::ServiceInfoService};

/// Answers for the providers.
#[derive(Clone, Debug)]
pub struct ServiceInfoEndpoint {
    providers: Arc<Providers>,
}

impl ServiceInfoEndpoint {
    /// Answers with these providers.
    pub const fn new(providers: Arc<Providers>) -> Self {
        Self { providers }
    }
}

#[tonic::async_trait]
impl ServiceInfoService for ServiceInfoEndpoint {
    async fn list_providers(
        &self,
        _request: Request<pb::ListProvidersRequest>,
    ) -> Result<Response<pb::ListProvidersResponse>, Status> {
        let providers = self.providers.all().map(to_wire).collect();
        Ok(Response::new(pb::ListProvidersResponse { providers }))
    }
}

fn to_wire(provider: &Provider) -> pb::Provider {
    let name = provider.name.clone();
    pb::Provider {
        provider_id: provider.id.clone(),
        bin: provider.bin.to_string(),
        kato: provider.kato.to_string(),
        name: Some(pb::LocalizedText {
            kk: name.kk,
            ru: name.ru,
            en: name.en,
        }),
        opens: provider.hours.opens().format("%H:%M").to_string(),
        closes: provider.hours.closes().format("%H:%M").to_string(),
    }
}
