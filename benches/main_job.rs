//! Speed and size of the main job, each as a ratio or against its limit, in one run:
//! `cargo bench --bench main_job` prints a table, with `-- --json` the same for machines.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::float_arithmetic,
    clippy::as_conversions,
    clippy::cast_precision_loss,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::large_futures,
    reason = "a measurement that fails ends"
)]

use std::{
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use tizilim::{
    application::{Filing, Office, RuleBook, WholeApplications},
    authn, authz,
    calendar::Calendar,
    config::Config,
    demo::{ANY_PORT, Folder, Installation, World, agreement},
    document::Documents,
    extract::{ExtractRenderer as _, TypstRenderer, specimen},
    kernel::{Clock as _, SystemIds, TestClock},
    pb::registry::v1::{
        GetApplicationRequest, SubmitApplicationRequest,
        application_service_client::ApplicationServiceClient,
    },
    reference::References,
    register::ShareholderMarks,
    rpc::page::PageTokens,
    signature::BuiltinVerifier,
    store::{Connections, Store, StoreConfig},
};
use tokio_util::task::TaskTracker;
use tonic::{Request, transport::Channel};
use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};

const DECISIONS: u32 = 20_000;
const EXTRACTS: usize = 60;
const CONNECTIONS: usize = 4;
const CALLERS: usize = 32;
const ROUND: Duration = Duration::from_secs(2);
const ROUNDS: usize = 5;
const SETTLED_AFTER: Duration = Duration::from_secs(5);

/// A figure, its unit, and what it is to reach.
struct Figure {
    name: &'static str,
    value: f64,
    unit: &'static str,
    reach: &'static str,
}

fn main() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let figures = runtime.block_on(measure());
    if std::env::args().any(|argument| argument == "--json") {
        let object: serde_json::Map<_, _> = figures
            .iter()
            .map(|figure| (figure.name.to_owned(), figure.value.into()))
            .collect();
        println!("{}", serde_json::Value::Object(object));
        return;
    }
    for Figure {
        name,
        value,
        unit,
        reach,
    } in figures
    {
        println!("{name:<44} {value:>12.2} {unit:<6} {reach}");
    }
}

async fn measure() -> Vec<Figure> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("demo");
    let world = World::new("2026-11-24T05:00:00Z".parse().unwrap()).unwrap();
    let installation = Installation::start(world, Folder::afresh(&path).unwrap(), ANY_PORT)
        .await
        .unwrap();
    let text = std::fs::read_to_string(path.join("config.toml")).unwrap();
    let config = Config::of(text.parse().unwrap(), []).unwrap();
    let filing = agreement(&installation.world, 1)
        .electronic_contract()
        .unwrap();

    let decide = decide(&installation, &config, &filing).await;
    let (empty, get) = calls(&installation, &path, filing).await;
    Box::pin(installation.stop()).await.unwrap();
    let (cold, warm) = tokio::task::spawn_blocking(extracts).await.unwrap();
    let idle = idle_memory(&path);
    vec![
        Figure {
            name: "decide a submission, mean",
            value: decide,
            unit: "µs",
            reach: "< 20",
        },
        Figure {
            name: "first extract of a process",
            value: cold,
            unit: "ms",
            reach: "",
        },
        Figure {
            name: "warm extract, other data each, median",
            value: warm,
            unit: "ms",
            reach: "< 25",
        },
        Figure {
            name: "empty unary calls, 32 callers",
            value: empty,
            unit: "1/s",
            reach: "",
        },
        Figure {
            name: "GetApplication, 32 callers",
            value: get,
            unit: "1/s",
            reach: "",
        },
        Figure {
            name: "GetApplication / empty unary call",
            value: get / empty,
            unit: "",
            reach: ">= 0.4",
        },
        Figure {
            name: "idle memory of the service",
            value: idle,
            unit: "MB",
            reach: "< 60",
        },
    ]
}

/// The pure decision, without parsing, loading or storing.
async fn decide(
    installation: &Installation,
    config: &Config,
    filing: &SubmitApplicationRequest,
) -> f64 {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("register.db").display());
    let connections = Connections::open(&StoreConfig::at(url)).await.unwrap();
    connections.migrate().await.unwrap();
    let clock = Arc::new(TestClock::starting_at(installation.world.begins_at));
    let moment = clock.now();
    let store = Store::open(
        connections,
        clock,
        Arc::new(SystemIds::default()),
        TaskTracker::new(),
    );
    let store = store.await.unwrap();
    let calendar = Calendar::shipped().unwrap();
    let references = References::of(&store, calendar, config.providers.clone());
    let office = Arc::new(Office {
        applications: WholeApplications::of(&store),
        quality_authority: None,
        accounts: Arc::new(authn::Tokens::none()),
        rules: RuleBook::open(references.clone()).unwrap(),
        references,
        store,
        verifier: Arc::new(BuiltinVerifier::default()),
        documents: Documents::local(&folder.path().join("documents")).unwrap(),
        page_tokens: Arc::new(PageTokens::new(&[0; 32])),
        shareholder_marks: Arc::new(ShareholderMarks::new(&[0; 32])),
        seal: None,
    });
    let bin = installation.world.cooperative.bin.to_string();
    let caller = authn::account("bench", "cooperative", &bin, &["submit".to_owned()]).unwrap();
    let permit = authz::require::<authz::SubmitApplication>(&Arc::new(caller)).unwrap();
    let filing = Filing::parse(office, permit, filing).unwrap();
    let begun = Instant::now();
    for _ in 0..DECISIONS {
        std::hint::black_box(filing.decide(moment).unwrap());
    }
    begun.elapsed().as_secs_f64() * 1e6 / f64::from(DECISIONS)
}

/// Calls a second, of an empty call and of `GetApplication`, in alternating rounds.
async fn calls(
    installation: &Installation,
    path: &std::path::Path,
    filing: SubmitApplicationRequest,
) -> (f64, f64) {
    let address = format!("http://{}", installation.service_address());
    let token = std::fs::read_to_string(path.join("tokens/cooperative.token")).unwrap();
    let token = format!("Bearer {}", token.trim());
    let mut channels = Vec::new();
    for _ in 0..CONNECTIONS {
        let endpoint = Channel::from_shared(address.clone()).unwrap();
        channels.push(endpoint.connect().await.unwrap());
    }
    let mut client = ApplicationServiceClient::new(channels[0].clone());
    let filed = client
        .submit_application(authorized(filing, &token))
        .await
        .unwrap()
        .into_inner();
    let application_id = filed.application.unwrap().application_id;

    let (mut empty, mut get) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        empty.push(
            rate(&channels, |channel| async move {
                HealthClient::new(channel)
                    .check(HealthCheckRequest::default())
                    .await
                    .unwrap();
            })
            .await,
        );
        get.push(
            rate(&channels, |channel| {
                let message = GetApplicationRequest {
                    application_id: application_id.clone(),
                };
                let request = authorized(message, &token);
                async move {
                    ApplicationServiceClient::new(channel)
                        .get_application(request)
                        .await
                        .unwrap();
                }
            })
            .await,
        );
    }
    (median(empty), median(get))
}

fn authorized<M>(message: M, token: &str) -> Request<M> {
    let mut request = Request::new(message);
    request
        .metadata_mut()
        .insert("authorization", token.parse().unwrap());
    request
}

/// How many calls a second end when so many callers call one after another.
async fn rate<F: Future<Output = ()>>(channels: &[Channel], call: impl Fn(Channel) -> F) -> f64 {
    let done = AtomicU64::new(0);
    let begun = Instant::now();
    let callers = (0..CALLERS).map(|caller| {
        let channel = channels[caller % channels.len()].clone();
        let (call, done) = (&call, &done);
        async move {
            while begun.elapsed() < ROUND {
                call(channel.clone()).await;
                done.fetch_add(1, Ordering::Relaxed);
            }
        }
    });
    futures_util::future::join_all(callers).await;
    done.load(Ordering::Relaxed) as f64 / begun.elapsed().as_secs_f64()
}

/// Milliseconds for the first extract and for further ones, each of another entry.
fn extracts() -> (f64, f64) {
    let renderer = TypstRenderer::load(None).unwrap();
    let mut times: Vec<f64> = (0..EXTRACTS)
        .map(|number| {
            let mut form = specimen();
            form.entry_number = format!("E-261124-{number:07}");
            form.columns.agreement.number = format!("{number}/2026");
            form.columns.share.number = number.to_string();
            let begun = Instant::now();
            std::hint::black_box(renderer.render(&form).unwrap());
            begun.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    let cold = times.remove(0);
    (cold, median(times))
}

/// Resident megabytes of a service of its own that nobody calls.
fn idle_memory(path: &std::path::Path) -> f64 {
    let mut service = Service(
        Command::new(env!("CARGO_BIN_EXE_tizilim"))
            .arg("serve")
            .arg("--config")
            .arg(path.join("config.toml"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap(),
    );
    std::thread::sleep(SETTLED_AFTER);
    assert!(service.0.try_wait().unwrap().is_none(), "the service ended");
    let status = std::fs::read_to_string(format!("/proc/{}/status", service.0.id())).unwrap();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .unwrap();
    line.trim().trim_end_matches(" kB").parse::<f64>().unwrap() / 1024.0
}

struct Service(Child);

impl Drop for Service {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
