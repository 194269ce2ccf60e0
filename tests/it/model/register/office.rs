//! The office in process: the services' own methods, without a network, on a store with a clock that
//! stands still. Signatures are words that say whose they are: what signatures are worth is tried elsewhere.

use std::{
    collections::BTreeSet,
    sync::{Arc, OnceLock},
};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use tempfile::TempDir;
use tizilim::{
    application::{ApplicationEndpoint, Office, RuleBook, WholeApplications},
    authn::{Caller, Tokens, account},
    calendar::{Calendar, WorkingHours},
    deadlines::{Clerk as _, Registrar},
    demo::{Cooperative, Person, World},
    document::Documents,
    kernel::{Bin, Iin, Localized, Personal, SystemIds, TestClock},
    provider::{ContractDecision, Official, Provider, ProviderKind, Providers},
    reference::References,
    register::{RegisterEndpoint, ShareholderMarks},
    review::ReviewEndpoint,
    rpc::page::PageTokens,
    signature::{SignatureProblem, SignatureVerifier, Signer, SignerRole},
    store::{Connections, Lease, Leases, Store, StoreConfig, TERM_MAX},
};
use tizilim_test_database::TestDatabase;
use tokio_util::{sync::DropGuard, task::TaskTracker};
use tonic::Request;

/// When every sequence begins: Monday, 10:00 in legal time.
pub(super) const BEGIN: &str = "2026-02-02T05:00:00Z";

/// The people of all sequences.
pub(super) fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(|| World::new(BEGIN.parse().unwrap()).unwrap())
}

pub(super) fn cooperative(index: usize) -> &'static Cooperative {
    let world = world();
    [&world.cooperative, &world.neighbour][index]
}

pub(super) fn person(index: usize) -> &'static Person {
    let world = world();
    [&world.shareholder, &world.rival, &world.offline][index]
}

/// A register with its office, and whom it knows.
pub(super) struct Desk {
    pub(super) clock: Arc<TestClock>,
    pub(super) applications: ApplicationEndpoint,
    pub(super) review: ReviewEndpoint,
    pub(super) register: RegisterEndpoint,
    pub(super) cooperatives: [Arc<Caller>; 2],
    pub(super) officers: [Arc<Caller>; 2],
    registrar: Registrar,
    lease: Lease,
    pub(super) database: TestDatabase,
    _kept: DropGuard,
    _folder: TempDir,
}

impl Desk {
    pub(super) async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = TestDatabase::new(folder.path()).await;
        let config = StoreConfig::at(database.url());
        let connections = Connections::open(&config).await.unwrap();
        if connections.is_embedded() {
            connections.migrate().await.unwrap();
        }
        let clock = Arc::new(TestClock::starting_at(BEGIN.parse().unwrap()));
        let leases = Leases::of(connections.clone(), "model".to_owned(), TERM_MAX);
        let (shown, ids) = (
            Arc::<TestClock>::clone(&clock),
            Arc::new(SystemIds::default()),
        );
        let store = Store::open(connections, shown, ids, TaskTracker::new()).await;
        let store = store.unwrap();
        let (mut lease, kept) = leases.keep("registrar", store.tasks());
        lease.held().await;
        let references = References::of(&store, Calendar::shipped().unwrap(), Providers::default());
        references.seed(&Providers::of([provider()])).await.unwrap();
        let office = Arc::new(Office {
            applications: WholeApplications::of(&store),
            rules: RuleBook::open(references.clone()).unwrap(),
            references,
            verifier: Arc::new(Word),
            quality_authority: None,
            accounts: Arc::new(Tokens::none()),
            documents: Documents::local(folder.path()).unwrap(),
            page_tokens: Arc::new(PageTokens::new(&[7; 32])),
            shareholder_marks: Arc::new(ShareholderMarks::new(&[7; 32])),
            seal: None,
            store,
        });
        let caller = |name: &str, party: &str, bin: &Bin| {
            let rights = match party {
                "cooperative" => ["read", "submit"].as_slice(),
                _ => &["read", "review", "decide"],
            };
            let rights: Vec<String> = rights.iter().map(ToString::to_string).collect();
            Arc::new(account(name, party, bin.as_str(), &rights).unwrap())
        };
        let body = &world().provider.bin;
        Self {
            clock,
            applications: ApplicationEndpoint::new(Arc::clone(&office)),
            review: ReviewEndpoint::new(Arc::clone(&office)),
            register: RegisterEndpoint::new(Arc::clone(&office)),
            cooperatives: [
                caller("portal", "cooperative", &cooperative(0).bin),
                caller("neighbour", "cooperative", &cooperative(1).bin),
            ],
            officers: [
                caller("officer", "provider", body),
                caller("colleague", "provider", body),
            ],
            registrar: Registrar::of(office),
            lease,
            database,
            _kept: kept,
            _folder: folder,
        }
    }

    /// Lets the system do all that is due by now.
    pub(super) async fn settle(&self) {
        loop {
            self.registrar.spare_nothing().await;
            if self.registrar.work(&self.lease).await.unwrap() == 0 {
                return;
            }
        }
    }
}

/// A call as the edge hands it on.
pub(super) fn call<M>(by: &Arc<Caller>, message: M) -> Request<M> {
    let mut request = Request::new(message);
    request.extensions_mut().insert(Arc::clone(by));
    request
}

fn provider() -> Provider {
    let body = &world().provider;
    let time = |text: &str| text.parse().unwrap();
    Provider {
        id: body.id.to_owned(),
        version: 1,
        kind: ProviderKind::of_place(&body.kato),
        bin: body.bin.clone(),
        kato: body.kato.clone(),
        territory: vec![body.kato.clone()],
        name: body.name.clone(),
        hours: WorkingHours::new(time("09:00:00"), time("18:30:00")).unwrap(),
        heads: vec![Official {
            name: body.head.full_name(),
            post: Localized::clone(&body.head_post),
            from_on: None,
            to_on: None,
        }],
        deputies: Vec::new(),
        reviewing_body: body.reviewing_body.clone(),
        near_due_minutes: Provider::NEAR_DUE_MINUTES_DEFAULT,
        contract_decision: ContractDecision::Automatic,
        higher_body_bin: None,
        notice_email: None,
    }
}

/// Believes a signature that says whose it is.
#[derive(Debug)]
struct Word;

/// A signature for an organisation, or a person's own.
pub(super) fn signature(iin: &Iin, organisation: Option<&Bin>) -> Vec<u8> {
    let organisation = organisation.map_or("", Bin::as_str);
    format!("{}|{organisation}", iin.as_str()).into_bytes()
}

#[async_trait]
impl SignatureVerifier for Word {
    async fn verify(
        &self,
        _content: &[u8],
        cms: &[u8],
        at: DateTime<Utc>,
    ) -> Result<Signer, SignatureProblem> {
        let word = std::str::from_utf8(cms).unwrap();
        let (iin, organisation) = word.split_once('|').unwrap();
        let today = tizilim::kernel::local(at).date();
        let roles = if organisation.is_empty() {
            [SignerRole::Individual]
        } else {
            [SignerRole::ChiefExecutive]
        };
        Ok(Signer {
            iin: Iin::parse(iin, today).ok(),
            bin: Bin::parse(organisation).ok(),
            roles: BTreeSet::from(roles),
            name: Personal::new(String::new()),
            certificate_sha256: [0; 32],
            signed_at: None,
        })
    }
}
