//! `ServiceInfoService`: what anyone may know of the state service.
//! It never asks who calls.

use tonic::{Request, Response, Status};

use super::Provider;
use crate::{
    pb::registry::v1::{self as pb, service_info_service_server::ServiceInfoService},
    reference::References,
};

/// Answers for the providers.
#[derive(Clone, Debug)]
pub struct ServiceInfoEndpoint {
    references: References,
}

impl ServiceInfoEndpoint {
    /// Answers with the providers that are known.
    pub const fn new(references: References) -> Self {
        Self { references }
    }
}

#[tonic::async_trait]
impl ServiceInfoService for ServiceInfoEndpoint {
    async fn list_providers(
        &self,
        _request: Request<pb::ListProvidersRequest>,
    ) -> Result<Response<pb::ListProvidersResponse>, Status> {
        let known = self.references.current();
        let providers = known.providers.all().map(to_wire).collect();
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
