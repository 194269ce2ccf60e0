//! The monitoring system over gRPC: connected when needed, so that a start does not depend on it.

use std::time::Duration;

use async_trait::async_trait;
use thiserror::Error;
use tonic::{
    Request,
    metadata::{Ascii, MetadataValue},
    transport::{Certificate, Channel, ClientTlsConfig, Endpoint},
};

use super::{MonitoringSink, SinkFault};
use crate::pb::monitoring::v1::{
    PushStagesRequest, Stage, StageResult, stage_ingest_service_client::StageIngestServiceClient,
};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
const CALL_TIMEOUT: Duration = Duration::from_secs(10);
const KEEPALIVE: Duration = Duration::from_secs(30);

/// How the monitoring system is reached.
#[derive(Clone, Default)]
pub struct GrpcSinkOptions {
    /// `http://HOST:PORT` or `https://HOST:PORT`.
    pub endpoint: String,
    /// Sent as a bearer token.
    pub token: Option<String>,
    /// The authority that its certificate is checked by, as PEM; without it, the public ones.
    pub ca_pem: Option<String>,
}

/// The monitoring system cannot be reached as configured.
#[derive(Debug, Error)]
pub enum SinkSetupFault {
    /// The endpoint or its TLS settings are wrong.
    #[error("monitoring.endpoint cannot be used")]
    Endpoint(#[source] tonic::transport::Error),
    /// The token cannot stand in a header.
    #[error("the token for the monitoring system has characters that no header can hold")]
    Token,
}

/// Pushes over `StageIngestService`.
#[derive(Clone)]
pub struct GrpcSink {
    client: StageIngestServiceClient<Channel>,
    authorization: Option<MetadataValue<Ascii>>,
}

impl GrpcSink {
    /// Prepares the connection; it is made at the first push.
    pub fn new(options: &GrpcSinkOptions) -> Result<Self, SinkSetupFault> {
        let mut endpoint = Endpoint::from_shared(options.endpoint.clone())
            .map_err(SinkSetupFault::Endpoint)?
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(CALL_TIMEOUT)
            .tcp_nodelay(true)
            .http2_keep_alive_interval(KEEPALIVE)
            .keep_alive_while_idle(true);
        if options.endpoint.starts_with("https://") {
            let tls = match &options.ca_pem {
                Some(pem) => ClientTlsConfig::new().ca_certificate(Certificate::from_pem(pem)),
                None => ClientTlsConfig::new().with_enabled_roots(),
            };
            endpoint = endpoint.tls_config(tls).map_err(SinkSetupFault::Endpoint)?;
        }
        let authorization = options
            .token
            .as_ref()
            .map(|token| {
                let mut value: MetadataValue<Ascii> = format!("Bearer {token}")
                    .parse()
                    .map_err(|_unprintable| SinkSetupFault::Token)?;
                value.set_sensitive(true);
                Ok(value)
            })
            .transpose()?;
        let client = StageIngestServiceClient::new(endpoint.connect_lazy());
        Ok(Self {
            client,
            authorization,
        })
    }
}

#[async_trait]
impl MonitoringSink for GrpcSink {
    async fn push(&self, stages: Vec<Stage>) -> Result<Vec<StageResult>, SinkFault> {
        let mut request = Request::new(PushStagesRequest { stages });
        if let Some(authorization) = &self.authorization {
            request
                .metadata_mut()
                .insert("authorization", authorization.clone());
        }
        // The client is a handle on one shared connection.
        let mut client = self.client.clone();
        match client.push_stages(request).await {
            Ok(answer) => Ok(answer.into_inner().results),
            Err(status) => Err(SinkFault::Status(format!("{:?}", status.code()))),
        }
    }
}

impl std::fmt::Debug for GrpcSink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GrpcSink").finish_non_exhaustive()
    }
}
