//! A backlog after an outage: how fast it is drained, alone and while submissions go on in working hours,
//! and how much slower these are meanwhile. Afterwards the stub must have what the journal has.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use sea_orm::{ConnectionTrait as _, Statement};
use tokio::time::sleep;
use uuid::Uuid;

use super::{
    backlog::{self, STAGES_EACH},
    inbox::Inbox,
};
use crate::kit::{
    audit::Audit,
    contracts::Batch,
    database::Database,
    ledger::Ledger,
    program::Program,
    report::{Figure, Wanted},
    round::Round,
    run::{MORNING, Run, WARM_UP},
    site::Site,
};

const NAME: &str = "drained";
/// Submissions are measured in slices, so that a drain that ends is noticed.
const SLICE: Duration = Duration::from_millis(500);
/// Submissions go on beside a drain for at most so long.
const WINDOW: std::ops::RangeInclusive<u64> = 5..=60;
/// At this rate a drain would be slow.
const SLOW: u64 = 10_000;
const DRAINED_WITHIN: Duration = Duration::from_mins(10);
const LOOK_INTERVAL: Duration = Duration::from_millis(20);
const STAGES: &str = "SELECT count(*) FROM journal WHERE kind = 'stage'";

/// A backlog on its way.
struct Drain {
    inbox: Inbox,
    /// How many stages the stub had before, and shall have in the end.
    before: i64,
    after: i64,
}

/// What of a backlog was drained in a time.
struct Drained {
    stages: i64,
    took: Duration,
}

pub(crate) async fn measure(run: &mut Run<'_>, stages: i64) {
    let mut ledger = Ledger::default();
    let database = run.databases.make(NAME).await;
    let free = without_backlog(run, &database, &mut ledger).await;
    run.expect(&free);

    let (stub, site, drain) = after_an_outage(run, &database, stages).await;
    drain.begins().await;
    let alone = drain.to_the_end(DRAINED_WITHIN).await;
    tell(
        run,
        "backlog drained, nothing else going on, stages a second",
        &alone,
        None,
    );
    run.tell_peak("draining", &site);
    drop((site, stub));

    let seconds = u64::try_from(stages).unwrap() / SLOW;
    let window = Duration::from_secs(seconds.clamp(*WINDOW.start(), *WINDOW.end()));
    let contracts = run.sign(window);
    let (stub, site, drain) = after_an_outage(run, &database, stages).await;
    let callers = run.common.clients;
    let is_over = AtomicBool::new(false);
    drain.begins().await;
    let draining = async {
        let drained = drain.to_the_end(window).await;
        is_over.store(true, Ordering::Relaxed);
        drained
    };
    let submitting = slices(&site, callers, &mut ledger, &contracts, &is_over);
    let (beside, rounds) = tokio::join!(draining, submitting);
    let busy = "submissions, checks and push running, with a backlog";
    let busy = run.report.measured(busy, &rounds);
    let wanted = Some(Wanted::AtLeast(20_000.0));
    tell(
        run,
        "backlog drained while submissions go on, stages a second",
        &beside,
        wanted,
    );
    run.report.figures.push(Figure::new(
        "submissions with a backlog / without",
        busy.per_second / free.per_second,
        Wanted::AtLeast(0.8),
    ));
    audit(run, &site, &stub, &ledger).await;
}

/// How many submissions there are in a second while no stage waits for long.
async fn without_backlog(run: &mut Run<'_>, database: &Database, ledger: &mut Ledger) -> Round {
    let stub = run.stub(NAME);
    let site = site(run, database, &stub).await;
    let one = run.sign_some(1);
    ledger.submit(&site.target, 1, WARM_UP, &one).await;
    let inbox = Inbox::at(stub.address).await;
    inbox.until(STAGES_EACH).await;
    let (callers, limit) = (run.common.clients, run.limit());
    let contracts = run.sign(WARM_UP);
    let warm_up = ledger.submit(&site.target, callers, WARM_UP, &contracts);
    run.expect(&warm_up.await);
    let contracts = run.sign(limit);
    let is_over = AtomicBool::new(false);
    let submitting = slices(&site, callers, ledger, &contracts, &is_over);
    let ending = async {
        sleep(limit).await;
        is_over.store(true, Ordering::Relaxed);
    };
    let (rounds, ()) = tokio::join!(submitting, ending);
    inbox.until(settled(database).await).await;
    run.report
        .measured("submissions, checks and push running", &rounds)
}

/// A stub and a service that begin when so many stages wait.
async fn after_an_outage(
    run: &Run<'_>,
    database: &Database,
    stages: i64,
) -> (Program, Site, Drain) {
    let before = database.count(STAGES).await;
    let added = backlog::add(database, stages).await;
    let stub = run.stub(NAME);
    let inbox = Inbox::at(stub.address).await;
    let site = site(run, database, &stub).await;
    let drain = Drain {
        inbox,
        before,
        after: before + added,
    };
    (stub, site, drain)
}

async fn site(run: &Run<'_>, database: &Database, stub: &Program) -> Site {
    run.site_on(NAME, database.clone(), MORNING, Some(stub.address))
        .await
}

impl Drain {
    /// Waits for the first stage: who was killed held a lease, which must expire.
    async fn begins(&self) {
        self.inbox.until(self.before + 1).await;
    }

    /// Until all have arrived or the time is over; what has arrived before counts for nothing.
    async fn to_the_end(&self, limit: Duration) -> Drained {
        let first = self.inbox.count(self.before, self.after).await;
        let begun = Instant::now();
        let mut is_done = false;
        while !is_done && begun.elapsed() < limit {
            sleep(LOOK_INTERVAL).await;
            is_done = self.inbox.has(self.after).await;
        }
        let took = begun.elapsed();
        let arrived = self.inbox.count(self.before, self.after).await;
        Drained {
            stages: arrived - first,
            took,
        }
    }
}

/// Files one slice after the other until it is over.
async fn slices(
    site: &Site,
    callers: u16,
    ledger: &mut Ledger,
    contracts: &Arc<Batch>,
    is_over: &AtomicBool,
) -> Vec<Round> {
    let mut rounds = Vec::new();
    while !is_over.load(Ordering::Relaxed) {
        let round = ledger.submit(&site.target, callers, SLICE, contracts);
        rounds.push(round.await);
    }
    rounds
}

fn tell(run: &mut Run<'_>, what: &str, drained: &Drained, wanted: Option<Wanted>) {
    let rate = drained.stages as f64 / drained.took.as_secs_f64();
    let what = format!("{what} ({} of them)", drained.stages);
    let figure = match wanted {
        Some(wanted) => Figure::new(what, rate, wanted),
        None => Figure::told(what, rate),
    };
    run.report.figures.push(figure);
}

/// Waits until all checks are done; tells how many stages there are then.
async fn settled(database: &Database) -> i64 {
    const LEFT: &str = "SELECT count(*) FROM application WHERE stage <> 'AWAITING_SIGNATURE'";
    let begun = Instant::now();
    while database.count(LEFT).await > 0 {
        assert!(begun.elapsed() < DRAINED_WITHIN, "checks are left");
        sleep(LOOK_INTERVAL).await;
    }
    database.count(STAGES).await
}

/// The stub has every stage of the journal, each once, those of one application in order.
async fn audit(run: &mut Run<'_>, site: &Site, stub: &Program, ledger: &Ledger) {
    let inbox = Inbox::at(stub.address).await;
    inbox.until(settled(&site.database).await).await;
    let journal = events(&site.database).await;
    let received = inbox.all().await;
    let mut audit = Audit::of(
        "stages",
        [
            ("applications_acknowledged", ledger.acknowledged.len()),
            ("in_the_journal", journal.len()),
            ("at_the_stub", received.len()),
        ],
    );
    let mut seen = BTreeSet::new();
    let mut last = BTreeMap::<String, i32>::new();
    for stage in received.into_iter().filter_map(|one| one.stage) {
        let event: Uuid = stage.event_id.parse().unwrap();
        audit.require(seen.insert(event), || format!("{event} is there twice"));
        let number = &stage.application_number;
        let before = last.insert(number.clone(), stage.sequence).unwrap_or(0);
        let is_next = stage.sequence == before + 1;
        audit.require(is_next, || {
            format!("{number}: {} after {before}", stage.sequence)
        });
    }
    audit.require(seen == journal, || "stub and journal differ".to_owned());
    for application in &ledger.acknowledged {
        let (id, number) = (&application.id, &application.number);
        let stages = last.get(number).copied().map(i64::from);
        audit.require(stages == Some(STAGES_EACH), || {
            format!("{number} ({id}) has {stages:?} stages at the stub")
        });
    }
    run.report.audits.push(audit);
}

/// The events of the journal.
async fn events(database: &Database) -> BTreeSet<Uuid> {
    let connection = database.connect().await;
    let bodies = "SELECT body FROM journal WHERE kind = 'stage'";
    let bodies = Statement::from_string(connection.get_database_backend(), bodies);
    let rows = connection.query_all_raw(bodies).await.unwrap();
    let event = |row: &sea_orm::QueryResult| {
        let body: String = row.try_get_by_index(0).unwrap();
        let body: serde_json::Value = serde_json::from_str(&body).unwrap();
        body["event_id"].as_str().unwrap().parse().unwrap()
    };
    rows.iter().map(event).collect()
}
