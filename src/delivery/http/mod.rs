//! A receiver over HTTP: one `CloudEvent` for each stage, signed; the answer's status says what became of it.
//! It never sends a stage before the one before it of the same application is stored.

mod client;
mod event;
mod signature;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, fmt, sync::Arc, time::Duration};

use async_trait::async_trait;
use futures_util::{StreamExt as _, stream};
use http::{HeaderName, HeaderValue, Method, Request, StatusCode, Uri};
use http_body_util::Full;

use self::{
    client::{Answered, Client},
    signature::Secrets,
};
use super::{Answer, Sink, SinkFault, SinkSetupFault, Verdict};
use crate::{kernel::Clock, pb::monitoring::v1::Stage};

/// How many applications are told of at once.
const AT_ONCE: usize = 16;

const ID: HeaderName = HeaderName::from_static("webhook-id");
const TIMESTAMP: HeaderName = HeaderName::from_static("webhook-timestamp");
const SIGNATURE: HeaderName = HeaderName::from_static("webhook-signature");

/// How events are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HttpFormat {
    /// Everything in the body.
    Structured,
    /// The attributes in headers, the data in the body.
    Binary,
}

/// How a receiver is reached over HTTP.
#[derive(Clone)]
pub struct HttpSinkOptions {
    /// `http://…` or `https://…`, with its path.
    pub endpoint: String,
    /// The authority that its certificate is checked by, as PEM; without it, the public ones.
    pub ca_pem: Option<String>,
    /// `whsec_…`, the newest first.
    pub secrets: Vec<String>,
    /// How events are written.
    pub format: HttpFormat,
    /// What the events call this installation.
    pub source: String,
    /// The moments of deliveries.
    pub clock: Arc<dyn Clock>,
}

/// Pushes `CloudEvents`.
#[derive(Clone)]
pub struct HttpSink {
    endpoint: Uri,
    client: Client,
    secrets: Secrets,
    format: HttpFormat,
    source: String,
    clock: Arc<dyn Clock>,
}

impl HttpSink {
    /// Prepares everything; a connection is made at the first push.
    pub fn new(options: HttpSinkOptions) -> Result<Self, SinkSetupFault> {
        let endpoint: Option<Uri> = options.endpoint.parse().ok();
        let endpoint = endpoint.filter(|uri| uri.host().is_some());
        Ok(Self {
            endpoint: endpoint.ok_or(SinkSetupFault::Address)?,
            client: Client::new(options.ca_pem.as_deref())?,
            secrets: Secrets::parse(&options.secrets)?,
            format: options.format,
            source: options.source,
            clock: options.clock,
        })
    }

    /// Sends the stages of one application, up to the first that is not stored.
    async fn tell(&self, stages: Vec<(usize, &Stage)>) -> Vec<(usize, Told)> {
        let mut told = Vec::new();
        for (index, stage) in stages {
            let answered = self.deliver(stage).await;
            let is_stored = matches!(answered, Told::Verdict(Verdict::Stored));
            told.push((index, answered));
            if !is_stored {
                break;
            }
        }
        told
    }

    async fn deliver(&self, stage: &Stage) -> Told {
        match self.request(stage) {
            Some(request) => match self.client.send(request).await {
                Some(answered) => verdict(&answered),
                None => Told::Fault(SinkFault::away("nothing")),
            },
            None => Told::Verdict(Verdict::Failed(
                "it cannot be written as an event".to_owned(),
            )),
        }
    }

    fn request(&self, stage: &Stage) -> Option<Request<Full<bytes::Bytes>>> {
        let (headers, body) = event::encode(stage, &self.source, self.format).ok()?;
        let seconds = self.clock.now().instant.timestamp();
        let signature = self.secrets.sign(&stage.event_id, seconds, &body);
        let mut request = Request::new(Full::new(body));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.endpoint.clone();
        *request.headers_mut() = headers;
        for (name, value) in [
            (ID, HeaderValue::try_from(&stage.event_id).ok()?),
            (TIMESTAMP, HeaderValue::from(seconds)),
            (SIGNATURE, HeaderValue::try_from(signature).ok()?),
        ] {
            request.headers_mut().insert(name, value);
        }
        Some(request)
    }
}

/// What came of one delivery.
enum Told {
    Verdict(Verdict),
    Fault(SinkFault),
}

#[async_trait]
impl Sink for HttpSink {
    async fn push(&self, stages: &[&Stage]) -> Answer {
        let mut applications = BTreeMap::<&str, Vec<(usize, &Stage)>>::new();
        for (index, stage) in stages.iter().enumerate() {
            let application = applications.entry(&stage.application_number).or_default();
            application.push((index, stage));
        }
        let applications = applications.into_values();
        let telling: Vec<_> = applications.map(|stages| self.tell(stages)).collect();
        let mut telling = Box::pin(stream::iter(telling).buffer_unordered(AT_ONCE));
        let mut answer = Answer {
            verdicts: vec![Verdict::Unanswered; stages.len()],
            fault: None,
        };
        // A receiver that is away is not asked for all others, too.
        while answer.fault.is_none()
            && let Some(told) = telling.next().await
        {
            for (index, told) in told {
                match told {
                    Told::Verdict(verdict) => {
                        if let Some(place) = answer.verdicts.get_mut(index) {
                            *place = verdict;
                        }
                    }
                    Told::Fault(fault) => answer.fault = Some(fault),
                }
            }
        }
        answer
    }
}

/// What a status says of a stage: stored, or that it never will be; or else of the receiver.
fn verdict(answered: &Answered) -> Told {
    let Answered {
        status,
        retry_after,
    } = *answered;
    let what = || format!("with {}", status.as_u16());
    match status {
        StatusCode::CONFLICT => Told::Verdict(Verdict::OutOfOrder),
        // They speak of the receiver, its address or our credentials, not of the stage.
        StatusCode::UNAUTHORIZED
        | StatusCode::FORBIDDEN
        | StatusCode::NOT_FOUND
        | StatusCode::METHOD_NOT_ALLOWED
        | StatusCode::PROXY_AUTHENTICATION_REQUIRED
        | StatusCode::REQUEST_TIMEOUT
        | StatusCode::GONE
        | StatusCode::MISDIRECTED_REQUEST
        | StatusCode::TOO_EARLY
        | StatusCode::TOO_MANY_REQUESTS => away(status, retry_after),
        StatusCode::INTERNAL_SERVER_ERROR => Told::Verdict(Verdict::Failed(what())),
        _ if status.is_success() => Told::Verdict(Verdict::Stored),
        _ if status.is_client_error() => Told::Verdict(Verdict::Refused(what())),
        _ => away(status, retry_after),
    }
}

fn away(status: StatusCode, retry_after: Option<Duration>) -> Told {
    Told::Fault(SinkFault::Away {
        what: status.as_u16().to_string(),
        retry_after,
    })
}

impl fmt::Debug for HttpSink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpSink").finish_non_exhaustive()
    }
}
