//! What a town's operator sets of its provider.

use tizilim::{demo::client::new_request_id, pb::registry::v1 as pb};

use super::{Account, Town};

impl Town {
    /// The provider of the world, as it stands in the register.
    pub(crate) async fn provider_as_set(&self) -> pb::Provider {
        let request = pb::GetProviderRequest {
            provider_id: self.world.provider.id.to_owned(),
        };
        let mut providers = self.raw(Account::Operator).providers();
        let read = providers.get_provider(request).await.unwrap();
        read.into_inner().provider.unwrap()
    }

    /// Makes the next version of the provider.
    pub(crate) async fn set_provider(&self, provider: pb::Provider) {
        let request = pb::UpdateProviderRequest {
            request_id: new_request_id(),
            etag: provider.etag.clone(),
            provider: Some(provider),
        };
        let mut providers = self.raw(Account::Operator).providers();
        providers.update_provider(request).await.unwrap();
    }

    /// Sets how the provider decides on contracts.
    pub(crate) async fn let_decide(&self, way: pb::ContractDecision) {
        let mut provider = self.provider_as_set().await;
        provider.set_contract_decision(way);
        self.set_provider(provider).await;
    }
}
