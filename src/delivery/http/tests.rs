//! The sink against a receiver that checks signatures, over real HTTP.
//! No test asks the sink what it sent: it asks the receiver.

use std::{
    collections::{BTreeMap, VecDeque},
    convert::Infallible,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use http::{HeaderMap, Response};
use http_body_util::BodyExt as _;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use ring::hmac;
use tokio::{net::TcpListener, task::JoinSet};

use super::{event::tests::stage, *};
use crate::kernel::{SystemClock, TestClock};

const SECRET: [u8; 32] = [7; 32];
const AT: &str = "2026-10-23T04:00:00Z";

/// How a receiver answers one delivery.
#[derive(Clone, Copy)]
struct Reply {
    status: u16,
    retry_after: Option<&'static str>,
    body_bytes: usize,
}

impl Reply {
    const fn of(status: u16) -> Self {
        Self {
            status,
            retry_after: None,
            body_bytes: 0,
        }
    }
}

/// What arrived, once its signature was checked.
struct Arrived {
    headers: HeaderMap,
    body: serde_json::Value,
}

#[derive(Default)]
struct Records {
    arrived: Vec<Arrived>,
    replies: VecDeque<Reply>,
    /// By event id, before all others.
    refused: BTreeMap<String, u16>,
    connections: u32,
}

/// A receiver, for as long as it is held.
struct Receiver {
    address: SocketAddr,
    records: Arc<Mutex<Records>>,
    _tasks: JoinSet<()>,
}

impl Receiver {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let records = Arc::<Mutex<Records>>::default();
        let kept = Arc::clone(&records);
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let mut records = kept.lock().unwrap();
                records.connections = records.connections.saturating_add(1);
                drop(records);
                let records = Arc::clone(&kept);
                let service = service_fn(move |request| take(request, Arc::clone(&records)));
                connections.spawn(async move {
                    let serving = http1::Builder::new();
                    let serving = serving.serve_connection(TokioIo::new(stream), service);
                    drop(serving.await);
                });
            }
        });
        Self {
            address,
            records,
            _tasks: tasks,
        }
    }

    fn replies(&self, replies: impl IntoIterator<Item = Reply>) {
        self.records.lock().unwrap().replies = replies.into_iter().collect();
    }

    /// The sequences that arrived, by application.
    fn arrivals(&self) -> BTreeMap<String, Vec<i64>> {
        let mut arrivals = BTreeMap::<String, Vec<i64>>::new();
        for arrived in &self.records.lock().unwrap().arrived {
            let data = arrived.body.get("data").unwrap_or(&arrived.body);
            let application = data["application_number"].as_str().unwrap().to_owned();
            let sequence = data["sequence"].as_i64().unwrap();
            arrivals.entry(application).or_default().push(sequence);
        }
        arrivals
    }
}

/// Checks the signature as a receiver would, and answers as it is told.
async fn take(
    request: Request<Incoming>,
    records: Arc<Mutex<Records>>,
) -> Result<Response<String>, Infallible> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let text = |name: &str| head.headers[name].to_str().unwrap().to_owned();
    let signed = [
        format!("{}.{}.", text("webhook-id"), text("webhook-timestamp")).as_bytes(),
        &body,
    ]
    .concat();
    let key = hmac::Key::new(hmac::HMAC_SHA256, &SECRET);
    let signature = text("webhook-signature");
    let is_signed = signature.split(' ').any(|one| {
        let tag = one
            .strip_prefix("v1,")
            .map(|tag| BASE64_STANDARD.decode(tag).unwrap());
        tag.is_some_and(|tag| hmac::verify(&key, &signed, &tag).is_ok())
    });
    assert!(is_signed, "{signature}");
    let mut records = records.lock().unwrap();
    let refused = records
        .refused
        .get(&text("webhook-id"))
        .copied()
        .map(Reply::of);
    let reply = refused.or_else(|| records.replies.pop_front());
    let reply = reply.unwrap_or(Reply::of(204));
    records.arrived.push(Arrived {
        body: serde_json::from_slice(&body).unwrap(),
        headers: head.headers,
    });
    let mut response = Response::builder().status(reply.status);
    if let Some(seconds) = reply.retry_after {
        response = response.header("retry-after", seconds);
    }
    if (300..400).contains(&reply.status) {
        response = response.header("location", "/elsewhere");
    }
    Ok(response.body("x".repeat(reply.body_bytes)).unwrap())
}

fn options(endpoint: String) -> HttpSinkOptions {
    HttpSinkOptions {
        endpoint,
        ca_pem: None,
        secrets: vec![format!("whsec_{}", BASE64_STANDARD.encode(SECRET))],
        format: HttpFormat::Structured,
        source: "/tizilim".to_owned(),
        clock: Arc::new(TestClock::starting_at(AT.parse().unwrap())),
    }
}

fn sink(receiver: &Receiver) -> HttpSink {
    HttpSink::new(options(format!("http://{}/in", receiver.address))).unwrap()
}

/// Stages of applications, each with a sequence.
fn stages(of: &[(&str, i32)]) -> Vec<Stage> {
    let stages = of.iter().map(|(application, sequence)| Stage {
        event_id: format!("{application}/{sequence}"),
        application_number: (*application).to_owned(),
        sequence: *sequence,
        ..stage()
    });
    stages.collect()
}

async fn pushed(sink: &HttpSink, of: &[(&str, i32)]) -> Answer {
    let stages = stages(of);
    sink.push(&stages.iter().collect::<Vec<_>>()).await
}

#[tokio::test]
async fn a_delivery_is_signed_with_each_secret_for_the_moment_it_is_made() {
    let receiver = Receiver::start().await;
    let mut options = options(format!("http://{}/in", receiver.address));
    let new = format!("whsec_{}", BASE64_STANDARD.encode([9; 24]));
    options.secrets.insert(0, new);
    options.format = HttpFormat::Binary;
    let answer = pushed(&HttpSink::new(options).unwrap(), &[("A-1", 1)]).await;
    assert_eq!(
        (answer.verdicts, answer.fault),
        (vec![Verdict::Stored], None)
    );
    let records = receiver.records.lock().unwrap();
    let headers = &records.arrived[0].headers;
    assert_eq!(headers["webhook-id"], "A-1/1");
    let at: chrono::DateTime<chrono::Utc> = AT.parse().unwrap();
    assert_eq!(headers["webhook-timestamp"], at.timestamp().to_string());
    assert_eq!(headers["ce-id"], "A-1/1");
    assert_eq!(
        headers["webhook-signature"]
            .to_str()
            .unwrap()
            .split(' ')
            .count(),
        2
    );
}

#[tokio::test]
async fn each_application_is_told_in_order_up_to_what_is_not_stored_and_others_go_on() {
    let receiver = Receiver::start().await;
    receiver.records.lock().unwrap().refused = BTreeMap::from([
        ("A-1/2".to_owned(), 422),
        ("A-3/1".to_owned(), 409),
        ("A-4/1".to_owned(), 500),
    ]);
    let of = [
        ("A-1", 1),
        ("A-2", 1),
        ("A-1", 2),
        ("A-1", 3),
        ("A-3", 1),
        ("A-2", 2),
        ("A-4", 1),
    ];
    let answer = pushed(&sink(&receiver), &of).await;
    assert_eq!(answer.fault, None);
    assert_eq!(
        answer.verdicts,
        [
            Verdict::Stored,
            Verdict::Stored,
            Verdict::Refused("with 422".to_owned()),
            Verdict::Unanswered,
            Verdict::OutOfOrder,
            Verdict::Stored,
            Verdict::Failed("with 500".to_owned()),
        ]
    );
    let arrived = [
        ("A-1", vec![1, 2]),
        ("A-2", vec![1, 2]),
        ("A-3", vec![1]),
        ("A-4", vec![1]),
    ];
    let arrived = arrived.map(|(application, sequences)| (application.to_owned(), sequences));
    assert_eq!(receiver.arrivals(), BTreeMap::from(arrived));
}

#[tokio::test]
async fn what_speaks_of_the_receiver_is_no_word_on_the_stage() {
    let receiver = Receiver::start().await;
    let sink = sink(&receiver);
    for status in [
        301, 302, 307, 401, 403, 404, 405, 407, 408, 410, 421, 425, 502, 503, 504,
    ] {
        receiver.replies([Reply::of(status)]);
        let answer = pushed(&sink, &[("A-1", 1)]).await;
        assert_eq!(answer.fault, Some(SinkFault::away(status.to_string())));
        assert_eq!(answer.verdicts, [Verdict::Unanswered], "{status}");
    }
    // None of the redirects was followed.
    assert_eq!(receiver.records.lock().unwrap().arrived.len(), 15);
    for status in [400, 406, 411, 413, 415, 422, 431] {
        receiver.replies([Reply::of(status)]);
        let answer = pushed(&sink, &[("A-1", 1)]).await;
        assert_eq!(
            answer.verdicts,
            [Verdict::Refused(format!("with {status}"))]
        );
    }
    for status in [200, 201, 202, 204] {
        receiver.replies([Reply::of(status)]);
        let answer = pushed(&sink, &[("A-1", 1)]).await;
        assert_eq!(answer.verdicts, [Verdict::Stored], "{status}");
    }
}

#[tokio::test]
async fn a_receiver_that_asks_for_a_pause_says_for_how_long() {
    let receiver = Receiver::start().await;
    let sink = sink(&receiver);
    for (asked, expected) in [
        (Some("120"), Some(Duration::from_mins(2))),
        (Some("Wed, 21 Oct 2026 07:28:00 GMT"), None),
        (None, None),
    ] {
        for status in [429, 503] {
            receiver.replies([Reply {
                retry_after: asked,
                ..Reply::of(status)
            }]);
            let Some(SinkFault::Away { retry_after, .. }) =
                pushed(&sink, &[("A-1", 1)]).await.fault
            else {
                panic!("{status}");
            };
            assert_eq!(retry_after, expected, "{asked:?}");
        }
    }
}

#[tokio::test]
async fn connections_are_kept_and_a_huge_answer_is_not_read() {
    let receiver = Receiver::start().await;
    let sink = sink(&receiver);
    receiver.replies([Reply {
        body_bytes: 1000,
        ..Reply::of(200)
    }]);
    for sequence in 1..=3 {
        pushed(&sink, &[("A-1", sequence)]).await;
    }
    assert_eq!(receiver.records.lock().unwrap().connections, 1);
    receiver.replies([Reply {
        body_bytes: 50_000_000,
        ..Reply::of(200)
    }]);
    let answer = pushed(&sink, &[("A-1", 4), ("A-1", 5)]).await;
    assert_eq!(answer.verdicts, [Verdict::Stored, Verdict::Stored]);
    assert_eq!(receiver.records.lock().unwrap().connections, 2);
}

#[tokio::test]
async fn a_receiver_that_is_not_there_is_away() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let sink = HttpSink::new(options(format!("http://{address}/"))).unwrap();
    let answer = pushed(&sink, &[("A-1", 1), ("A-2", 1)]).await;
    assert_eq!(answer.fault, Some(SinkFault::away("nothing")));
    assert_eq!(answer.verdicts, [Verdict::Unanswered, Verdict::Unanswered]);
}

/// What is wrong with options.
type Change = fn(&mut HttpSinkOptions);

#[tokio::test]
async fn what_cannot_be_used_is_told_when_it_is_set_up() {
    let setup = |change: fn(&mut HttpSinkOptions)| {
        let mut options = options("http://127.0.0.1:1".to_owned());
        options.clock = Arc::new(SystemClock);
        change(&mut options);
        HttpSink::new(options)
            .map(drop)
            .map_err(|fault| fault.to_string())
    };
    assert_eq!(setup(|_| {}), Ok(()));
    let wrong: [(Change, &str); 3] = [
        (
            |it| it.endpoint = "/path".to_owned(),
            "its endpoint is no web address",
        ),
        (
            |it| it.ca_pem = Some("no PEM".to_owned()),
            "its ca is no PEM file of certificates",
        ),
        (
            |it| it.secrets.clear(),
            "its secret must be whsec_ and 24 to 64 bytes in base64",
        ),
    ];
    for (change, told) in wrong {
        assert_eq!(setup(change), Err(told.to_owned()));
    }
}
