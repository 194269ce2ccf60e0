//! The running service: opened in order, healthy only when whole, drained before it ends.
//! It never listens to others without tokens and TLS, and never waits for ever at its end.

mod embedded;
mod fault;
mod health;
mod listener;
mod office;
mod parts;
mod routes;
mod sinks;
#[cfg(test)]
mod tests;
mod transport;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use tokio::{
    net::TcpListener,
    sync::Semaphore,
    task::JoinHandle,
    time::{Instant, sleep, timeout_at},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub(crate) use embedded::alone;
pub use fault::ServeFault;
pub use parts::Parts;
pub(crate) use sinks::check_sinks;

use self::{
    embedded::Alone,
    health::Health,
    listener::{Patience, accepted},
};
use crate::{
    authn::CallersFile,
    config::{Config, Listen},
    operations::OperationsParts,
    rpc::layers::{Counters, Edge, Limits},
    telemetry::{metrics, scrape},
};

const PATIENCE: Patience = Patience {
    at_first: Duration::from_secs(5),
    later: Duration::from_mins(1),
};

/// A service that runs until it is stopped.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    metrics_address: Option<SocketAddr>,
    health: Health,
    listen: Listen,
    places: Arc<Semaphore>,
    counters: Arc<Counters>,
    tasks: TaskTracker,
    stopping: CancellationToken,
    closing: CancellationToken,
    cut: CancellationToken,
    server: JoinHandle<Result<(), tonic::transport::Error>>,
    _alone: Option<Arc<Alone>>,
}

/// Opens everything and serves; with an instant, on a clock that begins there and stands still until
/// it is moved.
pub async fn start(
    config: Config,
    test_clock: Option<DateTime<Utc>>,
) -> Result<Running, ServeFault> {
    let callers = config.callers.as_deref().ok_or(ServeFault::NoCallers)?;
    let callers = Arc::new(CallersFile::open(callers)?);
    let listen = config.listen.clone();
    if let Some(instant) = test_clock {
        if !listen.address.ip().is_loopback() {
            return Err(ServeFault::TestClockForOthers);
        }
        tracing::warn!(%instant, "ACCEPTANCE CLOCK: no moment of this service is real");
    }
    let tls = config.tls.as_ref().map(transport::tls).transpose()?;
    let parts = Parts::open(config, test_clock).await?;
    let office = office::office(&parts, Arc::<CallersFile>::clone(&callers))?;
    // Before any work begins: who finds the address taken must not touch a register that is served.
    let (listener, address) = bound(listen.address).await?;
    let scraped = match &parts.config.metrics {
        Some(metrics) => Some(bound(metrics.listen).await?),
        None => None,
    };
    office::activate_rules(&parts, &office).await?;
    parts.references.follow(parts.stopping.clone());
    let operations = office::start_work(&parts, &office)?;
    let observed = observed(&parts, &operations);
    let lookout = operations.lookout.clone();
    let (routes, reporter) = routes::routes(&parts, operations)?;
    let health = Health::new(reporter).await;

    let limits = Limits {
        calls_max: places(listen.calls_max),
        streams_max: places(listen.streams_max),
    };
    follow(Arc::clone(&callers), &parts);
    let edge = Edge::new(callers, Arc::clone(&parts.ids), limits);
    let counters = edge.counters();
    let places = Arc::new(Semaphore::new(places(listen.connections_max)));
    let closing = CancellationToken::new();
    let cut = CancellationToken::new();
    let metrics_address = scraped.map(|(listener, address)| {
        let registry = metrics::registry(&edge, observed);
        scrape::serve(listener, registry, &parts.tasks, cut.clone());
        tracing::info!(%address, "showing metrics");
        address
    });
    let connections = accepted(listener, Arc::clone(&places), PATIENCE, cut.clone());
    let server = transport::server(tls)?
        .layer(edge)
        .add_routes(routes)
        .serve_with_incoming_shutdown(connections, closing.clone().cancelled_owned());
    // Not in `parts.tasks`: the drain awaits the server first, then what its calls have left behind.
    let server = TaskTracker::new().spawn(server);

    Box::pin(health.begin(lookout, &parts)).await;
    tracing::info!(%address, "serving");
    Ok(Running {
        address,
        metrics_address,
        health,
        listen,
        places,
        counters,
        tasks: parts.tasks,
        stopping: parts.stopping,
        closing,
        cut,
        server,
        _alone: parts.alone,
    })
}

impl Running {
    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where it shows metrics, if it does.
    pub const fn metrics_address(&self) -> Option<SocketAddr> {
        self.metrics_address
    }

    /// Serves until a signal asks it to end, then drains; a second signal ends it at once.
    pub async fn until_signal(mut self) -> Result<(), ServeFault> {
        tokio::select! {
            ended = &mut self.server => return Err(unexpected(ended)),
            signal = transport::signal() => signal.map_err(ServeFault::Signal)?,
        }
        tracing::info!("draining");
        tokio::select! {
            drained = self.stop() => drained,
            signal = transport::signal() => {
                signal.map_err(ServeFault::Signal)?;
                Err(ServeFault::Interrupted)
            }
        }
    }

    /// Drains: says no to probes, ends streams and readers, lets calls end, then cuts what is left.
    pub async fn stop(self) -> Result<(), ServeFault> {
        self.health.end().await;
        sleep(Duration::from_secs(self.listen.probe_seconds.into())).await;
        self.stopping.cancel();
        self.closing.cancel();
        let seconds = self.listen.drain_seconds_max;
        let limit = Duration::from_secs(seconds.into());
        let end = Instant::now()
            .checked_add(limit)
            .unwrap_or_else(Instant::now);
        let abort = self.server.abort_handle();
        let served = timeout_at(end, self.server).await;
        let open = self.places.available_permits();
        let connections = places(self.listen.connections_max).saturating_sub(open);
        self.cut.cancel();
        abort.abort();
        self.tasks.close();
        let finished = timeout_at(end, self.tasks.wait()).await;
        let (panics, gone) = (self.counters.panics(), self.counters.gone());
        tracing::info!(calls = self.counters.ended(), panics, gone, "drained");
        match (served, finished) {
            (Ok(Ok(served)), Ok(())) => Ok(served?),
            (Ok(Err(_lost)), _) => Err(ServeFault::Lost),
            _ => Err(ServeFault::Cut {
                seconds,
                connections,
                tasks: self.tasks.len(),
            }),
        }
    }
}

/// What metrics tell of.
fn observed(parts: &Parts, operations: &OperationsParts) -> metrics::Observed {
    metrics::Observed {
        store: parts.store.clone(),
        lookout: operations.lookout.clone(),
        readers: operations.readers().cloned().collect(),
        references: parts.references.clone(),
        feed: operations.feed.clone(),
        lag: operations.lag.clone(),
        sinks: operations.sinks.clone(),
    }
}

/// Whoever is taken out of the file of callers is nobody from then on.
fn follow(callers: Arc<CallersFile>, parts: &Parts) {
    let stopping = parts.stopping.clone();
    parts.tasks.spawn(async move {
        tokio::select! {
            () = stopping.cancelled() => {}
            () = callers.follow() => {}
        }
    });
}

fn unexpected(
    ended: Result<Result<(), tonic::transport::Error>, tokio::task::JoinError>,
) -> ServeFault {
    match ended {
        Ok(Err(error)) => error.into(),
        Ok(Ok(())) | Err(_) => ServeFault::Lost,
    }
}

async fn bound(address: SocketAddr) -> Result<(TcpListener, SocketAddr), ServeFault> {
    let unheard = |source| ServeFault::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(unheard)?;
    let address = listener.local_addr().map_err(unheard)?;
    Ok((listener, address))
}

fn places(configured: u32) -> usize {
    usize::try_from(configured).unwrap_or(usize::MAX)
}
