//! Random sequences of commands on shares, entries and applications of all procedures, against a small
//! model of the register that was written from the Rules: no answer and no state may differ.
//!
//! Many sequences are played on one register at once, each on shares of its own, act by act: their commands
//! meet in the same commits. `TIZILIM_MODEL_SEQUENCES` says how many, `TIZILIM_MODEL_SEED` from which seed
//! on. A sequence that differs is played again with fewer and fewer acts, and told.

mod acts;
mod compare;
mod grants;
mod kept;
mod law;
mod messages;
mod office;
mod play;

use chrono::TimeDelta;
use futures_util::future::join_all;
use sea_orm::{ConnectionTrait as _, Database, Statement};
use tizilim::kernel::Clock as _;

use self::{
    acts::{Act, LENGTH_MAX, always, sequence},
    office::Desk,
    play::{Difference, Play, Tally},
};
use crate::harness::number_of;

const SEQUENCES: u64 = 256;
/// How many are played at once on one register.
const BATCH: usize = 64;

/// What must be answered in a run of the usual length, or it tried too little.
const ANSWERED: [&str; 14] = [
    "AGREEMENT_REGISTERED",
    "ENTRY_CHANGED",
    "ENTRY_UNKNOWN",
    "NOT_A_REFUSED_APPLICATION",
    "NOT_TAKEN",
    "OK",
    "PERMISSION_DENIED",
    "RACE",
    "REPLAYED",
    "REQUEST_ID_REUSED",
    "SHARE_TAKEN",
    "STALE_ETAG",
    "TAKEN_BY_ANOTHER",
    "WRONG_STAGE",
];

/// Minutes between two acts: some follow at once, some by night and after the due moment.
fn pause(place: usize) -> TimeDelta {
    TimeDelta::minutes(if place % 4 == 3 { 900 } else { 7 })
}

/// Plays sequences on a register of their own; what each was answered, or where it differed.
async fn played(sequences: &[Vec<Act>]) -> Vec<Result<Tally, Difference>> {
    let desk = Desk::open().await;
    let plays = (0_u32..).zip(sequences);
    let plays = plays.map(|(number, acts)| (Play::new(&desk, number), acts, None));
    let mut plays: Vec<(Play<'_>, &Vec<Act>, Option<Difference>)> = plays.collect();
    let mut now = desk.clock.now().instant;
    for place in 0..LENGTH_MAX {
        join_all(plays.iter_mut().map(async |(play, acts, difference)| {
            if let (Some(act), None) = (acts.get(place), &difference) {
                let stepped = Box::pin(play.step(*act)).await;
                *difference = stepped
                    .err()
                    .map(|it| format!("act {place}, {act:?}: {it}"));
            }
        }))
        .await;
        // What followed from the acts, before anything falls due; then what falls due.
        for later in [TimeDelta::zero(), pause(place)] {
            now += later;
            desk.clock.set(now).unwrap();
            desk.settle().await;
            for (play, ..) in &mut plays {
                play.law.settles(now);
            }
        }
    }
    let compared = plays
        .into_iter()
        .map(async |(play, _, difference)| match difference {
            Some(difference) => Err(difference),
            None => play.compared().await.map(|()| play.tally),
        });
    let compared = join_all(compared).await;
    journal_has_no_gaps(&desk).await;
    compared
}

/// I-9, of all sequences together.
async fn journal_has_no_gaps(desk: &Desk) {
    let register = Database::connect(desk.database.url()).await.unwrap();
    let numbers = "SELECT count(*) - max(number) + min(number) - 1 + max(number) - \
                   (SELECT number FROM journal_head) AS difference FROM journal";
    let numbers = Statement::from_string(register.get_database_backend(), numbers);
    let row = register.query_one_raw(numbers).await.unwrap().unwrap();
    assert_eq!(row.try_get::<i64>("", "difference").unwrap(), 0, "I-9");
    register.close().await.unwrap();
}

/// The fewest acts that still differ, found by leaving out one after the other.
async fn fewest(mut acts: Vec<Act>, mut difference: Difference) -> (Vec<Act>, Difference) {
    let mut place = 0;
    while place < acts.len() {
        let mut fewer = acts.clone();
        fewer.remove(place);
        match played(std::slice::from_ref(&fewer)).await.remove(0) {
            Err(still) => (acts, difference) = (fewer, still),
            Ok(_) => place += 1,
        }
    }
    (acts, difference)
}

fn add(all: &mut Tally, tally: Tally) {
    for (word, times) in tally {
        *all.entry(word).or_default() += times;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sequences_of_commands_leave_the_register_as_the_rules_say() {
    let count = number_of("TIZILIM_MODEL_SEQUENCES").unwrap_or(SEQUENCES);
    let first = number_of("TIZILIM_MODEL_SEED").unwrap_or_else(|| rand::random_range(0..1 << 32));
    let seeds: Vec<u64> = (first..).take(usize::try_from(count).unwrap()).collect();
    let mut all = Tally::new();
    for outcome in played(&always()).await {
        add(&mut all, outcome.unwrap());
    }
    for seeds in seeds.chunks(BATCH) {
        let sequences: Vec<_> = seeds.iter().map(|seed| sequence(*seed)).collect();
        let outcomes = played(&sequences).await;
        for ((seed, acts), outcome) in seeds.iter().zip(sequences).zip(outcomes) {
            match outcome {
                Ok(tally) => add(&mut all, tally),
                Err(difference) => {
                    let (acts, fewest) = fewest(acts, difference.clone()).await;
                    panic!(
                        "TIZILIM_MODEL_SEED={seed} TIZILIM_MODEL_SEQUENCES=1: {difference}\n\
                         with the fewest acts: {fewest}\n{acts:#?}"
                    );
                }
            }
        }
    }
    if count >= SEQUENCES {
        let missing: Vec<_> = ANSWERED
            .iter()
            .filter(|it| !all.contains_key(**it))
            .collect();
        assert!(
            missing.is_empty(),
            "seed {first}: never answered: {missing:?} of {all:?}"
        );
    }
}
