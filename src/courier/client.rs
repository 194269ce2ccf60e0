//! A line to the service. A call that found it away is made again under the same request id, so that a
//! restart of the service stops no import. It never shows the token.

use std::{
    error::Error,
    fs,
    io::{self, Write as _},
    path::Path,
    time::{Duration, Instant},
};

use tonic::{
    Code, Request, Status, Streaming,
    metadata::{Ascii, MetadataValue},
    transport::{self, Certificate, Channel, ClientTlsConfig, Endpoint},
};
use tonic_types::StatusExt as _;

use super::{CourierFault, ServiceArgs, fault::in_file};
use crate::pb::registry::v1::{
    self as pb, export_part::Piece, export_service_client::ExportServiceClient,
    import_service_client::ImportServiceClient,
};

const CONNECT_MAX: Duration = Duration::from_secs(10);
/// A little longer than a service takes at most, so that it can say itself that it was too slow.
const ANSWER_MAX: Duration = Duration::from_secs(40);
/// How often a service is asked whether it is still there, and how long it may take to say so.
const KEEPALIVE: Duration = Duration::from_secs(20);
const KEEPALIVE_MAX: Duration = Duration::from_secs(10);
/// How long a service may be away before we give up; run again, an import goes on.
const AWAY_MAX: Duration = Duration::from_mins(2);
/// Full jitter under a ceiling that doubles.
const PAUSE_FIRST: Duration = Duration::from_millis(200);
const PAUSE_MAX: Duration = Duration::from_secs(5);

/// A line to the service.
pub(super) struct Service {
    channel: Channel,
    bearer: MetadataValue<Ascii>,
}

impl Service {
    /// Prepares the line; it is made at the first call, and again whenever it breaks.
    pub(super) fn of(args: &ServiceArgs) -> Result<Self, CourierFault> {
        let token = read(&args.token_file)?;
        let token = String::from_utf8_lossy(&token);
        let mut bearer: MetadataValue<Ascii> = format!("Bearer {}", token.trim()).parse()?;
        bearer.set_sensitive(true);
        let mut endpoint = Endpoint::from_shared(args.server.clone())?
            .connect_timeout(CONNECT_MAX)
            .timeout(ANSWER_MAX)
            .tcp_nodelay(true)
            .http2_keep_alive_interval(KEEPALIVE)
            .keep_alive_timeout(KEEPALIVE_MAX)
            .keep_alive_while_idle(true);
        if args.server.starts_with("https:") {
            let authority = args.ca.as_ref().ok_or(CourierFault::NoAuthority)?;
            let authority = Certificate::from_pem(read(authority)?);
            endpoint = endpoint.tls_config(ClientTlsConfig::new().ca_certificate(authority))?;
        }
        Ok(Self {
            channel: endpoint.connect_lazy(),
            bearer,
        })
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
        let answer = patiently(async || {
            let mut client = ImportServiceClient::new(self.channel.clone());
            client.import_entries(self.request(message.clone())).await
        });
        Ok(answer.await?.into_inner())
    }
}

/// Calls until there is an answer; only what may be otherwise a moment later is asked again.
async fn patiently<A>(call: impl AsyncFn() -> Result<A, Status>) -> Result<A, CourierFault> {
    let began = Instant::now();
    let mut failures: u32 = 0;
    loop {
        match call().await {
            Ok(answer) => return Ok(answer),
            Err(status) if is_passing(&status) && began.elapsed() < AWAY_MAX => {
                if failures == 0 {
                    tell_away();
                }
                tokio::time::sleep(pause(failures)).await;
                failures = failures.saturating_add(1);
            }
            Err(status) => return Err(CourierFault::Refused(status.into())),
        }
    }
}

fn tell_away() {
    let minutes = AWAY_MAX.as_secs().div_euclid(60);
    // Nobody is left to tell if standard error is closed.
    writeln!(
        io::stderr(),
        "the service does not answer; trying again for {minutes} minutes"
    )
    .unwrap_or_default();
}

fn pause(failures: u32) -> Duration {
    let ceiling = PAUSE_FIRST
        .saturating_mul(2_u32.saturating_pow(failures))
        .min(PAUSE_MAX);
    rand::random_range(Duration::ZERO..=ceiling)
}

/// The parts of an export, of either method.
pub(super) enum Parts {
    Plain(Streaming<pb::ExportRegisterResponse>),
    WithShareholders(Streaming<pb::ExportWithShareholdersResponse>),
}

impl Parts {
    /// What comes next.
    pub(super) async fn next(&mut self) -> Result<Option<Piece>, CourierFault> {
        let part = async {
            match self {
                Self::Plain(parts) => parts.message().await.map(|part| part.map(|part| part.part)),
                Self::WithShareholders(parts) => {
                    parts.message().await.map(|part| part.map(|part| part.part))
                }
            }
        };
        let part = tokio::time::timeout(AWAY_MAX, part).await;
        let part = part.map_err(|_late| CourierFault::NotWhole)?;
        let part = part.map_err(|status| CourierFault::Refused(status.into()))?;
        Ok(part.flatten().and_then(|part| part.piece))
    }
}

impl Service {
    /// Asks for an export. One that breaks off is not asked for again: half of it is there.
    pub(super) async fn export(
        &self,
        selection: pb::ExportSelection,
        with_shareholders: bool,
    ) -> Result<Parts, CourierFault> {
        let parts = patiently(async || {
            let mut client = ExportServiceClient::new(self.channel.clone());
            let selection = Some(selection.clone());
            if with_shareholders {
                let request = pb::ExportWithShareholdersRequest { selection };
                let parts = client.export_with_shareholders(self.request(request));
                return Ok(Parts::WithShareholders(parts.await?.into_inner()));
            }
            let request = pb::ExportRegisterRequest { selection };
            let parts = client.export_register(self.request(request)).await?;
            Ok(Parts::Plain(parts.into_inner()))
        });
        parts.await
    }
}

/// Whether the same request may succeed later: the service says so, or the line broke. That it is too
/// large does not pass.
fn is_passing(status: &Status) -> bool {
    let code = status.code();
    let is_of_line = <dyn Error + 'static>::is::<transport::Error>;
    let is_broken_line = status.source().is_some_and(is_of_line);
    is_broken_line
        || [Code::Unavailable, Code::DeadlineExceeded, Code::Cancelled].contains(&code)
        || (code == Code::ResourceExhausted && status.get_details_retry_info().is_some())
}

fn read(file: &Path) -> Result<Vec<u8>, CourierFault> {
    fs::read(file).map_err(|source| in_file(file, source))
}

#[cfg(test)]
mod tests {
    use tonic_types::{ErrorDetails, StatusExt};

    use super::*;

    #[test]
    fn a_pause_is_never_above_its_ceiling_nor_the_ceiling_above_five_seconds() {
        for (failures, most) in [
            (0, 200),
            (1, 400),
            (4, 3_200),
            (5, 5_000),
            (u32::MAX, 5_000),
        ] {
            let pauses = (0..100).map(|_| pause(failures));
            assert!(
                pauses.max().unwrap() <= Duration::from_millis(most),
                "{failures}"
            );
        }
    }

    #[test]
    fn only_what_passes_is_asked_again() {
        let full = ErrorDetails::with_retry_info(Some(Duration::from_millis(250)));
        let full = Status::with_error_details(Code::ResourceExhausted, "full", full);
        for (status, passes) in [
            (Status::unavailable("away"), true),
            (Status::deadline_exceeded("late"), true),
            (Status::cancelled("Timeout expired"), true),
            (full, true),
            (Status::resource_exhausted("too large"), false),
            (Status::invalid_argument("wrong"), false),
            (Status::permission_denied("no"), false),
        ] {
            assert_eq!(is_passing(&status), passes, "{status:?}");
        }
    }
}
