//! One application's life, in random orders, against a model that was written from the Rules and not
//! from the code: after every command both must stand at the same stage and say no alike.

mod complaint;
mod life;
mod play;
mod register;

use std::cell::Cell;

use proptest::{
    collection::vec,
    prelude::*,
    test_runner::{Config, TestRunner},
};

use self::life::{Act, Filing, Officer};
use crate::harness::{Installation, Town};

const LIVES: u32 = 200;

/// Early in what the calendar covers: the clock only moves forward, and every life takes days.
const BEGIN: &str = "2025-06-02T05:00:00Z";

fn filing() -> impl Strategy<Value = Filing> {
    prop_oneof![
        3 => Just(Filing::RightContract),
        1 => Just(Filing::ContractWithoutConsent),
        3 => Just(Filing::Copy),
    ]
}

fn act() -> impl Strategy<Value = Act> {
    let officer = prop_oneof![3 => Just(Officer::First), 1 => Just(Officer::Second)];
    prop_oneof![
        3 => officer.clone().prop_map(Act::Take),
        3 => officer.clone().prop_map(Act::PassOpenChecks),
        1 => officer.clone().prop_map(Act::FailActivity),
        1 => officer.clone().prop_map(Act::PassActivity),
        2 => officer.prop_map(Act::Refuse),
        2 => Just(Act::Grant),
        1 => Just(Act::Withdraw),
        1 => Just(Act::ConfirmHandover),
        2 => (1_u16..3_000).prop_map(Act::Wait),
    ]
}

#[test]
fn a_life_in_any_order_goes_as_the_rules_say() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let town = runtime.block_on(Town::with(BEGIN, Installation::simplify_extract));
    let share = Cell::new(1_000);
    let config = Config {
        cases: LIVES,
        failure_persistence: None,
        max_shrink_iters: 200,
        ..Config::default()
    };
    let lives = (filing(), any::<bool>(), vec(act(), 1..10));
    TestRunner::new(config)
        .run(&lives, |(filing, has_mailbox, acts)| {
            share.set(share.get() + 1);
            runtime.block_on(play::live(&town, share.get(), filing, has_mailbox, &acts));
            Ok(())
        })
        .unwrap();
    runtime.block_on(town.close());
}
