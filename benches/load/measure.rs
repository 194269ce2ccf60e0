//! What one run measures, and what all its parts share. No database and no contract is used twice.

use std::{
    fs::Permissions, os::unix::fs::PermissionsExt as _, path::Path, process::Command,
    time::Duration,
};

use tempfile::TempDir;
use tizilim::demo::World;

use super::{
    arguments::Arguments,
    checked,
    contracts::{Batch, Contracts},
    database::{Database, Databases},
    grown,
    program::Program,
    recorded,
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
    pub(crate) arguments: &'a Arguments,
    pub(crate) databases: Databases,
    pub(crate) folder: &'a Path,
    pub(crate) report: Report,
    world: &'a World,
    contracts: Contracts<'a>,
    /// Submissions a second that the callers can expect.
    expected: f64,
}

pub(crate) async fn measure(arguments: &Arguments) -> Report {
    let folder = folder();
    let world = World::new(MORNING.parse().unwrap()).unwrap();
    let mut run = Run {
        arguments,
        databases: Databases::open(arguments.engine, folder.path()),
        folder: folder.path(),
        report: Report::of(arguments),
        world: &world,
        contracts: Contracts::of(&world),
        expected: f64::from(WARM_UP_CONTRACTS),
    };
    if let Some(entries) = arguments.entries {
        Box::pin(grown::measure(&mut run, entries)).await;
    } else {
        Box::pin(recorded::measure(&mut run)).await;
        Box::pin(checked::measure(&mut run)).await;
    }
    run.report
}

/// On the disk of the build, since that of temporary files may be memory; open to PostgreSQL, which
/// does not run as root.
fn folder() -> TempDir {
    tempfile::Builder::new()
        .prefix("load-")
        .permissions(Permissions::from_mode(0o755))
        .tempdir_in(env!("CARGO_TARGET_TMPDIR"))
        .unwrap()
}

impl Run<'_> {
    pub(crate) fn limit(&self) -> Duration {
        Duration::from_secs(self.arguments.seconds)
    }

    /// A service on a new database, whose clock stands at that moment.
    pub(crate) async fn site(&self, name: &str, at: &str, stub: Option<&Program>) -> Site {
        let database = self.databases.make(name).await;
        self.site_on(name, database, at, stub).await
    }

    /// A service on a database that is there.
    pub(crate) async fn site_on(
        &self,
        name: &str,
        database: Database,
        at: &str,
        stub: Option<&Program>,
    ) -> Site {
        Site::start(
            self.world,
            database,
            &self.folder.join(format!("{name}-site")),
            at.parse().unwrap(),
            stub.map(|stub| stub.address),
            usize::from(self.arguments.connections),
        )
        .await
    }

    /// The stub of the monitoring system, as a process of its own.
    pub(crate) fn stub(&self) -> Program {
        let mut monitor = Command::new(env!("CARGO_BIN_EXE_tizilim"));
        monitor.args(["monitor", "--listen", "127.0.0.1:0", "--dir"]);
        monitor.arg(self.folder.join("monitoring"));
        Program::start(&mut monitor, &self.folder.join("monitoring.log"))
    }

    /// As many contracts as will be filed in that time, and some more.
    pub(crate) fn sign(&mut self, time: Duration) -> Batch {
        let count = self.expected * time.as_secs_f64() * RESERVE;
        self.contracts.sign(count as u32)
    }

    /// One contract.
    pub(crate) fn sign_one(&mut self) -> Batch {
        self.contracts.sign(1)
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
