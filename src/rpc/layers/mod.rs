//! What every call passes, outside in: log and counters, room, credentials, deadline, panic guard.
//! It never reads a message, and no call passes it by.

mod authenticate;
mod call;
mod complete;
mod counters;
mod deadline;
mod room;
#[cfg(test)]
mod tests;
mod watched;

use std::{
    convert::Infallible,
    future::Future,
    panic::AssertUnwindSafe,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use futures_util::FutureExt as _;
use http::{Request, Response};
use prometheus_client::registry::Registry;
use tonic::{Status, body::Body};
use tower::{Layer, Service};
use tracing::Instrument as _;

pub use authenticate::Credentials;
pub(super) use authenticate::unauthenticated;
pub use counters::Counters;

use self::{call::Call, room::Room, watched::Watched};
use crate::{
    authn::TokenVerifier,
    authz::{self, Traffic},
    kernel::IdSource,
    pb::registry::v1::ErrorReason,
    rpc::{Reason, languages, status},
};

/// What the log calls a method that does not exist: names made up by callers stay out of it.
const NO_METHOD: &str = "unknown";

/// The edge of the service, as a layer around its routes.
#[derive(Clone, Debug)]
pub struct Edge(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    tokens: Arc<dyn TokenVerifier>,
    ids: Arc<dyn IdSource>,
    room: Room,
    counters: Arc<Counters>,
}

/// How many calls may run at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Calls of one message each way.
    pub calls_max: usize,
    /// Uploads and downloads.
    pub streams_max: usize,
}

impl Edge {
    /// Makes the edge.
    pub fn new(tokens: Arc<dyn TokenVerifier>, ids: Arc<dyn IdSource>, limits: Limits) -> Self {
        Self(Arc::new(Parts {
            tokens,
            ids,
            room: Room::new(limits.calls_max, limits.streams_max),
            counters: Arc::new(Counters::default()),
        }))
    }

    /// Names the metrics of calls for whoever collects them.
    pub fn register(&self, registry: &mut Registry) {
        self.0.counters.register(registry);
        self.0.room.register(registry);
    }

    /// What happened since the start.
    pub fn counters(&self) -> Arc<Counters> {
        Arc::clone(&self.0.counters)
    }
}

impl<S> Layer<S> for Edge {
    type Service = Edged<S>;

    fn layer(&self, routes: S) -> Edged<S> {
        Edged {
            parts: Arc::clone(&self.0),
            routes,
        }
    }
}

/// Routes with the edge around them.
#[derive(Clone, Debug)]
pub struct Edged<S> {
    parts: Arc<Parts>,
    routes: S,
}

impl<S> Service<Request<Body>> for Edged<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>
        + Clone
        + Send
        + 'static,
    S::Future: Send,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.routes.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let parts = Arc::clone(&self.parts);
        // The clone that was asked for readiness must be the one that is called.
        let fresh = self.routes.clone();
        let routes = std::mem::replace(&mut self.routes, fresh);
        Box::pin(async move {
            let method = authz::access(request.uri().path()).map_or(NO_METHOD, |row| row.path);
            let id = hex::encode(parts.ids.random());
            let language = languages::asked(request.headers());
            let call = Call::begin(id, method, language, Arc::clone(&parts.counters));
            let span = call.span.clone();
            Ok(watched(parts, routes, request, call).instrument(span).await)
        })
    }
}

async fn watched<S>(
    parts: Arc<Parts>,
    routes: S,
    request: Request<Body>,
    mut call: Call,
) -> Response<Body>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
{
    let mut response = match answer(&parts, routes, request, &mut call).await {
        Ok(response) => response,
        Err(status) => status.into_http(),
    };
    if let Some(code) = complete::complete(response.headers_mut(), &call) {
        call.end(code);
    }
    response.map(|body| {
        Body::new(Watched {
            body,
            call,
            is_over: false,
        })
    })
}

async fn answer<S>(
    parts: &Parts,
    mut routes: S,
    mut request: Request<Body>,
    call: &mut Call,
) -> Result<Response<Body>, Status>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
{
    let access = authz::access(request.uri().path());
    let traffic = access.map_or(Traffic::Unary, |access| access.traffic);
    call.place = Some(parts.room.enter(traffic)?);
    if let Some(access) = access
        && let Some((caller, credentials)) =
            authenticate::caller(request.headers(), access, &parts.tokens).await?
    {
        call.is_by(&caller);
        request.extensions_mut().insert(caller);
        request.extensions_mut().insert(credentials);
    }
    let limit = deadline::limit(traffic, request.headers());
    let answer = AssertUnwindSafe(routes.call(request)).catch_unwind();
    match tokio::time::timeout(limit, answer).await {
        Ok(Ok(Ok(response))) => Ok(response),
        Ok(Err(_panic)) => Err(panicked(call)),
        Err(_elapsed) => {
            let text = "the answer took too long; its outcome is unknown";
            Err(Reason::new(ErrorReason::DeadlineExceeded, text).into())
        }
    }
}

/// The answer of a handler that panicked; the panic hook has told the log where.
fn panicked(call: &Call) -> Status {
    call.counters().panicked();
    tracing::error!("a handler panicked");
    status::internal()
}
