//! A receiver over gRPC: connected when needed, so that a start does not depend on it.
//! It never repeats what the receiver said but to operators, as the reason of a refusal.

use std::time::Duration;

use async_trait::async_trait;
use tonic::{
    Code, Request, Status,
    metadata::{Ascii, MetadataValue},
    transport::{Certificate, Channel, ClientTlsConfig, Endpoint},
};
use tonic_types::StatusExt as _;

use super::{Answer, DayDigest, DayRange, Sink, SinkFault, SinkSetupFault, Verdict, digest};
use crate::pb::monitoring::v1::{
    PushStagesRequest, Stage, StageOutcome, StageResult,
    stage_digest_service_client::StageDigestServiceClient,
    stage_ingest_service_client::StageIngestServiceClient,
};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
const CALL_TIMEOUT: Duration = Duration::from_secs(10);
const KEEPALIVE: Duration = Duration::from_secs(30);
/// What is kept of a reason; the contract bounds none.
const REASON_CHARACTERS_MAX: usize = 300;

/// How a receiver is reached over gRPC.
#[derive(Clone, Default)]
pub struct GrpcSinkOptions {
    /// `http://HOST:PORT` or `https://HOST:PORT`.
    pub endpoint: String,
    /// Sent as a bearer token.
    pub token: Option<String>,
    /// The authority that its certificate is checked by, as PEM; without it, the public ones.
    pub ca_pem: Option<String>,
}

/// Pushes over `StageIngestService`.
#[derive(Clone)]
pub struct GrpcSink {
    client: StageIngestServiceClient<Channel>,
    digests: StageDigestServiceClient<Channel>,
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
                Ok::<_, SinkSetupFault>(value)
            })
            .transpose()?;
        let channel = endpoint.connect_lazy();
        Ok(Self {
            client: StageIngestServiceClient::new(channel.clone()),
            digests: StageDigestServiceClient::new(channel),
            authorization,
        })
    }

    fn request<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        if let Some(authorization) = &self.authorization {
            request
                .metadata_mut()
                .insert("authorization", authorization.clone());
        }
        request
    }
}

#[async_trait]
impl Sink for GrpcSink {
    async fn push(&self, stages: &[&Stage]) -> Answer {
        let request = self.request(PushStagesRequest {
            stages: stages.iter().copied().cloned().collect(),
        });
        // The client is a handle on one shared connection.
        let mut client = self.client.clone();
        match client.push_stages(request).await {
            Ok(answer) => answered(stages, &answer.into_inner().results),
            Err(status) => fault(&status).into(),
        }
    }

    fn tells_digests(&self) -> bool {
        true
    }

    async fn day_digest(&self, asked: &DayRange) -> Result<Option<DayDigest>, SinkFault> {
        let request = self.request(asked.into());
        let mut client = self.digests.clone();
        let answer = client.get_day_digest(request).await;
        digest::told(answer.map(tonic::Response::into_inner))
    }
}

/// One verdict for each stage, of that stage, or none at all.
pub(super) fn answered(stages: &[&Stage], results: &[StageResult]) -> Answer {
    let is_of = |(stage, result): (&&Stage, &StageResult)| stage.event_id == result.event_id;
    if stages.len() == results.len() && stages.iter().zip(results).all(is_of) {
        Answer {
            verdicts: results.iter().map(verdict).collect(),
            fault: None,
        }
    } else {
        SinkFault::unfit().into()
    }
}

fn verdict(result: &StageResult) -> Verdict {
    match result.outcome() {
        StageOutcome::Accepted | StageOutcome::Duplicate => Verdict::Stored,
        StageOutcome::OutOfOrder => Verdict::OutOfOrder,
        StageOutcome::Rejected => Verdict::Refused(reason(&result.reason)),
        StageOutcome::Unspecified => Verdict::Failed("an outcome that is none".to_owned()),
    }
}

/// What operators see of a reason: bounded, and one line.
fn reason(given: &str) -> String {
    let plain = given.chars().filter(|letter| !letter.is_control());
    plain.take(REASON_CHARACTERS_MAX).collect()
}

fn fault(status: &Status) -> SinkFault {
    let what = format!("{:?}", status.code());
    match status.code() {
        Code::InvalidArgument | Code::OutOfRange | Code::FailedPrecondition => {
            SinkFault::Refused(what)
        }
        // Also what the receiver answered if it was no message of the contract.
        Code::Internal | Code::Unknown | Code::DataLoss => SinkFault::Failed(what),
        Code::Ok
        | Code::Cancelled
        | Code::DeadlineExceeded
        | Code::NotFound
        | Code::AlreadyExists
        | Code::PermissionDenied
        | Code::ResourceExhausted
        | Code::Aborted
        | Code::Unimplemented
        | Code::Unavailable
        | Code::Unauthenticated => SinkFault::Away {
            what,
            retry_after: status
                .get_details_retry_info()
                .and_then(|info| info.retry_delay),
        },
    }
}

impl std::fmt::Debug for GrpcSink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GrpcSink").finish_non_exhaustive()
    }
}
