//! The transport's settings, TLS and signals.
//! It never limits calls: the edge does, where its log sees them.

use std::{io, path::Path, time::Duration};

use tokio::signal::unix::{SignalKind, signal as listen};
use tonic::transport::{Certificate, Identity, Server, ServerTlsConfig};

use super::ServeFault;
use crate::config::Tls;

const HANDSHAKE_MAX: Duration = Duration::from_secs(5);
const STREAMS_OF_ONE_CONNECTION_MAX: u32 = 128;
const PING_INTERVAL: Duration = Duration::from_secs(30);
const PING_ANSWER_MAX: Duration = Duration::from_secs(10);
const STREAM_WINDOW_BYTES: u32 = 1024 * 1024;
const CONNECTION_WINDOW_BYTES: u32 = 4 * 1024 * 1024;

/// A connection is renewed after this; its calls end first, since there is no grace that cuts them.
const CONNECTION_AGE_MAX: Duration = Duration::from_mins(30);

/// A server with our settings, before layers and routes.
pub(super) fn server(tls: Option<ServerTlsConfig>) -> Result<Server, ServeFault> {
    let server = Server::builder()
        .max_concurrent_streams(STREAMS_OF_ONE_CONNECTION_MAX)
        .http2_keepalive_interval(Some(PING_INTERVAL))
        .http2_keepalive_timeout(Some(PING_ANSWER_MAX))
        .initial_stream_window_size(STREAM_WINDOW_BYTES)
        .initial_connection_window_size(CONNECTION_WINDOW_BYTES)
        .max_connection_age(CONNECTION_AGE_MAX);
    Ok(match tls {
        Some(tls) => server.tls_config(tls)?,
        None => server,
    })
}

/// TLS from PEM files; with an authority of clients, each must show a certificate of it.
pub(super) fn tls(config: &Tls) -> Result<ServerTlsConfig, ServeFault> {
    let identity = Identity::from_pem(read(&config.certificate)?, read(&config.key)?);
    let tls = ServerTlsConfig::new()
        .identity(identity)
        .timeout(HANDSHAKE_MAX);
    Ok(match &config.client_ca {
        Some(authority) => tls.client_ca_root(Certificate::from_pem(read(authority)?)),
        None => tls,
    })
}

/// Waits until somebody asks the process to end.
pub(super) async fn signal() -> io::Result<()> {
    let mut terminate = listen(SignalKind::terminate())?;
    let mut interrupt = listen(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminate.recv() => Ok(()),
        _ = interrupt.recv() => Ok(()),
    }
}

fn read(file: &Path) -> Result<Vec<u8>, ServeFault> {
    std::fs::read(file).map_err(|source| ServeFault::Pem {
        file: file.to_owned(),
        source,
    })
}
