//! A line to the service. A call that found it away is made again under the same request id, so that a
//! restart of the service stops no import. It never shows the token.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use tonic::{
    Code, Request, Status, Streaming,
    metadata::{Ascii, MetadataValue},
    transport::{Certificate, Channel, ClientTlsConfig, Endpoint},
};
use tonic_types::StatusExt as _;

use super::{CourierFault, ServiceArgs, fault::in_file};
use crate::pb::registry::v1::{
    self as pb, export_part::Piece, export_service_client::ExportServiceClient,
    import_service_client::ImportServiceClient,
};

const CONNECT_SECONDS_MAX: Duration = Duration::from_secs(10);
/// How long a service may be away before the import gives up; run again, it goes on.
const AWAY_MAX: Duration = Duration::from_mins(2);
const PAUSE: Duration = Duration::from_millis(500);

/// A line to the service.
pub(super) struct Service {
    channel: Channel,
    bearer: MetadataValue<Ascii>,
}

impl Service {
    pub(super) async fn connect(args: &ServiceArgs) -> Result<Self, CourierFault> {
        let token = read(&args.token_file)?;
        let token = String::from_utf8_lossy(&token);
        let mut bearer: MetadataValue<Ascii> = format!("Bearer {}", token.trim()).parse()?;
        bearer.set_sensitive(true);
        let mut endpoint = Endpoint::from_shared(args.server.clone())?
            .connect_timeout(CONNECT_SECONDS_MAX)
            .keep_alive_while_idle(true);
        if args.server.starts_with("https:") {
            let authority = args.ca.as_ref().ok_or(CourierFault::NoAuthority)?;
            let authority = Certificate::from_pem(read(authority)?);
            endpoint = endpoint.tls_config(ClientTlsConfig::new().ca_certificate(authority))?;
        }
        let channel = endpoint.connect().await?;
        Ok(Self { channel, bearer })
    }

    fn request<M>(&self, message: M) -> Request<M> {
        let mut request = Request::new(message);
        let bearer = self.bearer.clone();
        request.metadata_mut().insert("authorization", bearer);
        request
    }

    /// Sends rows, until the service answers or is away for too long.
    pub(super) async fn import(
        &self,
        message: &pb::ImportEntriesRequest,
    ) -> Result<pb::ImportEntriesResponse, CourierFault> {
        let mut client = ImportServiceClient::new(self.channel.clone());
        let began = Instant::now();
        loop {
            match client.import_entries(self.request(message.clone())).await {
                Ok(answer) => return Ok(answer.into_inner()),
                Err(status) if is_passing(&status) && began.elapsed() < AWAY_MAX => {
                    tokio::time::sleep(PAUSE).await;
                }
                Err(status) => return Err(CourierFault::Refused(status.into())),
            }
        }
    }
}

/// The parts of an export, of either method.
pub(super) enum Parts {
    Plain(Streaming<pb::ExportRegisterResponse>),
    WithShareholders(Streaming<pb::ExportWithShareholdersResponse>),
}

impl Parts {
    /// What comes next.
    pub(super) async fn next(&mut self) -> Result<Option<Piece>, CourierFault> {
        let part = match self {
            Self::Plain(parts) => parts.message().await.map(|part| part.map(|part| part.part)),
            Self::WithShareholders(parts) => {
                parts.message().await.map(|part| part.map(|part| part.part))
            }
        };
        let part = part.map_err(|status| CourierFault::Refused(status.into()))?;
        Ok(part.flatten().and_then(|part| part.piece))
    }
}

impl Service {
    /// Asks for an export.
    pub(super) async fn export(
        &self,
        selection: pb::ExportSelection,
        with_shareholders: bool,
    ) -> Result<Parts, CourierFault> {
        let mut client = ExportServiceClient::new(self.channel.clone());
        let selection = Some(selection);
        let refused = |status: Status| CourierFault::Refused(status.into());
        if with_shareholders {
            let request = pb::ExportWithShareholdersRequest { selection };
            let parts = client.export_with_shareholders(self.request(request));
            return Ok(Parts::WithShareholders(
                parts.await.map_err(refused)?.into_inner(),
            ));
        }
        let request = pb::ExportRegisterRequest { selection };
        let parts = client.export_register(self.request(request)).await;
        Ok(Parts::Plain(parts.map_err(refused)?.into_inner()))
    }
}

/// Whether the same request may succeed later; that it is too large does not pass.
fn is_passing(status: &Status) -> bool {
    let code = status.code();
    [Code::Unavailable, Code::DeadlineExceeded, Code::Cancelled].contains(&code)
        || (code == Code::ResourceExhausted && status.get_details_retry_info().is_some())
}

fn read(file: &Path) -> Result<Vec<u8>, CourierFault> {
    fs::read(file).map_err(|source| in_file(file, source))
}
