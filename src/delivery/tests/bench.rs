//! What the tests of the push stand on: a store, a stub, and a sink to which things happen.
//! It never checks anything.

use std::{
    collections::VecDeque,
    net::SocketAddr,
    ops::RangeInclusive,
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use tempfile::TempDir;
use tizilim_test_database::TestDatabase;
use tokio_util::{sync::DropGuard, task::TaskTracker};

use super::super::{
    GrpcSink, GrpcSinkOptions, MonitoringSink, Pusher, READER, SinkFault, monitoring_cursor,
};
pub(super) use crate::journal::fixture::{AT, application_id, fact, other_fact, stage_fact};
use crate::{
    kernel::{SystemClock, SystemIds},
    lag::LagBook,
    monitor::{RunningStub, Stub},
    pb::monitoring::v1::{
        ListReceivedStagesRequest, ReceivedStage, Stage, StageResult,
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
            Arc::new(SystemIds),
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
            lag: LagBook::of([(READER.to_owned(), Duration::from_mins(15))]),
            kept: Some(kept),
            stub,
            folder,
            _database: database,
        }
    }

    pub(super) async fn append(&self, facts: Vec<NewFact>) {
        let origin = Origin {
            caller: "system".to_owned(),
            method: "test",
            at: AT.parse().unwrap(),
        };
        let changes = Changes::by(origin).facts(facts);
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

    pub(super) fn pusher_to(&self, sink: Arc<dyn MonitoringSink>) -> Pusher {
        Pusher::new(
            self.store.clone(),
            sink,
            self.lease.clone(),
            self.lag.clone(),
        )
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
    /// The answer tells of other stages.
    Garbled,
    /// The answer ends after the first stage.
    Torn,
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
impl MonitoringSink for Unlucky {
    async fn push(&self, stages: Vec<Stage>) -> Result<Vec<StageResult>, SinkFault> {
        let mishap = self.mishaps.lock().unwrap().pop_front();
        if let Some(Mishap::Away) = mishap {
            return Err(SinkFault::Status("Unavailable".to_owned()));
        }
        let mut results = self.sink.push(stages).await?;
        match mishap {
            None | Some(Mishap::Away) => {}
            Some(Mishap::LostAnswer) => return Err(SinkFault::Status("Cancelled".to_owned())),
            Some(Mishap::Garbled) => results[0].event_id = "another".to_owned(),
            Some(Mishap::Torn) => results.truncate(1),
        }
        Ok(results)
    }
}
