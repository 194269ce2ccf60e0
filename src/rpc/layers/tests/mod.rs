//! The edge around a service that misbehaves on demand, over a real socket.
//! It never sleeps to wait for something.

mod bytes_codec;
mod log;

use std::{sync::Arc, time::Duration};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::Notify,
};
use tokio_stream::wrappers::TcpListenerStream;
use tokio_util::task::TaskTracker;
use tonic::{
    Code, Request, Response, Status,
    transport::{Channel, Server},
};
use tonic_types::{ErrorDetails, StatusExt as _};

use super::{Edge, Limits};
use crate::{
    authn::{Tokens, account, mint},
    authz::{self, ComputeDueDate, GetDays},
    kernel::SystemIds,
    pb::registry::v1::{
        self as pb, ComputeDueDateRequest, ComputeDueDateResponse, ErrorReason, GetDaysRequest,
        GetDaysResponse,
        calendar_service_client::CalendarServiceClient,
        calendar_service_server::{CalendarService, CalendarServiceServer},
    },
    rpc::{languages, open, status},
};

/// Does what the request's `provider_id` says.
#[derive(Clone, Debug, Default)]
struct Unruly {
    entered: Arc<Notify>,
}

#[tonic::async_trait]
impl CalendarService for Unruly {
    async fn compute_due_date(
        &self,
        request: Request<ComputeDueDateRequest>,
    ) -> Result<Response<ComputeDueDateResponse>, Status> {
        let (caller, message) = open(request)?;
        authz::require::<ComputeDueDate>(&caller)?;
        self.entered.notify_one();
        match message.provider_id.as_str() {
            "panic" => panic!("on demand"),
            "hang" => std::future::pending().await,
            "fault" => Err(status::fault(&std::io::Error::other("disk on fire"))),
            _ => Ok(Response::new(ComputeDueDateResponse {
                calendar_version: caller.name.to_string(),
                ..Default::default()
            })),
        }
    }

    async fn get_days(
        &self,
        request: Request<GetDaysRequest>,
    ) -> Result<Response<GetDaysResponse>, Status> {
        let (caller, _) = open(request)?;
        authz::require::<GetDays>(&caller)?;
        Ok(Response::new(GetDaysResponse::default()))
    }

    async fn set_day(
        &self,
        _: Request<pb::SetDayRequest>,
    ) -> Result<Response<pb::SetDayResponse>, Status> {
        unreachable!("no test calls it")
    }

    async fn list_day_history(
        &self,
        _: Request<pb::ListDayHistoryRequest>,
    ) -> Result<Response<pb::ListDayHistoryResponse>, Status> {
        unreachable!("no test calls it")
    }

    async fn preview_calendar_change(
        &self,
        _: Request<pb::PreviewCalendarChangeRequest>,
    ) -> Result<Response<pb::PreviewCalendarChangeResponse>, Status> {
        unreachable!("no test calls it")
    }

    async fn recalculate_due_moments(
        &self,
        _: Request<pb::RecalculateDueMomentsRequest>,
    ) -> Result<Response<pb::RecalculateDueMomentsResponse>, Status> {
        unreachable!("no test calls it")
    }

    async fn list_due_moment_moves(
        &self,
        _: Request<pb::ListDueMomentMovesRequest>,
    ) -> Result<Response<pb::ListDueMomentMovesResponse>, Status> {
        unreachable!("no test calls it")
    }
}

struct Running {
    address: std::net::SocketAddr,
    channel: Channel,
    token: String,
    service: Unruly,
    edge: Edge,
    tasks: TaskTracker,
}

async fn running(limits: Limits) -> Running {
    let caller = account("watcher", "agency", "600740000012", &["read".to_owned()]).unwrap();
    let minted = mint(&caller, &SystemIds::default());
    let tokens = Tokens::parse(&minted.row).unwrap();
    let edge = Edge::new(Arc::new(tokens), Arc::new(SystemIds::default()), limits);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let service = Unruly::default();
    let tasks = TaskTracker::new();
    tasks.spawn(
        Server::builder()
            .layer(edge.clone())
            .add_service(
                CalendarServiceServer::new(service.clone()).max_decoding_message_size(1_000),
            )
            .serve_with_incoming(TcpListenerStream::new(listener)),
    );
    let channel = Channel::from_shared(format!("http://{address}"))
        .unwrap()
        .connect()
        .await
        .unwrap();
    Running {
        address,
        channel,
        token: minted.token.expose().clone(),
        service,
        edge,
        tasks,
    }
}

const WIDE: Limits = Limits {
    calls_max: 16,
    streams_max: 16,
};

impl Running {
    fn request(&self, provider_id: &str) -> Request<ComputeDueDateRequest> {
        let mut request = in_kazakh(Request::new(ComputeDueDateRequest {
            provider_id: provider_id.to_owned(),
            ..Default::default()
        }));
        let credentials = format!("Bearer {}", self.token).parse().unwrap();
        request.metadata_mut().insert("authorization", credentials);
        request
    }

    async fn ask(
        &self,
        request: Request<ComputeDueDateRequest>,
    ) -> Result<ComputeDueDateResponse, Status> {
        CalendarServiceClient::new(self.channel.clone())
            .compute_due_date(request)
            .await
            .map(Response::into_inner)
    }

    /// Sends a message of bare bytes.
    async fn ask_bytes(&self, path: &str, bytes: &'static [u8]) -> Status {
        let mut client = tonic::client::Grpc::new(self.channel.clone());
        client.ready().await.unwrap();
        let mut request = in_kazakh(Request::new(bytes));
        let credentials = format!("Bearer {}", self.token).parse().unwrap();
        request.metadata_mut().insert("authorization", credentials);
        let path = path.parse().unwrap();
        client
            .unary(request, path, bytes_codec::BytesCodec)
            .await
            .map(|_| ())
            .unwrap_err()
    }
}

/// The code and the reason, which must be said in the language that was asked for.
fn reason(status: &Status) -> (Code, String) {
    let info = status.get_details_error_info().unwrap();
    assert_eq!(info.domain, "tizilim");
    let name = ErrorReason::from_str_name(&format!("ERROR_REASON_{}", info.reason));
    let said = status.get_details_localized_message().unwrap();
    assert_eq!(said.locale, "kk");
    assert_eq!(said.message, languages::reason(name.unwrap()).kk);
    (status.code(), info.reason)
}

/// Puts the language into a call that asks for it.
fn in_kazakh<M>(mut request: Request<M>) -> Request<M> {
    let languages = "ru;q=0.5, kk-KZ".parse().unwrap();
    request.metadata_mut().insert("accept-language", languages);
    request
}

fn request_id(details: &ErrorDetails) -> Option<&str> {
    details.request_info().map(|info| info.request_id.as_str())
}

#[tokio::test]
async fn a_good_call_reaches_its_handler_with_its_caller() {
    let running = running(WIDE).await;
    let answer = running.ask(running.request("")).await.unwrap();
    assert_eq!(answer.calendar_version, "watcher");
    let path = <ComputeDueDate as authz::Action>::PATH;
    assert_eq!(running.edge.counters().count(path, Code::Ok), 1);
}

#[tokio::test]
async fn a_call_without_credentials_is_refused_before_it_is_read() {
    let running = running(WIDE).await;
    let bare = in_kazakh(Request::new(ComputeDueDateRequest::default()));
    let status = running.ask(bare).await.unwrap_err();
    let expected = (Code::Unauthenticated, "UNAUTHENTICATED".to_owned());
    assert_eq!(reason(&status), expected);
}

#[tokio::test]
async fn a_panic_and_a_fault_are_told_by_the_id_of_the_call_alone() {
    let running = running(WIDE).await;
    let mut ids = Vec::new();
    for trouble in ["panic", "fault"] {
        let status = running.ask(running.request(trouble)).await.unwrap_err();
        assert_eq!(reason(&status), (Code::Internal, "INTERNAL".to_owned()));
        assert_eq!(status.message(), "a fault of the service");
        let details = status.get_error_details();
        ids.push(request_id(&details).unwrap().to_owned());
    }
    assert_ne!(ids[0], ids[1]);
    assert!(ids.iter().all(|id| id.len() == 32));
    assert_eq!(running.edge.counters().panics(), 1);
    running.ask(running.request("")).await.unwrap();
}

#[tokio::test]
async fn bytes_that_are_no_message_are_the_clients_mistake() {
    let running = running(WIDE).await;
    let path = <ComputeDueDate as authz::Action>::PATH;
    for bytes in [
        &b"\xff\xff\xff\xff"[..],
        b"\x1a\x05abc",
        b"\x1a\x02\xff\xfe",
        b"\x18\x01",
        b"\x0b",
        b"\x07",
    ] {
        let status = running.ask_bytes(path, bytes).await;
        let expected = (Code::InvalidArgument, "MALFORMED_MESSAGE".to_owned());
        assert_eq!(reason(&status), expected, "{bytes:?}");
    }
}

#[tokio::test]
async fn a_message_beyond_its_limit_is_too_large() {
    let running = running(WIDE).await;
    let status = running.ask(running.request(&"x".repeat(2_000))).await;
    let expected = (Code::ResourceExhausted, "MESSAGE_TOO_LARGE".to_owned());
    assert_eq!(reason(&status.unwrap_err()), expected);
}

#[tokio::test]
async fn a_method_that_does_not_exist_is_named_so() {
    let running = running(WIDE).await;
    for path in [
        "/tizilim.registry.v1.CalendarService/Nothing",
        "/tizilim.registry.v1.NoService/GetDays",
        "/x",
    ] {
        let status = running.ask_bytes(path, b"").await;
        let expected = (Code::Unimplemented, "NO_SUCH_METHOD".to_owned());
        assert_eq!(reason(&status), expected, "{path}");
    }
    let counters = running.edge.counters();
    assert_eq!(counters.count(super::NO_METHOD, Code::Unimplemented), 3);
}

#[tokio::test]
async fn beyond_its_limit_the_server_turns_calls_away_on_every_connection() {
    let limits = Limits {
        calls_max: 1,
        streams_max: 1,
    };
    let running = running(limits).await;
    let first = running.request("hang");
    let mut client = CalendarServiceClient::new(running.channel.clone());
    let hanging = running
        .tasks
        .spawn(async move { client.compute_due_date(first).await });
    running.service.entered.notified().await;
    let status = running.ask(running.request("")).await.unwrap_err();
    assert_eq!(
        reason(&status),
        (Code::ResourceExhausted, "TRY_AGAIN".to_owned())
    );
    assert!(status.get_details_retry_info().is_some());
    hanging.abort();
    drop(hanging.await);
    while running.ask(running.request("")).await.is_err() {
        tokio::task::yield_now().await;
    }
    assert_eq!(running.edge.counters().gone(), 1);
}

#[tokio::test]
async fn a_call_that_takes_longer_than_its_client_waits_ends_with_our_own_code() {
    let running = running(WIDE).await;
    // The bare header, without the client's own timer, which would cut in with CANCELLED.
    let mut request = running.request("hang");
    let limit = "200m".parse().unwrap();
    request.metadata_mut().insert("grpc-timeout", limit);
    let status = running.ask(request).await.unwrap_err();
    let expected = (Code::DeadlineExceeded, "DEADLINE_EXCEEDED".to_owned());
    assert_eq!(reason(&status), expected);
    let path = <ComputeDueDate as authz::Action>::PATH;
    let counters = running.edge.counters();
    assert_eq!(counters.count(path, Code::DeadlineExceeded), 1);
}

#[tokio::test]
async fn what_is_no_http2_is_hung_up_on() {
    let running = running(WIDE).await;
    let mut socket = TcpStream::connect(running.address).await.unwrap();
    socket.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(5), socket.read_to_end(&mut answer));
    assert!(read.await.is_ok(), "the connection is closed");
    running.ask(running.request("")).await.unwrap();
}
