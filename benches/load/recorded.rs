//! Submissions out of hours: they are recorded and nothing else runs. Beside them the same rows as
//! the engine alone writes them and as a plain handler does, and calls that ask for nothing.

use std::{thread::sleep, time::Duration};

use super::{
    audit::audit,
    calls,
    plain::{self, Plain},
};
use crate::kit::{
    arguments::Engine,
    ledger::Ledger,
    report::{Figure, Wanted},
    round::Round,
    run::{EVENING, ROUNDS, Run, WARM_UP},
    site::{Site, Target},
};

const SETTLED_AFTER: Duration = Duration::from_secs(3);
/// How many callers `pgbench` has.
const PLAIN_CALLERS: u16 = 32;

#[derive(Default)]
struct Rounds {
    empty: Vec<Round>,
    submissions: Vec<Round>,
    alone: Vec<Round>,
    plain: Vec<Round>,
    plain_alone: Vec<Round>,
    batches: Vec<Round>,
    handler: Vec<Round>,
}

pub(crate) async fn measure(run: &mut Run<'_>) {
    let site = run.site("recorded", EVENING, None).await;
    sleep(SETTLED_AFTER);
    let idle = site.target.program.memory();
    let mut ledger = Ledger::default();
    let contracts = run.sign(WARM_UP);
    let callers = run.common.clients;
    let warm_up = ledger.submit(&site.target, callers, WARM_UP, &contracts);
    run.expect(&warm_up.await);

    let rounds = alternate(run, &site, &mut ledger).await;
    let audit = audit("recorded", &site, &ledger, 1).await;
    run.report.audits.push(audit);
    tell(run, &rounds);
    let idle = Figure::new("idle memory, MB", idle, Wanted::AtMost(60.0));
    run.report.figures.push(idle);
    run.tell_peak("recording", &site);
}

async fn alternate(run: &mut Run<'_>, site: &Site, ledger: &mut Ledger) -> Rounds {
    let mut plain = Plain::open(&run.databases, &site.database, run.folder).await;
    let database = run.databases.make("handler").await;
    plain::prepare(&database).await;
    let handler = plain::handler::start(&database, run.folder);
    let handler = Target::reach(handler, &site.callers, site.target.clients.len()).await;
    let mut served = Ledger::default();
    let (limit, callers) = (run.limit(), run.common.clients);
    let mut rounds = Rounds::default();
    for _ in 0..ROUNDS {
        let [all, alone, others] = [(); 3].map(|()| run.sign(limit));
        site.database.settle().await;
        let round = calls::empty(&site.target, callers, limit).await;
        rounds.empty.push(round);
        let round = ledger.submit(&site.target, callers, limit, &all).await;
        rounds.submissions.push(round);
        rounds
            .plain
            .push(plain.one_each(PLAIN_CALLERS, limit).await);
        let round = served.submit(&handler, callers, limit, &others).await;
        rounds.handler.push(round);
        rounds.batches.push(plain.batches(limit).await);
        let round = ledger.submit(&site.target, 1, limit, &alone).await;
        rounds.alone.push(round);
        rounds.plain_alone.push(plain.one_each(1, limit).await);
    }
    assert_eq!(served.failed, 0, "the plain handler turned requests away");
    rounds
}

fn tell(run: &mut Run<'_>, rounds: &Rounds) {
    let (plain, alone, handler_factor) = match run.common.engine {
        Engine::Sqlite => (
            "SQLite alone, one transaction each",
            "SQLite alone, one transaction each, again",
            5.0,
        ),
        Engine::Postgres => (
            "pgbench, 32 clients, one transaction each",
            "pgbench, one client, one transaction each",
            3.0,
        ),
    };
    let report = &mut run.report;
    let empty = report.measured("empty unary calls", &rounds.empty);
    let all = report.measured("submissions, recorded", &rounds.submissions);
    let one = report.measured("submissions, recorded, one caller", &rounds.alone);
    let plain = report.measured(plain, &rounds.plain);
    let plain_one = report.measured(alone, &rounds.plain_alone);
    let batches = report.measured("the engine alone, batches of 64", &rounds.batches);
    let handler = report.measured("plain tonic and SeaORM handler", &rounds.handler);
    let processor = |round: &Round| round.server_us.unwrap();
    report.figures.extend([
        Figure::new(
            "submissions / the engine alone, one transaction each",
            all.per_second / plain.per_second,
            Wanted::AtLeast(1.5),
        ),
        Figure::new(
            "submissions / plain handler",
            all.per_second / handler.per_second,
            Wanted::AtLeast(handler_factor),
        ),
        Figure::new(
            "server's processor time of a submission / of an empty call",
            processor(&all) / processor(&empty),
            Wanted::AtMost(8.0),
        ),
        Figure::new(
            "one caller: p50 of a submission / of one plain transaction",
            one.p50_ms / plain_one.p50_ms,
            Wanted::AtMost(2.0),
        ),
        Figure::told(
            "submissions / the engine alone, batches of 64",
            all.per_second / batches.per_second,
        ),
    ]);
}
