//! The stub as a running server. It never outlives the value that stands for it.

use std::{net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use tokio::{net::TcpListener, task::JoinHandle, time::timeout};
use tokio_util::{
    sync::{CancellationToken, DropGuard},
    task::TaskTracker,
};
use tonic::{
    service::interceptor::InterceptedService,
    transport::{Server, server::TcpIncoming},
};
use tracing::{info, warn};

use super::{MonitorFault, TokenDigest, inbox::Inbox, service::Ingest, token::Gate};
use crate::{
    kernel::Clock,
    pb::{CONTRACT, monitoring::v1::stage_ingest_service_server::StageIngestServiceServer},
};

const SERVICE: &str = "tizilim.monitoring.v1.StageIngestService";
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
    /// Opens the file, listens, and serves from then on.
    pub async fn start(self) -> Result<RunningStub, MonitorFault> {
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

        let ingest = StageIngestServiceServer::new(Ingest {
            inbox,
            clock: self.clock,
        });
        let reflection = || {
            tonic_reflection::server::Builder::configure()
                .register_encoded_file_descriptor_set(CONTRACT)
                .with_service_name(SERVICE)
        };
        let router = Server::builder()
            .add_service(InterceptedService::new(ingest, Gate(self.token)))
            .add_service(reflection().build_v1()?)
            .add_service(reflection().build_v1alpha()?);

        let stopping = CancellationToken::new();
        let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
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
