//! What the services are made of, opened once at start.
//! It never serves: the routes do.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    ServeFault,
    embedded::{Alone, alone},
};
use crate::{
    calendar::Calendar,
    config::Config,
    kernel::{Clock, IdSource, SystemClock, SystemIds, TestClock},
    provider::Providers,
    reference::References,
    register::ShareholderMarks,
    rpc::page::PageTokens,
    store::{Connections, Leases, Store, TERM_MAX},
};

/// Everything that services and background readers share.
#[derive(Clone, Debug)]
pub struct Parts {
    /// What the installation decides.
    pub config: Arc<Config>,
    /// The clock that the store asks.
    pub clock: Arc<dyn Clock>,
    /// The same clock, if it can be moved.
    pub test_clock: Option<Arc<TestClock>>,
    /// The maker of ids.
    pub ids: Arc<dyn IdSource>,
    /// The register.
    pub store: Store,
    /// What one process does at a time.
    pub leases: Leases,
    /// The calendar and the providers.
    pub references: References,
    /// Seals tokens of pages.
    pub page_tokens: Arc<PageTokens>,
    /// Marks shareholders.
    pub shareholder_marks: Arc<ShareholderMarks>,
    /// Work that the drain waits for.
    pub tasks: TaskTracker,
    /// Cancelled when the drain begins: streams and readers end.
    pub stopping: CancellationToken,
    /// Locks others out of an embedded register.
    pub(super) alone: Option<Arc<Alone>>,
}

impl Parts {
    /// Opens everything.
    pub(super) async fn open(
        config: Config,
        test_clock: Option<DateTime<Utc>>,
    ) -> Result<Self, ServeFault> {
        let test_clock = test_clock.map(|instant| Arc::new(TestClock::starting_at(instant)));
        let clock: Arc<dyn Clock> = match &test_clock {
            Some(clock) => Arc::<TestClock>::clone(clock),
            None => Arc::new(SystemClock),
        };
        let ids: Arc<dyn IdSource> = Arc::new(SystemIds::default());
        let calendar = Calendar::shipped()?;
        let alone = alone(&config.store)?.map(Arc::new);
        let connections = Connections::open(&config.store).await?;
        if connections.is_embedded() {
            connections.migrate().await?;
        }
        connections.check().await?;
        let page_key = connections.secret("page tokens", &*ids).await?;
        let shareholder_key = connections.secret("shareholder marks", &*ids).await?;
        let leases = leases(&config, &connections);
        if alone.is_some() {
            // Whoever held them is gone: nobody waits until they expire.
            leases.expire_all().await?;
        }
        let tasks = TaskTracker::new();
        let store = Store::open(
            connections,
            Arc::clone(&clock),
            Arc::clone(&ids),
            tasks.clone(),
        )
        .await?;
        let references = References::of(&store, calendar, Providers::default());
        references.seed(&config.providers).await?;
        Ok(Self {
            references,
            config: Arc::new(config),
            clock,
            test_clock,
            ids,
            store,
            leases,
            page_tokens: Arc::new(PageTokens::new(&page_key)),
            shareholder_marks: Arc::new(ShareholderMarks::new(&shareholder_key)),
            tasks,
            stopping: CancellationToken::new(),
            alone,
        })
    }
}

fn leases(config: &Config, connections: &Connections) -> Leases {
    let replica = &config.replica;
    let holder = replica.name.clone().unwrap_or_else(|| {
        let host = hostname::get().map(|host| host.to_string_lossy().into_owned());
        format!("{}-{}", host.unwrap_or_default(), std::process::id())
    });
    // Nobody else takes the leases of an embedded register: it need not be written to every few seconds.
    let term = if connections.is_embedded() {
        TERM_MAX
    } else {
        Duration::from_secs(replica.lease_seconds.into())
    };
    Leases::of(connections.clone(), holder, term)
}
