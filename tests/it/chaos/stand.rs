//! What the storm goes over: processes of the service on a PostgreSQL of their own, and the stub at the
//! end of a way that stays where it is. It never does anything to them.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::Ipv4Addr,
    sync::Mutex,
    time::Duration,
};

use sea_orm::{ConnectionTrait as _, DatabaseConnection, QueryResult, Statement};
use tizilim::{
    demo::{
        World,
        client::{Line, MonitoringClient, connect},
    },
    mail::catcher::RunningCatcher,
    pb::monitoring::v1::ReceivedStage,
};
use tokio::time::{sleep, timeout};
use tonic::transport::Channel;

use super::{compare::Told, customers::Work};
use crate::harness::{
    Account, Cluster, Installation, Program, Proxy, Raw, TUESDAY_MORNING, catcher, moment,
};

/// The processes of the service.
pub(super) const NAMES: [&str; 3] = ["a", "b", "c"];
/// For how long a lease is held that nobody renews.
pub(super) const LEASE: Duration = Duration::from_secs(2);
/// How long it may take until all has healed.
pub(super) const PATIENCE: Duration = Duration::from_mins(5);
const PAUSE: Duration = Duration::from_millis(100);
/// What a human must look at when a database is gone for long.
const GONE: &str = "the database does not answer; health says no";

const UNSETTLED: &str =
    "SELECT count(*) FROM application WHERE stage NOT IN ('AWAITING_SIGNATURE', 'WITHDRAWN')";
const JOURNAL: &str = "SELECT body FROM journal WHERE kind = 'stage' ORDER BY number";
const NUMBERS: &str = "SELECT number, stage FROM application";

/// Everything that runs, and the way to it.
pub(super) struct Stand {
    pub(super) world: World,
    pub(super) cluster: Cluster,
    installation: Installation,
    /// To the stub, wherever it listens now.
    way: Proxy,
    channels: Mutex<BTreeMap<&'static str, Channel>>,
    _catcher: RunningCatcher,
}

/// What the stub has.
pub(super) struct Received {
    pub(super) stages: Vec<Told>,
    pub(super) sent_again: i32,
}

impl Stand {
    /// A PostgreSQL with an empty register; nothing else runs yet.
    pub(super) async fn new() -> Self {
        let world = World::new(moment(TUESDAY_MORNING)).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let cluster = Cluster::start_durably().await;
        let catcher = catcher(folder.path()).await;
        let nowhere = (Ipv4Addr::LOCALHOST, 1).into();
        let way = Proxy::before(nowhere);
        let installation =
            Installation::write(folder, &world, way.address(), catcher.address()).await;
        installation.replace(installation.url(), &cluster.url);
        installation.keep_register_at(&cluster.url);
        Self {
            world,
            cluster,
            installation,
            way,
            channels: Mutex::default(),
            _catcher: catcher,
        }
    }

    /// Starts a process of the service, as often as it takes: it ends by itself while the database is
    /// away, and a supervisor would start it again.
    pub(super) async fn serve(&self, name: &'static str) -> Program {
        let config = self.installation.config_file();
        let config = config.to_str().unwrap();
        let arguments = ["serve", "--config", config, "--test-clock", TUESDAY_MORNING];
        let term = LEASE.as_secs().to_string();
        let variables = [
            ("TIZILIM__REPLICA__NAME", name),
            ("TIZILIM__REPLICA__LEASE_SECONDS", &term),
        ];
        let program = self.start(&arguments, &variables).await;
        let channel = connect(program.address).await.unwrap();
        self.channels.lock().unwrap().insert(name, channel);
        program
    }

    /// Starts the stub, and leads the way to it.
    pub(super) async fn monitor(&self) -> Program {
        let kept = self.installation.path().join("monitoring");
        let kept = kept.to_str().unwrap();
        let arguments = ["monitor", "--listen", "127.0.0.1:0", "--dir", kept];
        let program = self.start(&arguments, &[]).await;
        self.way.lead_to(program.address);
        program
    }

    async fn start(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Program {
        let folder = self.installation.path();
        patiently("start", async || {
            Program::try_start(folder, arguments, variables).await
        })
        .await
    }

    /// A caller of the next process; of one that is gone, if it is not there again.
    pub(super) fn raw(&self, turn: usize, account: Account) -> Raw {
        let channels = self.channels.lock().unwrap();
        let channel = channels[NAMES[turn % NAMES.len()]].clone();
        Raw::new(channel, Some(self.installation.accounts.token(account)))
    }

    /// What the stub has, in the order of arrival.
    pub(super) async fn received(&self) -> Received {
        let channel = connect(self.way.address()).await.unwrap();
        let monitoring = MonitoringClient::new(Line::anonymous(channel));
        let received = monitoring.received("").await.unwrap();
        Received {
            sent_again: received.iter().map(|stage| stage.duplicate_count).sum(),
            stages: received.into_iter().map(told).collect(),
        }
    }

    /// Waits until the stub has so many stages; if that takes too long, what it lacks is told later.
    pub(super) async fn received_all(&self, stages: usize) {
        let looking =
            looked_for(async || (self.received().await.stages.len() >= stages).then_some(()));
        drop(timeout(PATIENCE, looking).await);
    }

    /// What the processes logged that a human must look at, but that the database was gone.
    pub(super) fn faults(&self) -> BTreeSet<String> {
        let files = self.installation.path().read_dir().unwrap();
        let paths = files.map(|file| file.unwrap().path());
        let logs = paths.filter(|path| path.extension().is_some_and(|it| it == "log"));
        let logs = logs.map(|log| std::fs::read_to_string(log).unwrap());
        let logs: String = logs.collect();
        let lines = logs.lines().filter(|line| line.contains("ERROR"));
        let faults = lines.filter(|line| !line.contains(GONE));
        faults.map(str::to_owned).collect()
    }
}

/// The register itself, beside all processes.
pub(super) struct Register(DatabaseConnection);

impl Register {
    pub(super) async fn of(stand: &Stand) -> Self {
        Self(stand.installation.register().await)
    }

    /// Waits until no application is to go any further.
    pub(super) async fn settled(&self) {
        patiently("the end of all checks", async || {
            (self.number(UNSETTLED).await == 0).then_some(())
        })
        .await;
    }

    /// The stages of the journal, in order.
    pub(super) async fn journal(&self) -> Vec<Told> {
        let rows = self.rows(JOURNAL).await.into_iter();
        let bodies = rows.map(|row| row.try_get_by_index::<String>(0).unwrap());
        let facts = bodies.map(|body| serde_json::from_str(&body).unwrap());
        let told = |fact: serde_json::Value| {
            let text = |name: &str| fact[name].as_str().unwrap().to_owned();
            Told {
                application: text("application_number"),
                sequence: fact["sequence"].as_i64().unwrap().try_into().unwrap(),
                stage: text("stage"),
                event: text("event_id"),
            }
        };
        facts.map(told).collect()
    }

    /// I-9: the numbers of the journal have no gaps.
    pub(super) async fn gaps(&self) -> Option<String> {
        let head = self.number("SELECT number FROM journal_head").await;
        let count = self.number("SELECT count(*) FROM journal").await;
        let last = self.number("SELECT max(number) FROM journal").await;
        let is_right = head == count && head == last;
        (!is_right).then(|| format!("the journal has {count} facts to {last}, its head is {head}"))
    }

    /// I-1, I-6: what was acknowledged is there, and nothing else is.
    pub(super) async fn differs_from(&self, work: &[Work]) -> Vec<String> {
        let rows = self.rows(NUMBERS).await;
        let pair = |row: &QueryResult| {
            (
                row.try_get_by_index::<String>(0).unwrap(),
                row.try_get_by_index::<String>(1).unwrap(),
            )
        };
        let mut there: BTreeMap<_, _> = rows.iter().map(pair).collect();
        let mut wrong = Vec::new();
        for (number, is_withdrawn) in work.iter().flat_map(|work| &work.acknowledged) {
            let stage = there.remove(number);
            let is_right = stage
                .as_ref()
                .is_some_and(|stage| (stage == "WITHDRAWN") == *is_withdrawn);
            if !is_right {
                wrong.push(format!("{number}, withdrawn: {is_withdrawn}, is {stage:?}"));
            }
        }
        let strange = there.into_keys();
        wrong.extend(strange.map(|number| format!("{number} was never acknowledged")));
        wrong
    }

    async fn number(&self, query: &str) -> i64 {
        self.rows(query).await[0].try_get_by_index(0).unwrap()
    }

    async fn rows(&self, query: &str) -> Vec<QueryResult> {
        let query = Statement::from_string(self.0.get_database_backend(), query);
        self.0.query_all_raw(query).await.unwrap()
    }
}

fn told(received: ReceivedStage) -> Told {
    let stage = received.stage.unwrap();
    Told {
        application: stage.application_number,
        sequence: stage.sequence,
        stage: stage.stage,
        event: stage.event_id,
    }
}

/// Tries until something is there, for as long as healing may take.
pub(super) async fn patiently<T>(what: &str, look: impl AsyncFnMut() -> Option<T>) -> T {
    let looked = timeout(PATIENCE, looked_for(look)).await;
    looked.unwrap_or_else(|_| panic!("{what} did not come in time"))
}

async fn looked_for<T>(mut look: impl AsyncFnMut() -> Option<T>) -> T {
    loop {
        if let Some(found) = look().await {
            return found;
        }
        sleep(PAUSE).await;
    }
}
