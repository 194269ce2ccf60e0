//! What the services are made of, opened once at start.
//! It never serves: the routes do.

use std::{fs::DirBuilder, os::unix::fs::DirBuilderExt as _, path::Path, sync::Arc};

use chrono::{DateTime, Days, Utc};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::ServeFault;
use crate::{
    calendar::Calendar,
    config::Config,
    kernel::{Clock, IdSource, SystemClock, SystemIds, TestClock},
    provider::Providers,
    rpc::page::PageTokens,
    store::{Connections, Store},
};

/// Less of the calendar ahead is told to the operator.
const CALENDAR_DAYS_AHEAD_MIN: u64 = 90;

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
    /// The calendar.
    pub calendar: Arc<Calendar>,
    /// The providers.
    pub providers: Arc<Providers>,
    /// Seals tokens of pages.
    pub page_tokens: Arc<PageTokens>,
    /// Work that the drain waits for.
    pub tasks: TaskTracker,
    /// Cancelled when the drain begins: streams and readers end.
    pub stopping: CancellationToken,
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
        let ids: Arc<dyn IdSource> = Arc::new(SystemIds);
        let calendar = Calendar::shipped()?;
        let today = clock.now().today;
        let ahead = today.checked_add_days(Days::new(CALENDAR_DAYS_AHEAD_MIN));
        if !ahead.is_some_and(|ahead| calendar.covers(today, ahead)) {
            tracing::warn!(span = ?calendar.span(), "the calendar ends soon");
        }
        make_folder_of(&config.store.url)?;
        let connections = Connections::open(&config.store).await?;
        if connections.is_embedded() {
            connections.migrate().await?;
        }
        connections.check().await?;
        let page_key = connections.secret("page tokens", &*ids).await?;
        let tasks = TaskTracker::new();
        let store = Store::open(
            connections,
            Arc::clone(&clock),
            Arc::clone(&ids),
            tasks.clone(),
        )
        .await?;
        Ok(Self {
            providers: Arc::new(config.providers.clone()),
            config: Arc::new(config),
            clock,
            test_clock,
            ids,
            store,
            calendar: Arc::new(calendar),
            page_tokens: Arc::new(PageTokens::new(&page_key)),
            tasks,
            stopping: CancellationToken::new(),
        })
    }
}

/// A register holds personal data: a folder made for it is its owner's alone.
const OWNER_ONLY: u32 = 0o700;

/// An embedded register may begin in a folder that is not there yet.
pub(crate) fn make_folder_of(url: &str) -> Result<(), ServeFault> {
    let path = url
        .strip_prefix("sqlite:")
        .map(|path| path.trim_start_matches("//"))
        .map(|path| path.split_once('?').map_or(path, |(path, _)| path));
    let Some(folder) = path.and_then(|path| Path::new(path).parent()) else {
        return Ok(());
    };
    let made = DirBuilder::new()
        .recursive(true)
        .mode(OWNER_ONLY)
        .create(folder);
    made.map_err(|source| ServeFault::Folder {
        folder: folder.to_owned(),
        source,
    })
}
