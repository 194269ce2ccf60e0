//! What anybody can ask without a login. It never learns more than whether an extract is genuine.

use super::{ClientFault, Line};
use crate::pb::registry::v1::{
    self as pb, register_service_client::RegisterServiceClient,
    service_info_service_client::ServiceInfoServiceClient, verify_extract_request::Mark,
};

/// A caller without a token.
#[derive(Clone, Debug)]
pub struct AnyoneClient(Line);

impl AnyoneClient {
    /// A client on a line.
    pub const fn new(line: Line) -> Self {
        Self(line)
    }

    /// Asks whether the extract with this code is genuine.
    pub async fn verify_code(&self, code: &str) -> Result<pb::VerifyExtractResponse, ClientFault> {
        self.verify(Mark::VerificationCode(code.to_owned())).await
    }

    /// Asks whether the extract with this hash is genuine.
    pub async fn verify_sha256(
        &self,
        sha256: &str,
    ) -> Result<pb::VerifyExtractResponse, ClientFault> {
        self.verify(Mark::Sha256(sha256.to_owned())).await
    }

    /// Lists the service providers.
    pub async fn providers(&self) -> Result<Vec<pb::Provider>, ClientFault> {
        let mut client = ServiceInfoServiceClient::new(self.0.wire());
        Ok(client
            .list_providers(pb::ListProvidersRequest {})
            .await?
            .into_inner()
            .providers)
    }

    async fn verify(&self, mark: Mark) -> Result<pb::VerifyExtractResponse, ClientFault> {
        let request = pb::VerifyExtractRequest { mark: Some(mark) };
        let mut client = RegisterServiceClient::new(self.0.wire());
        Ok(client.verify_extract(request).await?.into_inner())
    }
}
