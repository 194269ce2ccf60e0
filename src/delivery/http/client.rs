//! HTTP/1.1 over TCP or TLS to one receiver, with connections that are kept.
//! It never follows a redirect, and never reads more of an answer than it must.

use std::{
    future::Future,
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http::{Request, StatusCode, Uri, header::RETRY_AFTER};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_util::{
    client::legacy::{
        Client as Pool,
        connect::{Connected, Connection},
    },
    rt::{TokioExecutor, TokioIo, TokioTimer},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::{
    TlsConnector,
    client::TlsStream,
    rustls::{
        ClientConfig, RootCertStore,
        pki_types::{CertificateDer, ServerName, pem::PemObject as _},
    },
};

use super::super::SinkSetupFault;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
const CALL_TIMEOUT: Duration = Duration::from_secs(10);
/// For how long a body is read that says nothing more than the status did.
const BODY_TIMEOUT: Duration = Duration::from_secs(1);
const IDLE_MAX: Duration = Duration::from_secs(30);
/// What is read of an answer's body, so that its connection can be used again.
const BODY_BYTES_MAX: usize = 64 * 1024;

/// What a receiver answered, as far as it counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answered {
    pub(super) status: StatusCode,
    /// When it wants to be asked again.
    pub(super) retry_after: Option<Duration>,
}

/// A client of one receiver; clones share its connections.
#[derive(Clone)]
pub(super) struct Client(Pool<Connector, Full<Bytes>>);

impl Client {
    /// A client that trusts the authorities of a PEM file, or else the public ones.
    pub(super) fn new(ca_pem: Option<&str>) -> Result<Self, SinkSetupFault> {
        let mut roots = RootCertStore::empty();
        match ca_pem {
            Some(pem) => {
                for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
                    let added = certificate.ok().and_then(|it| roots.add(it).ok());
                    added.ok_or(SinkSetupFault::Authority)?;
                }
            }
            None => roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
        }
        if roots.is_empty() {
            return Err(SinkSetupFault::Authority);
        }
        let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|_no_version| SinkSetupFault::Authority)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let pool = Pool::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE_MAX)
            .build(Connector(TlsConnector::from(Arc::new(tls))));
        Ok(Self(pool))
    }

    /// Sends one request; none if it was not answered.
    pub(super) async fn send(&self, request: Request<Full<Bytes>>) -> Option<Answered> {
        let answering = timeout(CALL_TIMEOUT, self.0.request(request)).await.ok()?;
        let response = answering.ok()?;
        let status = response.status();
        let retry_after = response.headers().get(RETRY_AFTER);
        let seconds = retry_after.and_then(|value| value.to_str().ok()?.trim().parse().ok());
        // A body that is cut off or late costs its connection, and nothing else.
        let body = Limited::new(response.into_body(), BODY_BYTES_MAX).collect();
        drop(timeout(BODY_TIMEOUT, body).await);
        Some(Answered {
            status,
            retry_after: seconds.map(Duration::from_secs),
        })
    }
}

/// Makes connections.
#[derive(Clone)]
struct Connector(TlsConnector);

impl Connector {
    async fn connect(self, uri: Uri) -> io::Result<TokioIo<Line>> {
        let host = uri.host().unwrap_or_default().to_owned();
        let is_secure = uri.scheme_str() == Some("https");
        let port = uri.port_u16().unwrap_or(if is_secure { 443 } else { 80 });
        let bare = host.trim_matches(['[', ']']).to_owned();
        let line = async {
            let stream = TcpStream::connect((bare.as_str(), port)).await?;
            stream.set_nodelay(true)?;
            if !is_secure {
                return Ok::<_, io::Error>(Line::Plain(stream));
            }
            let name = ServerName::try_from(bare.clone()).map_err(io::Error::other)?;
            let stream = self.0.connect(name, stream).await?;
            Ok(Line::Secure(Box::new(stream)))
        };
        let line = timeout(CONNECT_TIMEOUT, line).await;
        let late = |_elapsed| Err(io::ErrorKind::TimedOut.into());
        line.unwrap_or_else(late).map(TokioIo::new)
    }
}

impl tower::Service<Uri> for Connector {
    type Response = TokioIo<Line>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<TokioIo<Line>>> + Send>>;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        Box::pin(self.clone().connect(uri))
    }
}

/// A connection.
enum Line {
    Plain(TcpStream),
    Secure(Box<TlsStream<TcpStream>>),
}

impl Connection for Line {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}

impl AsyncRead for Line {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_read(cx, buffer),
            Self::Secure(stream) => Pin::new(stream).poll_read(cx, buffer),
        }
    }
}

impl AsyncWrite for Line {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_write(cx, bytes),
            Self::Secure(stream) => Pin::new(stream).poll_write(cx, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Self::Secure(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Self::Secure(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}
