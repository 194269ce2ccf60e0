//! Whether a submission or a read costs more in a register of many years than in a young one: two
//! services side by side, which differ in nothing else.

use std::sync::Arc;

use super::{
    calls,
    filling::{fill, id},
};
use crate::kit::{
    ledger::Ledger,
    report::{Figure, Wanted},
    round::Round,
    run::{EVENING, ROUNDS, Run, WARM_UP},
    site::Site,
};

/// How many entries the young register has.
const YOUNG: u32 = 10_000;
/// Of so many entries, chosen at random, one after another is read.
const READ: usize = 100_000;

/// A register of some age, and what it was seen to do.
struct Register {
    site: Site,
    entries: u32,
    /// How many facts are not of an application.
    other_facts: i64,
    ledger: Ledger,
    read: Arc<Vec<String>>,
    submissions: Vec<Round>,
    reads: Vec<Round>,
    pages: Vec<Round>,
}

pub(crate) async fn measure(run: &mut Run<'_>, entries: u32) {
    let mut young = Register::of(run, "young", YOUNG).await;
    let mut grown = Register::of(run, "grown", entries).await;
    for register in [&mut young, &mut grown] {
        let contracts = run.sign(WARM_UP);
        let callers = run.common.clients;
        let target = &register.site.target;
        let warm_up = register.ledger.submit(target, callers, WARM_UP, &contracts);
        run.expect(&warm_up.await);
    }
    for _ in 0..ROUNDS {
        young.round(run).await;
        grown.round(run).await;
    }
    young.require_all().await;
    grown.require_all().await;
    let mut compare = |what: &str, rounds: fn(&Register) -> &[Round]| {
        let of = |register: &Register| format!("{what}, {} entries", register.entries);
        let before = run.report.measured(of(&young), rounds(&young));
        let after = run.report.measured(of(&grown), rounds(&grown));
        let ratio = before.per_second / after.per_second;
        let what = format!("{what}: time at {entries} entries / at {YOUNG}");
        let figure = Figure::new(what, ratio, Wanted::AtMost(1.3));
        run.report.figures.push(figure);
    };
    compare("submissions, recorded", |register| &register.submissions);
    compare("GetApplication of any", |register| &register.reads);
    compare("ListApplications, a page of 50", |register| &register.pages);
}

impl Register {
    /// Lets a service store one application, and makes all others like it.
    async fn of(run: &mut Run<'_>, name: &str, entries: u32) -> Self {
        let database = run.databases.make(name).await;
        let mut ledger = Ledger::default();
        let site = run.site_on(name, database.clone(), EVENING, None).await;
        let one = run.sign_some(1);
        ledger.submit(&site.target, 1, WARM_UP, &one).await;
        drop(site);
        let other_facts = fill(&database, entries.into()).await;
        let any = |_| id(rand::random_range(2..=i64::from(entries)));
        Self {
            site: run.site_on(name, database, EVENING, None).await,
            entries,
            other_facts,
            ledger,
            read: Arc::new((0..READ).map(any).collect()),
            submissions: Vec::new(),
            reads: Vec::new(),
            pages: Vec::new(),
        }
    }

    async fn round(&mut self, run: &mut Run<'_>) {
        let (limit, callers) = (run.limit(), run.common.clients);
        let contracts = run.sign(limit);
        let target = &self.site.target;
        self.site.database.settle().await;
        let round = self.ledger.submit(target, callers, limit, &contracts).await;
        self.submissions.push(round);
        let round = calls::get(target, callers, limit, &self.read).await;
        self.reads.push(round);
        self.pages.push(calls::list(target, callers, limit).await);
    }

    /// Nothing was lost, and the journal counts them all.
    async fn require_all(&self) {
        let database = &self.site.database;
        let stored = database.count("SELECT count(*) FROM application").await;
        let head = database.count("SELECT number FROM journal_head").await;
        let facts = database.count("SELECT count(*) FROM journal").await;
        let of_applications = usize::try_from(facts - self.other_facts);
        let entries = usize::try_from(self.entries).unwrap();
        let least = entries + self.ledger.acknowledged.len();
        let stored = usize::try_from(stored).unwrap();
        assert!((least..=least + self.ledger.failed).contains(&stored));
        assert_eq!((head, of_applications), (facts, Ok(stored)));
    }
}
