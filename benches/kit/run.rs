//! What all parts of one run share. No database and no contract is used twice.

use std::{
    fs::Permissions, net::SocketAddr, os::unix::fs::PermissionsExt as _, path::Path,
    process::Command, sync::Arc, time::Duration,
};

use tempfile::TempDir;
use tizilim::demo::World;

use super::{
    arguments::Common,
    contracts::{Batch, Contracts},
    database::{Database, Databases},
    program::Program,
    report::{Figure, Report, Wanted},
    round::Round,
    site::Site,
};

/// Tuesday 24 November 2026, 10:00 in Almaty: in working hours, so that checks begin at once.
pub(crate) const MORNING: &str = "2026-11-24T05:00:00Z";
/// The same day, 19:00: what arrives is recorded, and registered at the next opening.
pub(crate) const EVENING: &str = "2026-11-24T14:00:00Z";

/// Rounds of what is compared alternate, so that a machine that grows slower or faster meanwhile is
/// fair to all.
pub(crate) const ROUNDS: u32 = 3;
pub(crate) const WARM_UP: Duration = Duration::from_secs(1);
const WARM_UP_CONTRACTS: u32 = 10_000;
/// So many times more contracts are signed than the warm-up says will be filed.
const RESERVE: f64 = 1.5;

/// One run.
pub(crate) struct Run<'a> {
    pub(crate) common: &'a Common,
    pub(crate) databases: Databases,
    pub(crate) folder: &'a Path,
    pub(crate) report: Report,
    world: &'a World,
    contracts: Contracts<'a>,
    /// Submissions a second that the callers can expect.
    expected: f64,
}

/// The world in which everything happens.
pub(crate) fn world() -> World {
    World::new(MORNING.parse().unwrap()).unwrap()
}

/// On the disk of the build, since that of temporary files may be memory; open to PostgreSQL, which
/// does not run as root.
pub(crate) fn folder() -> TempDir {
    tempfile::Builder::new()
        .prefix("measured-")
        .permissions(Permissions::from_mode(0o755))
        .tempdir_in(env!("CARGO_TARGET_TMPDIR"))
        .unwrap()
}

impl<'a> Run<'a> {
    pub(crate) fn of(common: &'a Common, world: &'a World, folder: &'a Path) -> Self {
        Self {
            common,
            databases: Databases::open(common, folder),
            folder,
            report: Report::of(common),
            world,
            contracts: Contracts::of(world),
            expected: f64::from(WARM_UP_CONTRACTS),
        }
    }

    pub(crate) fn limit(&self) -> Duration {
        Duration::from_secs(self.common.seconds)
    }

    /// A service on a new database, whose clock stands at that moment.
    pub(crate) async fn site(&self, name: &str, at: &str, monitoring: Option<SocketAddr>) -> Site {
        let database = self.databases.make(name).await;
        self.site_on(name, database, at, monitoring).await
    }

    /// A service on a database that is there.
    pub(crate) async fn site_on(
        &self,
        name: &str,
        database: Database,
        at: &str,
        monitoring: Option<SocketAddr>,
    ) -> Site {
        Site::start(
            self.world,
            database,
            &self.folder.join(format!("{name}-site")),
            at.parse().unwrap(),
            monitoring,
            usize::from(self.common.connections),
        )
        .await
    }

    /// A stub of the monitoring system, as a process of its own; it goes on with its file if it has one.
    pub(crate) fn stub(&self, name: &str) -> Program {
        let mut monitor = Command::new(env!("CARGO_BIN_EXE_tizilim"));
        monitor.args(["monitor", "--listen", "127.0.0.1:0", "--dir"]);
        monitor.arg(self.folder.join(format!("{name}-monitoring")));
        let log = self.folder.join(format!("{name}-monitoring.log"));
        Program::start(&mut monitor, &log)
    }

    /// As many contracts as will be filed in that time, and some more.
    pub(crate) fn sign(&mut self, time: Duration) -> Arc<Batch> {
        let count = self.expected * time.as_secs_f64() * RESERVE;
        Arc::new(self.contracts.sign(count as u32))
    }

    /// So many contracts.
    pub(crate) fn sign_some(&mut self, count: u32) -> Arc<Batch> {
        Arc::new(self.contracts.sign(count))
    }

    /// Reckons from here on with the rate of a round.
    pub(crate) const fn expect(&mut self, round: &Round) {
        self.expected = round.per_second;
    }

    /// What the service took at most.
    pub(crate) fn tell_peak(&mut self, when: &str, site: &Site) {
        let what = format!("peak memory, {when}, MB");
        let peak = site.target.program.memory_peak();
        let figure = Figure::new(what, peak, Wanted::AtMost(300.0));
        self.report.figures.push(figure);
    }
}
