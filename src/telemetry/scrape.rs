//! Shows metrics to whoever scrapes them: `GET /metrics`, text, and nothing else.
//! It never asks who it is, so it listens where only the machine's own can come, and never logs a scrape.

use std::{convert::Infallible, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, header::CONTENT_TYPE};
use http_body_util::Full;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use prometheus_client::{encoding::text, registry::Registry};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::{sleep, timeout},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// How many scrape at once; more wait.
const SCRAPES_MAX: usize = 4;
/// How long one scrape may take, from connecting on.
const SCRAPE_MAX: Duration = Duration::from_secs(5);
/// Pause after a failed accept: most often there are no more file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Answers scrapes in `tasks` until it is stopped.
pub(crate) fn serve(
    listener: TcpListener,
    registry: Registry,
    tasks: &TaskTracker,
    stop: CancellationToken,
) {
    let registry = Arc::new(registry);
    let places = Arc::new(Semaphore::new(SCRAPES_MAX));
    let scrapes = tasks.clone();
    tasks.spawn(async move {
        loop {
            let accepted = async {
                let place = Arc::clone(&places).acquire_owned().await.ok()?;
                let (socket, _peer) = listener.accept().await.ok()?;
                Some((place, socket))
            };
            let accepted = tokio::select! {
                () = stop.cancelled() => return,
                accepted = accepted => accepted,
            };
            let Some((place, socket)) = accepted else {
                sleep(ACCEPT_PAUSE).await;
                continue;
            };
            let (registry, stop) = (Arc::clone(&registry), stop.clone());
            scrapes.spawn(async move {
                let _place = place;
                tokio::select! {
                    () = stop.cancelled() => {}
                    _ = timeout(SCRAPE_MAX, answered(socket, &registry)) => {}
                }
            });
        }
    });
}

/// One request, one answer: who wants more connects again.
async fn answered(socket: TcpStream, registry: &Registry) {
    let service = service_fn(async |request: Request<Incoming>| {
        Ok::<_, Infallible>(answer(request.method(), request.uri().path(), registry))
    });
    let served = http1::Builder::new()
        .keep_alive(false)
        .serve_connection(TokioIo::new(socket), service)
        .await;
    if let Err(error) = served {
        tracing::debug!(%error, "a scrape failed");
    }
}

fn answer(method: &Method, path: &str, registry: &Registry) -> Response<Full<Bytes>> {
    let mut text = String::new();
    let status = match (method, path) {
        (&Method::GET, "/metrics") => match text::encode(&mut text, registry) {
            Ok(()) => StatusCode::OK,
            Err(_unwritable) => StatusCode::INTERNAL_SERVER_ERROR,
        },
        (_, "/metrics") => StatusCode::METHOD_NOT_ALLOWED,
        _ => StatusCode::NOT_FOUND,
    };
    let mut response = Response::new(Full::new(text.into()));
    *response.status_mut() = status;
    let kind = http::HeaderValue::from_static(OPEN_METRICS);
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use prometheus_client::metrics::counter::Counter;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    async fn ask(address: SocketAddr, request: &str) -> String {
        let mut socket = TcpStream::connect(address).await.unwrap();
        socket.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        socket.read_to_string(&mut answer).await.unwrap();
        answer
    }

    #[tokio::test]
    async fn only_metrics_are_answered_and_a_mute_client_keeps_nothing_from_stopping() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut registry = Registry::with_prefix("tizilim");
        let panics = Counter::<u64>::default();
        registry.register("panics", "Panics", panics.clone());
        let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
        serve(listener, registry, &tasks, stop.clone());

        panics.inc();
        let metrics = ask(address, "GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n").await;
        assert!(metrics.starts_with("HTTP/1.1 200 OK\r\n"), "{metrics}");
        assert!(metrics.contains(OPEN_METRICS));
        assert!(
            metrics.ends_with("\ntizilim_panics_total 1\n# EOF\n"),
            "{metrics}"
        );
        let other = ask(address, "GET / HTTP/1.1\r\nhost: x\r\n\r\n").await;
        assert!(other.starts_with("HTTP/1.1 404 "), "{other}");
        let post = ask(address, "POST /metrics HTTP/1.1\r\nhost: x\r\n\r\n").await;
        assert!(post.starts_with("HTTP/1.1 405 "), "{post}");

        let _mute = TcpStream::connect(address).await.unwrap();
        stop.cancel();
        tasks.close();
        tasks.wait().await;
    }
}
