//! A service that dies and is started again on its files, its neighbours, and a client that keeps a
//! ledger of what was acknowledged and does not give up.

use std::{collections::BTreeMap, net::SocketAddr, time::Duration};

use tempfile::TempDir;
use tizilim::{
    demo::{
        World, agreement,
        client::{ClientFault, CooperativeClient, Line, OperatorClient, connect, new_request_id},
    },
    mail::catcher::RunningCatcher,
    monitor::RunningStub,
    pb::registry::v1::{self as pb, ApplicationStage as Stage, StageDelivery},
};
use tonic::{Status, transport::Channel};
use tonic_types::StatusExt as _;

use crate::harness::{
    Account, Installation, Program, Raw, TUESDAY_MORNING, catcher, moment, stub, until,
};

/// More restarts than any test needs.
const PATIENCE: u32 = 60;

/// Between one attempt and the next.
const PAUSE: Duration = Duration::from_millis(100);

/// Everything that one test needs.
pub(super) struct Site {
    pub(super) world: World,
    pub(super) installation: Installation,
    pub(super) catcher: RunningCatcher,
    pub(super) monitoring: SocketAddr,
    /// The monitoring system, if the test brings none of its own; it ends with the site.
    stub: Option<RunningStub>,
    program: Program,
    channel: Channel,
    /// How often the service was found gone.
    pub(super) deaths: u32,
    pub(super) filings:
        BTreeMap<u32, Asked<pb::SubmitApplicationRequest, pb::SubmitApplicationResponse>>,
    pub(super) grants:
        BTreeMap<u32, Asked<pb::GrantApplicationRequest, pb::GrantApplicationResponse>>,
}

/// What was asked, and what was answered first.
pub(super) struct Asked<Q, A> {
    pub(super) request: Q,
    pub(super) answer: Option<A>,
}

impl Site {
    /// Starts everything; the service stops dead at the point, if one is named.
    pub(super) async fn open(crash_at: Option<&str>) -> Self {
        Self::open_configured(crash_at, |_| {}).await
    }

    /// The same, with more in its configuration.
    pub(super) async fn open_configured(
        crash_at: Option<&str>,
        configure: impl FnOnce(&Installation),
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let stub = stub(folder.path()).await;
        let mut site = Self::begin(folder, stub.address(), crash_at, configure).await;
        site.stub = Some(stub);
        site
    }

    /// Starts all but the monitoring system, which is there.
    pub(super) async fn open_with(
        folder: TempDir,
        monitoring: SocketAddr,
        crash_at: Option<&str>,
    ) -> Self {
        Self::begin(folder, monitoring, crash_at, |_| {}).await
    }

    async fn begin(
        folder: TempDir,
        monitoring: SocketAddr,
        crash_at: Option<&str>,
        configure: impl FnOnce(&Installation),
    ) -> Self {
        let world = World::new(moment(TUESDAY_MORNING)).unwrap();
        let catcher = catcher(folder.path()).await;
        let installation = Installation::write(folder, &world, monitoring, catcher.address()).await;
        configure(&installation);
        if crash_at.is_some() {
            settle(&installation).await;
        }
        let program = serve(&installation, crash_at).await;
        let channel = connect(program.address).await.unwrap();
        Self {
            world,
            installation,
            catcher,
            monitoring,
            stub: None,
            program,
            channel,
            deaths: 0,
            filings: BTreeMap::new(),
            grants: BTreeMap::new(),
        }
    }

    pub(super) fn raw(&self, account: Account) -> Raw {
        let token = self.installation.accounts.token(account);
        Raw::new(self.channel.clone(), Some(token))
    }

    /// The channel to the service as it runs now.
    pub(super) fn channel(&self) -> Channel {
        self.channel.clone()
    }

    pub(super) fn portal(&self) -> CooperativeClient {
        let token = self.installation.accounts.token(Account::Portal);
        CooperativeClient::new(Line::new(self.channel.clone(), token).unwrap())
    }

    /// What does `kill -9` to the service.
    pub(super) fn killer(&self) -> impl FnOnce() + use<> {
        self.program.killer()
    }

    /// Lets none of the service's files grow beyond so many bytes, or beyond any number.
    pub(super) fn limit_files(&self, bytes_max: Option<u64>) {
        self.program.limit_files(bytes_max);
    }

    /// Waits until the service has stopped dead.
    pub(super) async fn died(&self) {
        until("the death of the service", async || {
            self.program.has_ended().then_some(())
        })
        .await;
    }

    /// Starts the service again, if it is gone.
    pub(super) async fn revive(&mut self) {
        if self.program.has_ended() {
            self.deaths += 1;
            self.program = serve(&self.installation, None).await;
            self.channel = connect(self.program.address).await.unwrap();
        }
    }

    /// Files the contract for a share, with the same request however often it is asked.
    pub(super) async fn file(&mut self, share: u32) -> Result<pb::Application, Status> {
        let mut raw = self.raw(Account::Portal).applications();
        let asked = self.filings.entry(share).or_insert_with(|| Asked {
            request: agreement(&self.world, share).electronic_contract().unwrap(),
            answer: None,
        });
        let answer = raw
            .submit_application(asked.request.clone())
            .await?
            .into_inner();
        asked.keep(answer.clone(), |answer| answer.replayed = false);
        Ok(answer.application.unwrap())
    }

    /// Grants the application for a share, with the same request however often it is asked.
    pub(super) async fn grant(&mut self, share: u32) -> Result<pb::RegisterEntry, Status> {
        let mut raw = self.raw(Account::Head).review();
        if !self.grants.contains_key(&share) {
            let application_id = self.id(share);
            let request = pb::PrepareGrantRequest {
                application_id: application_id.clone(),
            };
            let prepared = raw.prepare_grant(request).await?.into_inner();
            let head = &self.world.provider.head.identity;
            let signature = head.sign_detached(&prepared.content, self.world.begins_at);
            let request = pb::GrantApplicationRequest {
                request_id: new_request_id(),
                application_id,
                etag: prepared.etag,
                head_signature: signature.unwrap(),
            };
            let answer = None;
            self.grants.insert(share, Asked { request, answer });
        }
        let asked = self.grants.get_mut(&share).unwrap();
        let answer = raw
            .grant_application(asked.request.clone())
            .await?
            .into_inner();
        asked.keep(answer.clone(), |answer| answer.replayed = false);
        Ok(answer.entry.unwrap())
    }

    /// Whether a grant for a share was asked for.
    pub(super) fn is_being_granted(&self, share: u32) -> bool {
        self.grants.contains_key(&share)
    }

    /// The application that was acknowledged for a share.
    pub(super) fn id(&self, share: u32) -> String {
        let answer = self.filings[&share].answer.clone().unwrap();
        answer.application.unwrap().application_id
    }

    /// Asks again, after every death, until there is an answer.
    pub(super) async fn insist<T>(
        &mut self,
        ask: impl AsyncFn(&mut Self) -> Result<T, Status>,
    ) -> T {
        for _ in 0..PATIENCE {
            match ask(self).await {
                Ok(answer) => return answer,
                Err(status) => assert!(is_gone(&status), "{status:?}"),
            }
            // A process that stops dead closes its connections before it is seen to have ended.
            tokio::time::sleep(PAUSE).await;
            self.revive().await;
        }
        panic!("no answer after {PATIENCE} attempts")
    }

    /// Waits until the application for a share reached a stage, whatever happens to the service.
    pub(super) async fn reached(&mut self, share: u32, stage: Stage) -> pb::Application {
        self.insist(async |site| site.try_reached(share, stage).await)
            .await
    }

    pub(super) async fn try_reached(
        &self,
        share: u32,
        stage: Stage,
    ) -> Result<pb::Application, Status> {
        answered(self.portal().reached(&self.id(share), stage).await)
    }

    /// Waits until the monitoring system acknowledged every stage, whatever happens to the service.
    pub(super) async fn delivered(&mut self) {
        let shares: Vec<u32> = self.filings.keys().copied().collect();
        for share in shares {
            self.insist(async |site| site.try_delivered(share).await)
                .await;
        }
    }

    async fn try_delivered(&self, share: u32) -> Result<(), Status> {
        let (portal, id) = (self.portal(), self.id(share));
        until("the acknowledgement of every stage", async || {
            let stages = match answered(portal.stages(&id).await) {
                Ok(stages) => stages,
                Err(status) => return Some(Err(status)),
            };
            let is_there =
                |stage: &pb::ApplicationStageRecord| stage.delivery() == StageDelivery::Delivered;
            stages.iter().all(is_there).then_some(Ok(()))
        })
        .await
    }
}

impl<Q, A: Clone + PartialEq + std::fmt::Debug> Asked<Q, A> {
    /// Keeps the first answer; every later one must be the same.
    fn keep(&mut self, mut answer: A, as_first: impl Fn(&mut A)) {
        as_first(&mut answer);
        match &self.answer {
            None => self.answer = Some(answer),
            Some(first) => assert_eq!(first, &answer, "I-6"),
        }
    }
}

/// The first start takes the providers of the configuration into the register: it is over and told of
/// before the commits and pushes that a test means.
async fn settle(installation: &Installation) {
    let program = serve(installation, None).await;
    let channel = connect(program.address).await.unwrap();
    let token = installation.accounts.token(Account::Operator);
    let operator = OperatorClient::new(Line::new(channel, token).unwrap());
    operator.all_stages_delivered().await.unwrap();
    drop(operator);
    program.signal("TERM");
    let ended = until("the end of the drain", async || program.has_ended_well());
    assert!(ended.await);
}

async fn serve(installation: &Installation, crash_at: Option<&str>) -> Program {
    let config = installation.config_file();
    let arguments = [
        "serve",
        "--config",
        config.to_str().unwrap(),
        "--test-clock",
        TUESDAY_MORNING,
    ];
    let crash_at = crash_at.map(|point| ("TIZILIM_CRASH_AT", point));
    Program::start(installation.path(), &arguments, crash_at.as_slice()).await
}

/// What the service answered; a client's own complaint is the test's fault.
pub(super) fn answered<T>(outcome: Result<T, ClientFault>) -> Result<T, Status> {
    outcome.map_err(|fault| fault.status().unwrap_or_else(|| panic!("{fault}")).clone())
}

/// The service is gone, or asks to try again; anything else is an answer.
fn is_gone(status: &Status) -> bool {
    let reason = status.get_details_error_info().map(|info| info.reason);
    reason.is_none_or(|reason| reason == "TRY_AGAIN")
}
