//! The stub as a running server. It never outlives the value that stands for it.

use std::{net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use futures_util::TryStreamExt as _;
use tokio::{net::TcpListener, task::JoinHandle, time::timeout};
use tokio_util::{
    sync::{CancellationToken, DropGuard},
    task::TaskTracker,
};
use tonic::{
    service::interceptor::InterceptedService,
    transport::{Server, server::TcpIncoming},
};
use tower::util::MapResponseLayer;
use tracing::{info, warn};

use super::{
    MonitorFault, TokenDigest, answer::garbled, conduct::Conduct, connection::Connection,
    control::Control, digest::Digests, inbox::Inbox, service::Ingest, token::Gate,
};
use crate::{
    kernel::Clock,
    pb::{
        CONTRACT,
        monitoring::v1::{
            monitor_control_service_server::MonitorControlServiceServer,
            stage_digest_service_server::StageDigestServiceServer,
            stage_ingest_service_server::StageIngestServiceServer,
        },
    },
};

const SERVICES: [&str; 3] = [
    "tizilim.monitoring.v1.StageDigestService",
    "tizilim.monitoring.v1.StageIngestService",
    "tizilim.monitoring.v1.MonitorControlService",
];
const FILE: &str = "monitor.db";
const DRAIN_SECONDS_MAX: u64 = 5;

/// A stub that is not running yet.
#[derive(Debug)]
pub struct Stub {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The folder of the stub's own file; made if it is not there.
    pub folder: PathBuf,
    /// Who may call; nobody is asked if there is none.
    pub token: Option<TokenDigest>,
    /// The stub's own time, for `received_at`.
    pub clock: Arc<dyn Clock>,
}

/// A stub that runs until it is stopped or dropped.
#[derive(Debug)]
pub struct RunningStub {
    address: SocketAddr,
    serving: JoinHandle<Result<(), tonic::transport::Error>>,
    stopping: DropGuard,
}

impl Stub {
    /// Opens the file, listens, and serves from then on, as it should until it is told otherwise.
    pub async fn start(self) -> Result<RunningStub, MonitorFault> {
        self.start_with(Conduct::default()).await
    }

    pub(super) async fn start_with(self, conduct: Conduct) -> Result<RunningStub, MonitorFault> {
        std::fs::create_dir_all(&self.folder).map_err(|source| MonitorFault::Folder {
            path: self.folder.clone(),
            source,
        })?;
        let inbox = Inbox::open(&self.folder.join(FILE)).await?;
        let unheard = |source| MonitorFault::Listen {
            address: self.listen,
            source,
        };
        let listener = TcpListener::bind(self.listen).await.map_err(unheard)?;
        let address = listener.local_addr().map_err(unheard)?;

        let conduct = Arc::new(conduct);
        let control = MonitorControlServiceServer::new(Control {
            conduct: Arc::clone(&conduct),
            clock: Arc::clone(&self.clock),
        });
        let digests = StageDigestServiceServer::new(Digests(inbox.clone()));
        let ingest = StageIngestServiceServer::new(Ingest {
            inbox,
            conduct,
            clock: self.clock,
        });
        let reflection = || {
            SERVICES.into_iter().fold(
                tonic_reflection::server::Builder::configure()
                    .register_encoded_file_descriptor_set(CONTRACT),
                tonic_reflection::server::Builder::with_service_name,
            )
        };
        let router = Server::builder()
            .layer(MapResponseLayer::new(garbled))
            .add_service(InterceptedService::new(ingest, Gate(self.token)))
            .add_service(InterceptedService::new(digests, Gate(self.token)))
            .add_service(InterceptedService::new(control, Gate(self.token)))
            .add_service(reflection().build_v1()?)
            .add_service(reflection().build_v1alpha()?);

        let stopping = CancellationToken::new();
        let incoming = TcpIncoming::from(listener)
            .with_nodelay(Some(true))
            .map_ok(Connection::new);
        let serving = TaskTracker::new().spawn(
            router.serve_with_incoming_shutdown(incoming, stopping.clone().cancelled_owned()),
        );
        info!(%address, folder = %self.folder.display(), token = self.token.is_some(), "the stub of the monitoring system listens");
        Ok(RunningStub {
            address,
            serving,
            stopping: stopping.drop_guard(),
        })
    }
}

impl RunningStub {
    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Takes no more calls, and waits a while for those under way.
    pub async fn stop(mut self) -> Result<(), MonitorFault> {
        drop(self.stopping);
        let drain = Duration::from_secs(DRAIN_SECONDS_MAX);
        if let Ok(ended) = timeout(drain, &mut self.serving).await {
            return Ok(ended??);
        }
        warn!("connections were cut: they did not end in time");
        self.serving.abort();
        Ok(())
    }

    /// Waits until the server ends by itself, which it should not.
    pub(super) async fn ended(&mut self) -> Result<(), MonitorFault> {
        Ok((&mut self.serving).await??)
    }
}
