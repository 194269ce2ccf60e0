//! Processes on one database, the neighbours they share, and what must hold of them together.
//! Nothing here sleeps for a fixed time: what must come is awaited.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use futures_util::future::join_all;
use sea_orm::{ConnectionTrait as _, DatabaseConnection, Statement};
use tizilim::{
    demo::{
        World, agreement,
        client::{
            CooperativeClient, Line, MonitoringClient, OperatorClient, ProviderClient, connect,
        },
    },
    mail::catcher::RunningCatcher,
    monitor::RunningStub,
    pb::registry::v1::{self as pb, ApplicationStage as Stage},
};
use tonic::{Status, transport::Channel};

use crate::harness::{
    Account, Installation, Program, Raw, TUESDAY_MORNING, catcher, moment, stub, until,
};

/// Whatever one process at a time does.
pub(super) const LEASES: [&str; 10] = [
    "complaints",
    "corrections",
    "court-cases",
    "extracts",
    "letters",
    "monitoring",
    "notices",
    "registrar",
    "reconciliation",
    "statistics",
];

/// What is left to do: checks, extracts, letters; facts to push, to count and to know the days of.
const LEFT: &str = "SELECT (SELECT count(*) FROM application WHERE stage = 'REGISTERED') \
     + (SELECT count(*) FROM extract WHERE state = 'PENDING') \
     + (SELECT count(*) FROM letter WHERE state = 'PENDING') \
     + (SELECT 3 * number FROM journal_head) \
     - (SELECT cast(coalesce(sum(position), 0) AS bigint) FROM reader_cursor)";

/// How many applications the statistics count, in cells that hold as many as they can.
const COUNTED: &str = "SELECT cast(coalesce(sum(applications), 0) AS bigint) FROM statistics_cell \
     WHERE NOT EXISTS (SELECT 1 FROM statistics_cell WHERE applications < 0)";

/// For how long a lease is held that nobody renews.
pub(super) const LEASE_SECONDS: i64 = 2;

/// Processes on one database.
pub(super) struct Fleet {
    pub(super) world: World,
    pub(super) installation: Installation,
    pub(super) catcher: RunningCatcher,
    stub: RunningStub,
    replicas: Mutex<BTreeMap<String, Arc<Replica>>>,
}

/// One process.
pub(super) struct Replica {
    pub(super) program: Program,
    channel: Channel,
}

impl Fleet {
    /// The neighbours, and no process yet.
    pub(super) async fn new() -> Self {
        let world = World::new(moment(TUESDAY_MORNING)).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let stub = stub(folder.path()).await;
        let catcher = catcher(folder.path()).await;
        let installation =
            Installation::write(folder, &world, stub.address(), catcher.address()).await;
        installation.simplify_extract();
        Self {
            world,
            installation,
            catcher,
            stub,
            replicas: Mutex::default(),
        }
    }

    /// Processes of these names; the first holds all leases.
    pub(super) async fn of(names: &[&str]) -> Self {
        let fleet = Self::new().await;
        for (index, name) in names.iter().enumerate() {
            fleet.start(name, &[]).await;
            if index == 0 {
                fleet.all_held_by(name).await;
            }
        }
        fleet
    }

    /// Starts a process, or starts it again.
    pub(super) async fn start(&self, name: &str, variables: &[(&str, &str)]) {
        let config = self.installation.config_file();
        let arguments = [
            "serve",
            "--config",
            config.to_str().unwrap(),
            "--test-clock",
            TUESDAY_MORNING,
        ];
        let term = LEASE_SECONDS.to_string();
        let own = [
            ("TIZILIM__REPLICA__NAME", name),
            ("TIZILIM__REPLICA__LEASE_SECONDS", &term),
        ];
        let variables = [&own, variables].concat();
        let program = Program::start(self.installation.path(), &arguments, &variables).await;
        let channel = connect(program.address).await.unwrap();
        let replica = Arc::new(Replica { program, channel });
        let mut replicas = self.replicas.lock().unwrap();
        replicas.insert(name.to_owned(), replica);
    }

    /// A process that holds all leases and meets with a mishap at a point, and two that stand by.
    pub(super) async fn with_mishap(variable: &str, point: &str) -> Self {
        let fleet = Self::new().await;
        // The first start takes the configured providers into the register: that is not what is meant.
        fleet.start("a", &[]).await;
        let operator = OperatorClient::new(fleet.line("a", Account::Operator));
        operator.all_stages_delivered().await.unwrap();
        until("the count of the first facts", async || {
            (operator.status().await.unwrap().statistics_lag == 0).then_some(())
        })
        .await;
        fleet.end("a").await;
        fleet.start("a", &[(variable, point)]).await;
        fleet.all_held_by("a").await;
        fleet.start("b", &[]).await;
        fleet.start("c", &[]).await;
        fleet
    }

    pub(super) fn replica(&self, name: &str) -> Arc<Replica> {
        Arc::clone(&self.replicas.lock().unwrap()[name])
    }

    /// Asks a process to end, waits until it has drained, and starts it anew.
    pub(super) async fn restart(&self, name: &str) {
        self.end(name).await;
        self.start(name, &[]).await;
    }

    async fn end(&self, name: &str) {
        let replica = self.replica(name);
        replica.program.signal("TERM");
        let ended = until("the end of the drain", async || {
            replica.program.has_ended_well()
        });
        assert!(ended.await, "{name} drained: {}", self.unexpected());
    }

    pub(super) fn raw(&self, name: &str, account: Account) -> Raw {
        let token = self.installation.accounts.token(account);
        Raw::new(self.replica(name).channel.clone(), Some(token))
    }

    fn line(&self, name: &str, account: Account) -> Line {
        let token = self.installation.accounts.token(account);
        Line::new(self.replica(name).channel.clone(), token).unwrap()
    }

    pub(super) fn portal(&self, name: &str) -> CooperativeClient {
        CooperativeClient::new(self.line(name, Account::Portal))
    }

    pub(super) fn head(&self, name: &str) -> ProviderClient {
        ProviderClient::new(self.line(name, Account::Head))
    }

    pub(super) fn contract(&self, share: u32) -> pb::SubmitApplicationRequest {
        agreement(&self.world, share).electronic_contract().unwrap()
    }

    /// Asks one process to file.
    pub(super) async fn file(
        &self,
        name: &str,
        request: &pb::SubmitApplicationRequest,
    ) -> Result<pb::SubmitApplicationResponse, Status> {
        let mut raw = self.raw(name, Account::Portal).applications();
        let answer = raw.submit_application(request.clone()).await?;
        Ok(answer.into_inner())
    }

    /// Files and grants by one process, and waits until the shareholder has the letter.
    pub(super) async fn whole_job(&self, name: &str, share: u32) -> pb::Application {
        let filed = self.file(name, &self.contract(share)).await.unwrap();
        let id = filed.application.unwrap().application_id;
        let portal = self.portal(name);
        portal.reached(&id, Stage::AwaitingSignature).await.unwrap();
        let (head, now) = (&self.world.provider.head.identity, self.world.begins_at);
        self.head(name).grant(&id, head, now).await.unwrap();
        portal.reached(&id, Stage::ExtractSent).await.unwrap()
    }

    /// The leases that are held, with their holders, as a process tells.
    pub(super) async fn holders(&self, name: &str) -> BTreeMap<String, String> {
        let mut raw = self.raw(name, Account::Operator).operations();
        let status = raw.get_status(pb::GetStatusRequest {}).await.unwrap();
        let leases = status.into_inner().leases.into_iter();
        leases
            .filter(|lease| lease.held)
            .map(|lease| (lease.name, lease.holder))
            .collect()
    }

    async fn all_held_by(&self, name: &str) {
        let expected = LEASES.map(|lease| (lease.to_owned(), name.to_owned()));
        let expected = BTreeMap::from(expected);
        until("all leases", async || {
            (self.holders(name).await == expected).then_some(())
        })
        .await;
    }

    /// Waits until others than a process hold all leases, as one of them tells.
    pub(super) async fn taken_over(&self, from: &str, witness: &str) {
        until("the take-over of all leases", async || {
            let holders = self.holders(witness).await;
            let others = holders.values().filter(|holder| *holder != from);
            (others.count() == LEASES.len()).then_some(())
        })
        .await;
    }

    /// So many applications were filed: each is there once, all stages are at the monitoring system,
    /// each once and in order, and the journal has no gaps.
    pub(super) async fn check(&self, witness: &str, applications: usize) {
        let register = self.installation.register().await;
        until("the end of all work", async || {
            let left = number(&register, LEFT).await;
            (left == 0).then_some(())
        })
        .await;
        let first = number(&register, "SELECT coalesce(min(number), 1) FROM journal").await;
        let last = number(&register, "SELECT coalesce(max(number), 0) FROM journal").await;
        let count = number(&register, "SELECT count(*) FROM journal").await;
        let head = number(&register, "SELECT number FROM journal_head").await;
        assert_eq!((first, last, head), (1, count, count), "I-9");
        let filed = number(&register, "SELECT count(*) FROM application").await;
        assert_eq!(usize::try_from(filed).unwrap(), applications, "I-6");
        let counted = number(&register, COUNTED).await;
        assert_eq!(counted, filed, "each application counts once");
        register.close().await.unwrap();
        self.check_monitoring(witness, applications).await;
        assert_eq!(self.unexpected(), "");
    }

    /// I-3: what the monitoring system has is what the service says.
    async fn check_monitoring(&self, witness: &str, applications: usize) {
        let channel = connect(self.stub.address()).await.unwrap();
        let monitoring = MonitoringClient::new(Line::anonymous(channel));
        let mut received = BTreeMap::<String, Vec<(i32, String)>>::new();
        for stage in monitoring.received("").await.unwrap() {
            let stage = stage.stage.unwrap();
            let of_one = received.entry(stage.application_number).or_default();
            of_one.push((stage.sequence, stage.event_id));
        }
        assert_eq!(received.len(), applications);
        let mut raw = self.raw(witness, Account::Portal).applications();
        let request = pb::ListApplicationsRequest {
            page_size: 100,
            ..Default::default()
        };
        let listed = raw.list_applications(request).await.unwrap().into_inner();
        assert_eq!(listed.applications.len(), applications);
        let portal = self.portal(witness);
        let compared = listed.applications.iter().map(async |application| {
            let stages = portal.stages(&application.application_id).await.unwrap();
            let told: Vec<_> = stages
                .into_iter()
                .map(|stage| (stage.sequence, stage.event_id))
                .collect();
            let number = &application.application_number;
            assert_eq!(received[number], told, "I-3: {number}");
            let in_order = (1..)
                .zip(&told)
                .all(|(expected, (sequence, _))| expected == *sequence);
            assert!(in_order, "I-3: {told:?}");
        });
        join_all(compared).await;
    }

    /// Everything that any process logged.
    pub(super) fn log(&self) -> String {
        let entries = self.installation.path().read_dir().unwrap();
        let paths = entries.map(|entry| entry.unwrap().path());
        let logs = paths.filter(|path| path.extension().is_some_and(|it| it == "log"));
        logs.map(|log| std::fs::read_to_string(log).unwrap())
            .collect()
    }

    /// What no process should have logged.
    pub(super) fn unexpected(&self) -> String {
        let log = self.log();
        let lines = log.lines();
        let lines = lines.filter(|line| line.contains("ERROR") || line.starts_with("tizilim: "));
        lines.collect::<Vec<_>>().join("\n")
    }

    /// How often a stage was pushed that the monitoring system had.
    pub(super) async fn duplicates(&self) -> i32 {
        let channel = connect(self.stub.address()).await.unwrap();
        let monitoring = MonitoringClient::new(Line::anonymous(channel));
        let received = monitoring.received("").await.unwrap();
        received.iter().map(|stage| stage.duplicate_count).sum()
    }
}

pub(super) async fn number(register: &DatabaseConnection, query: &str) -> i64 {
    let query = Statement::from_string(register.get_database_backend(), query);
    let row = register.query_one_raw(query).await.unwrap().unwrap();
    row.try_get_by_index(0).unwrap()
}
