//! A caller's line to the service: a channel, and the token that every call carries.
//! The token never shows in debug output.

use std::{fmt, net::SocketAddr, time::Duration};

use tonic::{
    Request, Status,
    metadata::{Ascii, MetadataValue},
    service::{Interceptor, interceptor::InterceptedService},
    transport::{Channel, Endpoint},
};

use super::ClientFault;
use crate::{
    config::Secret,
    pb::registry::v1::{self as pb, application_service_client::ApplicationServiceClient},
};

/// How often, and at which intervals, a client looks again for what must come soon.
const LOOKS_MAX: u32 = 400;
const LOOK_INTERVAL: Duration = Duration::from_millis(50);
const CONNECT_SECONDS_MAX: Duration = Duration::from_secs(5);

/// What a call goes through on its way.
pub(super) type Wire = InterceptedService<Channel, Bearer>;

/// Connects to a service on this machine, without TLS.
pub async fn connect(address: SocketAddr) -> Result<Channel, ClientFault> {
    let endpoint = Endpoint::from_shared(format!("http://{address}"))?;
    Ok(endpoint
        .connect_timeout(CONNECT_SECONDS_MAX)
        .connect()
        .await?)
}

/// One caller's line.
#[derive(Clone, Debug)]
pub struct Line {
    channel: Channel,
    bearer: Bearer,
}

/// Puts the token into each call.
#[derive(Clone)]
pub(super) struct Bearer(Option<MetadataValue<Ascii>>);

impl Line {
    /// A line for the caller with this token.
    pub fn new(channel: Channel, token: &Secret<String>) -> Result<Self, ClientFault> {
        let mut value: MetadataValue<Ascii> = format!("Bearer {}", token.expose()).parse()?;
        value.set_sensitive(true);
        Ok(Self {
            channel,
            bearer: Bearer(Some(value)),
        })
    }

    /// A line for somebody without a token.
    pub const fn anonymous(channel: Channel) -> Self {
        Self {
            channel,
            bearer: Bearer(None),
        }
    }

    pub(super) fn wire(&self) -> Wire {
        InterceptedService::new(self.channel.clone(), self.bearer.clone())
    }

    /// Reads an application.
    pub async fn application(&self, id: &str) -> Result<pb::Application, ClientFault> {
        let request = pb::GetApplicationRequest {
            application_id: id.to_owned(),
        };
        let answer = ApplicationServiceClient::new(self.wire())
            .get_application(request)
            .await?;
        answer
            .into_inner()
            .application
            .ok_or(ClientFault::Missing("application"))
    }

    /// Waits until an application reaches a stage, and reads it then.
    pub async fn reached(
        &self,
        id: &str,
        wanted: pb::ApplicationStage,
    ) -> Result<pb::Application, ClientFault> {
        let mut application = self.application(id).await?;
        for _ in 0..LOOKS_MAX {
            if application.stage() == wanted {
                return Ok(application);
            }
            pause().await;
            application = self.application(id).await?;
        }
        let stage = application.stage();
        Err(ClientFault::NotReached {
            number: application.application_number,
            wanted,
            stage,
        })
    }
}

/// Looks again until something has come, for a while.
pub(super) async fn until_there<T>(
    what: &'static str,
    mut look: impl AsyncFnMut() -> Result<Option<T>, ClientFault>,
) -> Result<T, ClientFault> {
    for _ in 0..LOOKS_MAX {
        if let Some(there) = look().await? {
            return Ok(there);
        }
        pause().await;
    }
    Err(ClientFault::NotInTime(what))
}

async fn pause() {
    tokio::time::sleep(LOOK_INTERVAL).await;
}

impl Interceptor for Bearer {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        if let Some(value) = &self.0 {
            request
                .metadata_mut()
                .insert("authorization", value.clone());
        }
        Ok(request)
    }
}

impl fmt::Debug for Bearer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Bearer([secret])")
    }
}
