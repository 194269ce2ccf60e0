//! A receiver of `CloudEvents`, as an agency without gRPC has one: it checks each signature, keeps what it
//! stores, and refuses what it is told to.

use std::{
    collections::BTreeSet,
    convert::Infallible,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard},
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use http::{Request, Response};
use http_body_util::BodyExt as _;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use ring::hmac;
use serde_json::Value;
use tokio::{net::TcpListener, task::JoinSet};

use crate::harness::Installation;

const SECRET: [u8; 32] = [7; 32];

/// What the receiver has, and how it behaves.
#[derive(Default)]
pub(crate) struct Records {
    /// Data of events, each once, in the order of arrival.
    pub(crate) stored: Vec<Value>,
    /// How many came again.
    pub(crate) repeats: usize,
    /// Codes of stages that it refuses.
    pub(crate) refused: BTreeSet<&'static str>,
    known: BTreeSet<String>,
}

/// A receiver, for as long as it is held.
pub(crate) struct Receiver {
    address: SocketAddr,
    records: Arc<Mutex<Records>>,
    _tasks: JoinSet<()>,
}

impl Receiver {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let records = Arc::<Mutex<Records>>::default();
        let kept = Arc::clone(&records);
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let records = Arc::clone(&kept);
                let service = service_fn(move |request| take(request, Arc::clone(&records)));
                connections.spawn(async move {
                    let serving = http1::Builder::new();
                    drop(
                        serving
                            .serve_connection(TokioIo::new(stream), service)
                            .await,
                    );
                });
            }
        });
        Self {
            address,
            records,
            _tasks: tasks,
        }
    }

    pub(crate) fn records(&self) -> MutexGuard<'_, Records> {
        self.records.lock().unwrap()
    }

    /// The codes of an application's stages, in the order of arrival.
    pub(crate) fn stages_of(&self, application_number: &str) -> Vec<String> {
        let records = self.records();
        let of_it = records
            .stored
            .iter()
            .filter(|data| data["application_number"] == application_number);
        of_it
            .map(|data| data["stage"].as_str().unwrap().to_owned())
            .collect()
    }

    /// Names it as a sink of an installation.
    pub(crate) fn configure(&self, installation: &Installation, name: &str) {
        let file = installation.path().join(format!("{name}.secret"));
        let secret = BASE64_STANDARD.encode(SECRET);
        std::fs::write(&file, format!("whsec_{secret}\n")).unwrap();
        installation.configure(&format!(
            "[[sinks]]\nname = \"{name}\"\nkind = \"http\"\nendpoint = \"http://{}/stages\"\n\
             secret_files = [\"{}\"]\n",
            self.address,
            file.display()
        ));
    }
}

async fn take(
    request: Request<Incoming>,
    records: Arc<Mutex<Records>>,
) -> Result<Response<String>, Infallible> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let text = |name: &str| head.headers[name].to_str().unwrap();
    let (id, at) = (text("webhook-id"), text("webhook-timestamp"));
    let signed = [format!("{id}.{at}.").as_bytes(), &body].concat();
    let tag = text("webhook-signature").strip_prefix("v1,").unwrap();
    let tag = BASE64_STANDARD.decode(tag).unwrap();
    let key = hmac::Key::new(hmac::HMAC_SHA256, &SECRET);
    hmac::verify(&key, &signed, &tag).unwrap();
    let event: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(event["id"], id);
    let mut records = records.lock().unwrap();
    let stage = event["data"]["stage"].as_str().unwrap();
    let status = if records.refused.contains(stage) {
        422
    } else {
        if records.known.insert(id.to_owned()) {
            records.stored.push(event["data"].clone());
        } else {
            records.repeats += 1;
        }
        204
    };
    Ok(Response::builder()
        .status(status)
        .body(String::new())
        .unwrap())
}
