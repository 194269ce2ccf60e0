//! What the tests stand on: a register whose clock stands still, a stub, a push, and a reconciler.
//! It never checks anything.

mod acts;

use std::{net::SocketAddr, ops::RangeInclusive, sync::Arc, time::Duration};

use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, Database, EntityTrait as _, QueryFilter as _,
    QueryOrder as _,
};
use tempfile::TempDir;
use tizilim_test_database::TestDatabase;
use tokio::sync::Mutex;
use tokio_util::{
    sync::{CancellationToken, DropGuard},
    task::TaskTracker,
};

use super::{
    super::{
        clerk::{READER, ReconcileFault, Reconciler},
        rows::{ComparedRow, DifferenceRow, reconciliation, reconciliation_difference},
    },
    watched::Watched,
};
use crate::{
    delivery::{
        Beginning, GrpcSink, GrpcSinkOptions, Lane, Mapping, SinkParts, Sinks, monitoring_cursor,
        outgoing, rows::open_lane_page,
    },
    journal::{
        self, JournalRow, STAGE, StageFact,
        fixture::{application_id, stage_fact},
    },
    kernel::{SinkName, SystemIds, TestClock},
    lag::LagBook,
    monitor::{RunningStub, Stub},
    pb::monitoring::v1::{
        ListReceivedStagesRequest, Misbehaviour, PushStagesRequest, SetMisbehaviourRequest, Stage,
        monitor_control_service_client::MonitorControlServiceClient,
        stage_ingest_service_client::StageIngestServiceClient,
    },
    store::{
        Changes, Connections, Lease, Leases, Origin, Store, StoreConfig, TERM_MAX, journal_row,
    },
};

pub(super) const YESTERDAY: &str = "2026-11-23";
pub(super) const TODAY: &str = "2026-11-24";

pub(super) struct Bench {
    store: Store,
    sinks: Sinks,
    lease: Lease,
    reconciler: Mutex<Reconciler>,
    pub(super) watched: Arc<Watched>,
    stub: Option<RunningStub>,
    address: SocketAddr,
    folder: TempDir,
    _kept: DropGuard,
    _stop: DropGuard,
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
        let clock = TestClock::starting_at(format!("{TODAY}T05:00:00Z").parse().unwrap());
        let tasks = TaskTracker::new();
        let store = Store::open(
            connections,
            Arc::new(clock),
            Arc::new(SystemIds::default()),
            tasks,
        );
        let store = store.await.unwrap();
        let stub = stub(&folder, "127.0.0.1:0").await;
        let sink = GrpcSink::new(&GrpcSinkOptions {
            endpoint: format!("http://{}", stub.address()),
            ..GrpcSinkOptions::default()
        });
        let watched = Arc::new(Watched::new(sink.unwrap()));
        let parts = SinkParts {
            name: SinkName::monitoring(),
            sink: Arc::<Watched>::clone(&watched),
            mapping: Mapping::default(),
            from: Beginning::Start,
        };
        let stop = CancellationToken::new();
        let sinks = Sinks::start(&store, vec![parts], &leases, &LagBook::of([]), &stop);
        let (mut lease, kept) = leases.keep(READER, store.tasks());
        lease.held().await;
        Self {
            reconciler: Mutex::new(Reconciler::new(store.clone(), sinks.clone(), lease.clone())),
            store,
            sinks,
            lease,
            watched,
            address: stub.address(),
            stub: Some(stub),
            folder,
            _kept: kept,
            _stop: stop.drop_guard(),
            _database: database,
        }
    }

    /// Stages of an application, which happened on a day.
    pub(super) async fn append(&self, day: &str, application: u8, sequences: RangeInclusive<i32>) {
        let facts = sequences.map(|n| stage_on(day, application, n, "IN_REVIEW"));
        self.commit(application, facts).await;
    }

    /// A stage that the stub does not know, and refuses.
    pub(super) async fn append_refused(&self, day: &str, application: u8) {
        let fact = stage_on(day, application, 1, "NO_SUCH_STAGE");
        self.commit(application, [fact]).await;
    }

    async fn commit(&self, application: u8, facts: impl IntoIterator<Item = StageFact>) {
        let facts = facts.into_iter();
        let facts = facts.map(|fact| fact.into_new_fact(application_id(application)).unwrap());
        let changes = Changes::by(self.origin()).facts(facts);
        self.store.commit(changes).await.unwrap();
    }

    fn origin(&self) -> Origin {
        Origin {
            caller: "system".to_owned(),
            method: "test",
            at: self.store.clock().now().instant,
        }
    }

    /// Waits until the sink is done with the journal.
    pub(super) async fn settle(&self) {
        let reads = self.store.reads();
        let head = journal::head(reads).await.unwrap();
        let settling = async {
            while monitoring_cursor(reads).await.unwrap() < head {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let settled = tokio::time::timeout(Duration::from_secs(20), settling).await;
        settled.expect("the sink is done with the journal");
    }

    /// Does one piece of what is to be done.
    pub(super) async fn round(&self) -> Result<bool, ReconcileFault> {
        self.reconciler.lock().await.round().await
    }

    /// Does one; something else happens while the sink is asked about a day.
    pub(super) async fn round_while(
        &self,
        happens: impl Future<Output = ()>,
    ) -> Result<bool, ReconcileFault> {
        self.watched.hold();
        let happening = async {
            self.watched.is_asked().await;
            happens.await;
            self.watched.go_on();
        };
        let both = async { tokio::join!(self.round(), happening) };
        let done = tokio::time::timeout(Duration::from_secs(20), both).await;
        done.expect("the sink is asked about a day").0
    }

    /// Does all there is to do.
    pub(super) async fn rounds(&self) {
        self.settle_if_served().await;
        while self.round().await.unwrap() {
            self.settle_if_served().await;
        }
    }

    /// Does what there is to do until it is to stop.
    pub(super) async fn run(&self, stop: CancellationToken) {
        let (store, sinks) = (self.store.clone(), self.sinks.clone());
        let kept = CancellationToken::new().drop_guard();
        let reconciler = Reconciler::new(store, sinks, self.lease.clone());
        reconciler.run(stop, kept).await;
    }

    /// What was found is a fact of the journal itself.
    async fn settle_if_served(&self) {
        if self.stub.is_some() {
            self.settle().await;
        }
    }

    pub(super) async fn rounds_until_fault(&self) -> String {
        loop {
            if let Err(fault) = self.round().await {
                return fault.to_string();
            }
        }
    }

    pub(super) async fn comparisons(&self) -> Vec<ComparedRow> {
        let rows = reconciliation::Entity::find().order_by_asc(reconciliation::Column::DayOn);
        rows.all(self.store.reads()).await.unwrap()
    }

    pub(super) async fn differences(&self) -> Vec<DifferenceRow> {
        reconciliation_difference::Entity::find()
            .order_by_asc(reconciliation_difference::Column::Number)
            .all(self.store.reads())
            .await
            .unwrap()
    }

    async fn lanes(&self) -> Vec<Lane> {
        let reads = self.store.reads();
        let open = open_lane_page(reads, SinkName::MONITORING, 0, 10).await;
        open.unwrap()
    }

    /// Waits until nothing is parked.
    pub(super) async fn drain(&self) {
        let draining = async {
            while !self.lanes().await.is_empty() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let drained = tokio::time::timeout(Duration::from_secs(20), draining).await;
        drained.expect("the lanes are empty");
    }

    pub(super) async fn facts_of(&self, kind: &str) -> usize {
        let facts = journal_row::Entity::find().filter(journal_row::Column::Kind.eq(kind));
        facts.all(self.store.reads()).await.unwrap().len()
    }

    pub(super) async fn received(&self) -> Vec<Stage> {
        let client = StageIngestServiceClient::connect(format!("http://{}", self.address)).await;
        let everything = ListReceivedStagesRequest {
            page_size: 1_000,
            ..ListReceivedStagesRequest::default()
        };
        let answer = client.unwrap().list_received_stages(everything).await;
        let stages = answer.unwrap().into_inner().stages.into_iter();
        stages.filter_map(|received| received.stage).collect()
    }

    pub(super) async fn misbehave(&self, misbehaviour: Misbehaviour) {
        let client = MonitorControlServiceClient::connect(format!("http://{}", self.address)).await;
        let request = SetMisbehaviourRequest {
            misbehaviours: vec![misbehaviour],
            seed: 0,
        };
        client.unwrap().set_misbehaviour(request).await.unwrap();
    }

    /// Pushes stages that the journal does not have.
    pub(super) async fn intrude(&self, day: &str, application: u8, sequences: RangeInclusive<i32>) {
        let facts: Vec<JournalRow> = sequences
            .map(|n| JournalRow {
                number: 0,
                subject: application_id(application).get(),
                kind: STAGE.to_owned(),
                body: serde_json::to_string(&stage_on(day, application, n, "IN_REVIEW")).unwrap(),
                at: self.store.clock().now().instant,
            })
            .collect();
        let stages = outgoing(&facts, &Mapping::default()).unwrap();
        let stages = stages.into_iter().map(|outgoing| outgoing.stage).collect();
        let client = StageIngestServiceClient::connect(format!("http://{}", self.address)).await;
        let request = PushStagesRequest { stages };
        client.unwrap().push_stages(request).await.unwrap();
    }

    /// The stub loses an application.
    pub(super) async fn forget(&self, application_number: &str) {
        self.break_file(&format!(
            "DELETE FROM received_stage WHERE application_number = '{application_number}'"
        ))
        .await;
    }

    /// The stub has another content of a stage.
    pub(super) async fn forge(&self, application_number: &str, sequence: i32) {
        self.break_file(&format!(
            "UPDATE received_stage SET digest = zeroblob(32), stage = X'00' \
             WHERE application_number = '{application_number}' AND sequence = {sequence}"
        ))
        .await;
    }

    async fn break_file(&self, statement: &str) {
        let file = self.folder.path().join("stub/monitor.db");
        let url = format!("sqlite:{}", file.display());
        let database = Database::connect(url).await.unwrap();
        database.execute_unprepared(statement).await.unwrap();
        database.close().await.unwrap();
    }

    pub(super) async fn stop_stub(&mut self) {
        self.stub.take().unwrap().stop().await.unwrap();
    }

    pub(super) async fn start_stub(&mut self) {
        let stub = stub(&self.folder, &self.address.to_string()).await;
        self.stub = Some(stub);
    }
}

async fn stub(folder: &TempDir, listen: &str) -> RunningStub {
    let stub = Stub {
        listen: listen.parse().unwrap(),
        folder: folder.path().join("stub"),
        token: None,
        clock: Arc::new(crate::kernel::SystemClock),
    };
    stub.start().await.unwrap()
}

fn stage_on(day: &str, application: u8, sequence: i32, stage: &str) -> StageFact {
    StageFact {
        occurred_at: format!("{day}T04:00:00Z").parse().unwrap(),
        ..stage_fact(application, sequence, stage)
    }
}
