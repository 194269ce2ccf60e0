//! A town for one test: the service in process on a port of its own, with its real layers, database
//! and mail, the stub of the monitoring system, and everybody's clients. Nothing in it sleeps: the
//! clock is moved, and what must come is awaited for a bounded time.

mod accounts;
mod answers;
mod changes;
mod cluster;
mod complaints;
mod corrections;
mod courts;
mod installation;
mod log;
mod notices;
mod office;
mod program;
mod proxy;
mod raw;
mod wire;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use tizilim::{
    demo::{
        Agreement, World, agreement,
        client::{
            AnyoneClient, CooperativeClient, Line, MonitoringClient, OperatorClient,
            ProviderClient, ReviewerClient, connect,
        },
        scan,
    },
    kernel::SystemClock,
    mail::catcher::{Catcher, RunningCatcher},
    monitor::{RunningStub, Stub},
    pb::registry::v1 as pb,
    serve::{self, Running},
};
use tonic::transport::Channel;

pub(crate) use accounts::{Account, Accounts};
pub(crate) use answers::{Told, told, told_raw};
pub(crate) use changes::finding;
pub(crate) use cluster::Cluster;
pub(crate) use complaints::reasons;
pub(crate) use corrections::{Part, content, content_of, slip};
pub(crate) use courts::{
    action_against_refusal, court_act, court_action, court_paper, court_response,
};
pub(crate) use installation::{Installation, OTHER_PROVIDER};
pub(crate) use log::{OwnLog, logged};
pub(crate) use notices::change_of_rules;
pub(crate) use program::Program;
pub(crate) use proxy::{Cut, Proxy};
pub(crate) use raw::{Raw, Wire};
pub(crate) use wire::{call, call_in};

/// Tuesday 24 November 2026, 10:00 in Almaty: an ordinary working day.
pub(crate) const TUESDAY_MORNING: &str = "2026-11-24T05:00:00Z";

/// Where the extract of an agreement as the town makes it goes.
pub(crate) const MAILBOX: &str = "shareholder@example.org";

/// One test's town. A test with threads of its own closes it: work that goes on finds no folder else.
pub(crate) struct Town {
    pub(crate) world: World,
    pub(crate) installation: Installation,
    pub(crate) stub: RunningStub,
    pub(crate) catcher: RunningCatcher,
    running: Running,
    pub(crate) channel: Channel,
}

/// What stands while the service does not run.
pub(crate) struct Standing {
    world: World,
    stub: RunningStub,
    catcher: RunningCatcher,
    now: DateTime<Utc>,
}

pub(crate) fn moment(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

impl Town {
    /// Opens on an ordinary working day.
    pub(crate) async fn open() -> Self {
        Self::open_at(TUESDAY_MORNING).await
    }

    /// Opens with a template of one line instead of the extract's form: for tests in which many
    /// extracts are formed and none is looked at.
    pub(crate) async fn open_plainly() -> Self {
        Self::with(TUESDAY_MORNING, Installation::simplify_extract).await
    }

    pub(crate) async fn open_at(begins_at: &str) -> Self {
        Self::with(begins_at, |_| {}).await
    }

    pub(crate) async fn with(begins_at: &str, arrange: impl FnOnce(&Installation)) -> Self {
        log::start();
        let world = World::new(moment(begins_at)).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let stub = stub(folder.path()).await;
        let catcher = catcher(folder.path()).await;
        let installation =
            Installation::write(folder, &world, stub.address(), catcher.address()).await;
        arrange(&installation);
        let running = Box::pin(serve::start(installation.config(), Some(world.begins_at)))
            .await
            .unwrap();
        let channel = connect(running.address()).await.unwrap();
        Self {
            world,
            installation,
            stub,
            catcher,
            running,
            channel,
        }
    }

    /// Stops the service and starts it again on the same files, at the moment where it stood.
    pub(crate) async fn restarted(self) -> Self {
        let (standing, installation) = self.stopped().await;
        Self::resume(standing, installation).await
    }

    /// Drains the service: whatever a call left behind has ended then.
    pub(crate) async fn stopped(self) -> (Standing, Installation) {
        let now = self.now().await;
        drop(self.channel);
        self.running.stop().await.unwrap();
        let standing = Standing {
            world: self.world,
            stub: self.stub,
            catcher: self.catcher,
            now,
        };
        (standing, self.installation)
    }

    /// Drains the service for good.
    pub(crate) async fn close(self) -> Installation {
        let (standing, installation) = self.stopped().await;
        standing.stub.stop().await.unwrap();
        standing.catcher.stop().await;
        installation
    }

    /// Goes on with the service where it stopped.
    pub(crate) async fn resume(standing: Standing, installation: Installation) -> Self {
        let Standing {
            world,
            stub,
            catcher,
            now,
        } = standing;
        let running = Box::pin(serve::start(installation.config(), Some(now)))
            .await
            .unwrap();
        let channel = connect(running.address()).await.unwrap();
        Self {
            world,
            installation,
            stub,
            catcher,
            running,
            channel,
        }
    }

    /// Where metrics are shown, if the installation wants them.
    pub(crate) const fn metrics_address(&self) -> Option<SocketAddr> {
        self.running.metrics_address()
    }

    /// Where the service listens.
    pub(crate) const fn address(&self) -> SocketAddr {
        self.running.address()
    }

    fn line(&self, account: Account) -> Line {
        let token = self.installation.accounts.token(account);
        Line::new(self.channel.clone(), token).unwrap()
    }

    pub(crate) fn portal(&self) -> CooperativeClient {
        CooperativeClient::new(self.line(Account::Portal))
    }

    pub(crate) fn cooperative(&self, account: Account) -> CooperativeClient {
        CooperativeClient::new(self.line(account))
    }

    pub(crate) fn provider(&self, account: Account) -> ProviderClient {
        ProviderClient::new(self.line(account))
    }

    pub(crate) fn reviewer(&self, account: Account) -> ReviewerClient {
        ReviewerClient::new(self.line(account))
    }

    pub(crate) fn officer(&self) -> ProviderClient {
        self.provider(Account::Officer)
    }

    pub(crate) fn operator(&self) -> OperatorClient {
        OperatorClient::new(self.line(Account::Operator))
    }

    pub(crate) fn anyone(&self) -> AnyoneClient {
        AnyoneClient::new(Line::anonymous(self.channel.clone()))
    }

    /// The generated clients, for calls that a proper client does not make.
    pub(crate) fn raw(&self, account: Account) -> Raw {
        Raw::new(
            self.channel.clone(),
            Some(self.installation.accounts.token(account)),
        )
    }

    pub(crate) fn raw_anonymous(&self) -> Raw {
        Raw::new(self.channel.clone(), None)
    }

    pub(crate) async fn monitoring(&self) -> MonitoringClient {
        let channel = connect(self.stub.address()).await.unwrap();
        MonitoringClient::new(Line::anonymous(channel))
    }

    pub(crate) async fn now(&self) -> DateTime<Utc> {
        let status = self.operator().status().await.unwrap();
        instant(status.now_at)
    }

    pub(crate) async fn advance(&self, to: &str) -> pb::AdvanceClockResponse {
        self.operator().advance_clock(moment(to)).await.unwrap()
    }

    /// Number of the last fact: whether anything was stored.
    pub(crate) async fn journal_head(&self) -> i64 {
        self.operator().status().await.unwrap().journal_head
    }

    /// The agreement on an apartment, correct in everything.
    pub(crate) fn agreement(&self, share_no: u32) -> Agreement<'_> {
        agreement(&self.world, share_no)
    }

    /// Files a contract and waits for its checks.
    pub(crate) async fn filed(
        &self,
        agreement: &Agreement<'_>,
        stage: pb::ApplicationStage,
    ) -> pb::Application {
        let request = agreement.electronic_contract().unwrap();
        let filed = self.portal().submit(request).await.unwrap();
        self.reached(&filed, stage).await
    }

    /// Uploads a scan and files it as a copy; waits for its checks.
    pub(crate) async fn filed_copy(&self, agreement: &Agreement<'_>) -> pb::Application {
        let scan = scan(1);
        let document = self.portal().upload("scan.pdf", &scan).await.unwrap();
        let request = agreement
            .electronic_copy(&document.document_id, &scan)
            .unwrap();
        let filed = self.portal().submit(request).await.unwrap();
        self.reached(&filed, pb::ApplicationStage::InReview).await
    }

    pub(crate) async fn reached(
        &self,
        application: &pb::Application,
        stage: pb::ApplicationStage,
    ) -> pb::Application {
        self.portal()
            .reached(&application.application_id, stage)
            .await
            .unwrap()
    }

    /// Grants with the head's signature.
    pub(crate) async fn granted(
        &self,
        application: &pb::Application,
    ) -> pb::GrantApplicationResponse {
        let head = &self.world.provider.head.identity;
        let now = self.now().await;
        self.provider(Account::Head)
            .grant(&application.application_id, head, now)
            .await
            .unwrap()
    }

    /// The codes of the stages that the monitoring system received, once it has received all.
    pub(crate) async fn received(&self, number: &str) -> Vec<String> {
        self.operator().all_stages_delivered().await.unwrap();
        let received = self.monitoring().await.received(number).await.unwrap();
        let stages = received.into_iter().filter_map(|one| one.stage);
        (1..)
            .zip(stages)
            .map(|(sequence, stage)| {
                assert_eq!(stage.sequence, sequence, "each stage once, in order");
                stage.stage
            })
            .collect()
    }
}

pub(crate) fn instant(timestamp: Option<prost_types::Timestamp>) -> DateTime<Utc> {
    tizilim::rpc::instant(timestamp.unwrap()).unwrap()
}

/// The number that a variable of the environment says, if it is set.
pub(crate) fn number_of(variable: &str) -> Option<u64> {
    let text = std::env::var_os(variable)?.into_string().unwrap();
    Some(text.parse().unwrap())
}

/// Looks until something is so, for a while.
pub(crate) async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    for _ in 0..600 {
        if let Some(found) = look().await {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("{what} did not come in time")
}

pub(crate) async fn stub(folder: &std::path::Path) -> RunningStub {
    let stub = Stub {
        listen: loopback(),
        folder: folder.join("monitoring"),
        token: None,
        clock: Arc::new(SystemClock),
    };
    stub.start().await.unwrap()
}

pub(crate) async fn catcher(folder: &std::path::Path) -> RunningCatcher {
    let catcher = Catcher {
        listen: loopback(),
        folder: folder.join("mail"),
        tls: None,
        credentials: None,
    };
    catcher.start().await.unwrap()
}

fn loopback() -> SocketAddr {
    (std::net::Ipv4Addr::LOCALHOST, 0).into()
}
