//! A storm over the stage feed: processes of the service, the stub of the monitoring system and
//! PostgreSQL are killed and frozen at random while applications flow and watchers follow. When all has
//! healed, stub = journal = every watcher, in order, each once, and what was acknowledged is there.
//!
//! `TIZILIM_CHAOS_SECONDS` says how long the storm lasts, `TIZILIM_CHAOS_SEED` which one it is; the
//! report is printed. The proof of ten minutes:
//!
//! ```sh
//! TIZILIM_CHAOS_SECONDS=600 cargo test --release --test it chaos -- --ignored --nocapture
//! ```

mod compare;
mod customers;
mod report;
mod stand;
mod trouble;
mod watchers;

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use tokio::sync::watch;

use self::{
    compare::{Told, differences, disorder},
    customers::{Customer, Work},
    report::Report,
    stand::{NAMES, PATIENCE, Register, Stand},
    trouble::{Suffered, Victim},
    watchers::{Goal, Seen, Watcher},
};
use crate::harness::number_of;

/// Long enough for each to be killed and frozen.
const SECONDS: u64 = 25;
const CUSTOMERS: u32 = 6;
const WATCHERS: usize = 8;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: tests/run"]
async fn whatever_is_killed_and_frozen_the_stub_and_all_watchers_have_what_the_journal_has() {
    let seed = number_of("TIZILIM_CHAOS_SEED").unwrap_or_else(|| rand::random_range(0..1 << 32));
    let length = Duration::from_secs(number_of("TIZILIM_CHAOS_SECONDS").unwrap_or(SECONDS));
    report::say(format_args!(
        "a storm of {length:?}, TIZILIM_CHAOS_SEED={seed}"
    ));
    let stand = Stand::new().await;
    let mut victims = victims(&stand).await;
    let (goal, told) = watch::channel(None);
    let watching = join_all((0..WATCHERS).map(|turn| Watcher::new(&stand, turn).see(told.clone())));
    let storm = async {
        let (suffered, work) = rage(&stand, &mut victims, seed, length).await;
        let healing = Instant::now();
        let register = Register::of(&stand).await;
        register.settled().await;
        let journal = register.journal().await;
        goal.send_replace(Some(Goal {
            stages: journal.len(),
            until: Instant::now() + PATIENCE,
        }));
        stand.received_all(journal.len()).await;
        (suffered, work, register, journal, healing)
    };
    let (views, (suffered, work, register, journal, healing)) = tokio::join!(watching, storm);
    let report = Report {
        suffered,
        work,
        stages: journal.len(),
        sent_again: stand.received().await.sent_again,
        seen: views.iter().map(|seen| seen.met).collect(),
        healed_after: healing.elapsed(),
    };
    report::say(format_args!("{report}"));
    let wrong = wrong(&stand, &register, &journal, &report.work, &views).await;
    assert_eq!(wrong, Vec::<String>::new(), "TIZILIM_CHAOS_SEED={seed}");
    report.require_each_trouble();
}

/// Everything that is killed and frozen; all of it runs.
async fn victims(stand: &Stand) -> Vec<Victim<'_>> {
    let mut victims = vec![Victim::database(stand), Victim::stub(stand).await];
    for name in NAMES {
        victims.push(Victim::replica(stand, name).await);
    }
    victims
}

/// The storm itself; when it is over, all runs, and each request has had its answer.
async fn rage(
    stand: &Stand,
    victims: &mut [Victim<'_>],
    seed: u64,
    length: Duration,
) -> (Vec<Suffered>, Vec<Work>) {
    let ends_at = Instant::now() + length;
    let mut random = StdRng::seed_from_u64(seed);
    let suffering = victims
        .iter_mut()
        .map(|victim| victim.suffer(StdRng::seed_from_u64(random.random()), ends_at));
    let suffering = join_all(suffering.collect::<Vec<_>>());
    let working = (0..CUSTOMERS).map(|number| Customer::new(stand, number).work_until(ends_at));
    tokio::join!(suffering, join_all(working))
}

/// All that is not as it must be.
async fn wrong(
    stand: &Stand,
    register: &Register,
    journal: &[Told],
    work: &[Work],
    seen: &[Seen],
) -> Vec<String> {
    let mut wrong = disorder("the journal", journal);
    wrong.extend(register.gaps().await);
    let received = stand.received().await.stages;
    wrong.extend(disorder("the stub", &received));
    wrong.extend(differences("the stub", journal, &received));
    for (number, seen) in seen.iter().enumerate() {
        let who = format!("watcher {number}");
        wrong.extend(disorder(&who, &seen.stages));
        wrong.extend(differences(&who, journal, &seen.stages));
        if seen.stages != journal {
            wrong.push(format!("{who} has not the order of the journal"));
        }
    }
    wrong.extend(register.differs_from(work).await);
    wrong.extend(stand.faults());
    wrong
}
