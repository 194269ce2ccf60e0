//! What the tests of the push stand on: a store, a stub, and a sink to which things happen.
//! It never checks anything.

use std::{
    collections::{BTreeSet, VecDeque},
    net::SocketAddr,
    ops::RangeInclusive,
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use tempfile::TempDir;
use tizilim_test_database::TestDatabase;
use tokio_util::{
    sync::{CancellationToken, DropGuard},
    task::TaskTracker,
};

use super::super::{
    Answer, Beginning, GrpcSink, GrpcSinkOptions, Lane, Mapping, Pusher, Sink, SinkFault,
    SinkParts, Verdict, monitoring_cursor, push::PushFault, rows,
};
pub(super) use crate::journal::fixture::{AT, application_id, fact, other_fact, stage_fact};
use crate::{
    journal::Cursor,
    kernel::{SinkName, SystemClock, SystemIds},
    lag::LagBook,
    monitor::{RunningStub, Stub},
    pb::monitoring::v1::{
        ListReceivedStagesRequest, ReceivedStage, Stage,
        stage_ingest_service_client::StageIngestServiceClient,
    },
    store::{Changes, Connections, Lease, Leases, NewFact, Origin, Store, StoreConfig, TERM_MAX},
};

/// A store with a journal, and a stub, each in a folder of its own.
pub(super) struct Bench {
    pub(super) folder: TempDir,
    pub(super) store: Store,
    pub(super) leases: Leases,
    lease: Lease,
    pub(super) lag: LagBook,
    /// As long as it is there, the bench holds the lease of the push.
    pub(super) kept: Option<DropGuard>,
    pub(super) stub: RunningStub,
    _database: TestDatabase,
}

impl Bench {
    pub(super) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = TestDatabase::new(folder.path()).await;
        let connections = Connections::open(&StoreConfig::at(database.url())).await;
        let connections = connections.unwrap();
        if connections.is_embedded() {
            connections.migrate().await.unwrap();
        }
        let leases = Leases::of(connections.clone(), "bench".to_owned(), TERM_MAX);
        let store = Store::open(
            connections,
            Arc::new(SystemClock),
            Arc::new(SystemIds::default()),
            TaskTracker::new(),
        );
        let stub = stub(&folder.path().join("stub"), "127.0.0.1:0").await;
        let store = store.await.unwrap();
        let (mut lease, kept) = leases.keep("monitoring", store.tasks());
        lease.held().await;
        Self {
            store,
            leases,
            lease,
            lag: LagBook::of([(SinkName::MONITORING.to_owned(), Duration::from_mins(15))]),
            kept: Some(kept),
            stub,
            folder,
            _database: database,
        }
    }

    pub(super) async fn append(&self, facts: Vec<NewFact>) {
        let changes = Changes::by(origin()).facts(facts);
        self.store.commit(changes).await.unwrap();
    }

    pub(super) async fn append_stages(&self, application: u8, sequences: RangeInclusive<i32>) {
        self.append(
            sequences
                .map(|n| fact(application, n, "IN_REVIEW"))
                .collect(),
        )
        .await;
    }

    pub(super) fn sink(&self) -> GrpcSink {
        sink(self.stub.address(), None)
    }

    pub(super) fn pusher(&self) -> Pusher {
        self.pusher_to(Arc::new(self.sink()))
    }

    pub(super) fn pusher_to(&self, sink: Arc<dyn Sink>) -> Pusher {
        let parts = parts(sink);
        Pusher::new(
            self.store.clone(),
            parts,
            SinkName::MONITORING,
            self.lease.clone(),
            self.lag.clone(),
        )
    }

    /// Says something of a lane as an operator does: the cursor moves on, if only in its version.
    pub(super) async fn let_on(&self, lane: Lane) {
        let cursor = Cursor::load(self.store.reads(), SinkName::MONITORING)
            .await
            .unwrap();
        let changes = cursor.moved(cursor.position(), origin());
        let changes = rows::lane_row(&lane).unwrap().onto(changes);
        self.store.commit(changes).await.unwrap();
    }

    /// Moves the cursor as an operator does.
    pub(super) async fn move_to(&self, position: i64) {
        let cursor = Cursor::load(self.store.reads(), SinkName::MONITORING)
            .await
            .unwrap();
        self.store
            .commit(cursor.moved(position, origin()))
            .await
            .unwrap();
    }

    /// The open lanes.
    pub(super) async fn lanes(&self) -> Vec<Lane> {
        rows::open_lane_page(self.store.reads(), SinkName::MONITORING, 0, 1_000)
            .await
            .unwrap()
    }

    pub(super) async fn cursor(&self) -> i64 {
        monitoring_cursor(self.store.reads()).await.unwrap()
    }

    pub(super) async fn received(&self) -> Vec<ReceivedStage> {
        received(self.stub.address()).await
    }

    /// Application, sequence and count of repeats, in the order of arrival.
    pub(super) async fn arrivals(&self) -> Vec<(String, i32, i32)> {
        self.received()
            .await
            .into_iter()
            .map(|received| {
                let stage = received.stage.unwrap();
                (
                    stage.application_number,
                    stage.sequence,
                    received.duplicate_count,
                )
            })
            .collect()
    }
}

pub(super) fn origin() -> Origin {
    Origin {
        caller: "system".to_owned(),
        method: "test",
        at: AT.parse().unwrap(),
    }
}

/// The monitoring system, as it is configured by default.
pub(super) fn parts(sink: Arc<dyn Sink>) -> SinkParts {
    SinkParts {
        name: SinkName::monitoring(),
        sink,
        mapping: Mapping::default(),
        from: Beginning::Start,
    }
}

/// Does all there is to do, and saves it.
pub(super) async fn round(pusher: &mut Pusher) -> Result<u64, PushFault> {
    let passed = pusher.work(&CancellationToken::new()).await?;
    pusher.save(&[]).await?;
    Ok(passed)
}

pub(super) async fn stub(folder: &Path, listen: &str) -> RunningStub {
    let stub = Stub {
        listen: listen.parse().unwrap(),
        folder: folder.to_owned(),
        token: None,
        clock: Arc::new(SystemClock),
    };
    stub.start().await.unwrap()
}

pub(super) fn sink(address: SocketAddr, token: Option<&str>) -> GrpcSink {
    GrpcSink::new(&GrpcSinkOptions {
        endpoint: format!("http://{address}"),
        token: token.map(str::to_owned),
        ca_pem: None,
    })
    .unwrap()
}

pub(super) async fn received(address: SocketAddr) -> Vec<ReceivedStage> {
    let client = StageIngestServiceClient::connect(format!("http://{address}")).await;
    let everything = ListReceivedStagesRequest {
        page_size: 1_000,
        ..ListReceivedStagesRequest::default()
    };
    let answer = client.unwrap().list_received_stages(everything).await;
    answer.unwrap().into_inner().stages
}

/// What goes wrong with one push.
#[derive(Clone, Copy, Debug)]
pub(super) enum Mishap {
    /// The batch never gets there.
    Away,
    /// The batch is stored, but its answer is lost; so it is if we die before the cursor moves.
    LostAnswer,
    /// The batch is stored, but the answer does not fit it.
    Unfit,
}

/// A sink to which things happen, one for each push, and then nothing more.
#[derive(Debug)]
pub(super) struct Unlucky {
    sink: GrpcSink,
    mishaps: Mutex<VecDeque<Mishap>>,
}

impl Unlucky {
    pub(super) fn new(sink: GrpcSink, mishaps: impl IntoIterator<Item = Mishap>) -> Arc<Self> {
        let mishaps = Mutex::new(mishaps.into_iter().collect());
        Arc::new(Self { sink, mishaps })
    }
}

#[async_trait]
impl Sink for Unlucky {
    async fn push(&self, stages: &[&Stage]) -> Answer {
        let mishap = self.mishaps.lock().unwrap().pop_front();
        match mishap {
            Some(Mishap::Away) => SinkFault::away("Unavailable").into(),
            Some(Mishap::LostAnswer) => {
                self.sink.push(stages).await;
                SinkFault::away("Cancelled").into()
            }
            Some(Mishap::Unfit) => {
                self.sink.push(stages).await;
                SinkFault::unfit().into()
            }
            None => self.sink.push(stages).await,
        }
    }
}

/// A stage, by its application and sequence.
pub(super) type Named = (u8, i32);

/// A receiver that does as it is told. It counts each application's stages, as the stub does.
#[derive(Debug, Default)]
pub(super) struct Fake(pub(super) Mutex<Ways>);

/// What a receiver does.
#[derive(Debug, Default)]
pub(super) struct Ways {
    /// What it is asked fails so.
    pub(super) fault: Option<SinkFault>,
    /// It refuses these by themselves.
    pub(super) rejects: BTreeSet<Named>,
    /// It refuses each batch that one of these is in.
    pub(super) poisons: BTreeSet<Named>,
    /// It fails on each batch that one of these is in.
    pub(super) crashes: BTreeSet<Named>,
    /// It is told an application's stages one at a time, up to the first that it does not store.
    pub(super) is_told_singly: bool,
    /// What it has, in the order of arrival, each once.
    pub(super) stored: Vec<Named>,
    /// How many stages it was sent each time.
    pub(super) calls: Vec<usize>,
}

impl Fake {
    pub(super) fn told(ways: impl FnOnce(&mut Ways)) -> Arc<Self> {
        let fake = Arc::new(Self::default());
        fake.does(ways);
        fake
    }

    pub(super) fn does(&self, ways: impl FnOnce(&mut Ways)) {
        ways(&mut self.0.lock().unwrap());
    }

    pub(super) fn stored(&self) -> Vec<Named> {
        self.0.lock().unwrap().stored.clone()
    }

    pub(super) fn calls(&self) -> Vec<usize> {
        std::mem::take(&mut self.0.lock().unwrap().calls)
    }
}

#[async_trait]
impl Sink for Fake {
    async fn push(&self, stages: &[&Stage]) -> Answer {
        let mut ways = self.0.lock().unwrap();
        let named = |stage: &&Stage| {
            let application = stage.application_number.trim_start_matches("A-");
            (application.parse().unwrap(), stage.sequence)
        };
        let named: Vec<Named> = stages.iter().map(named).collect();
        ways.calls.push(named.len());
        if let Some(fault) = &ways.fault {
            return fault.clone().into();
        }
        if named.iter().any(|stage| ways.poisons.contains(stage)) {
            return SinkFault::Refused("InvalidArgument".to_owned()).into();
        }
        if named.iter().any(|stage| ways.crashes.contains(stage)) {
            return SinkFault::Failed("Internal".to_owned()).into();
        }
        let mut ended = BTreeSet::new();
        let verdicts = named.into_iter().map(|(application, sequence)| {
            if ended.contains(&application) {
                return Verdict::Unanswered;
            }
            let of_it = |stage: &&Named| stage.0 == application;
            let head = ways.stored.iter().filter(of_it).map(|stage| stage.1).max();
            let head = head.unwrap_or_default();
            let verdict = if ways.rejects.contains(&(application, sequence)) {
                Verdict::Refused("it is invented".to_owned())
            } else if sequence <= head {
                Verdict::Stored
            } else if sequence > head.saturating_add(1) {
                Verdict::OutOfOrder
            } else {
                ways.stored.push((application, sequence));
                Verdict::Stored
            };
            if ways.is_told_singly && verdict != Verdict::Stored {
                ended.insert(application);
            }
            verdict
        });
        Answer {
            verdicts: verdicts.collect(),
            fault: None,
        }
    }
}
