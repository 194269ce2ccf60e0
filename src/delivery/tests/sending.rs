//! How much a receiver is sent at once, and what it is sent again when it lacks earlier stages.
//! No test asks the pusher what it did: it asks the receiver.

use std::sync::Arc;

use super::bench::{Bench, Fake, fact, round};

/// Facts of an application's stages, from one sequence to another.
async fn append(bench: &Bench, sequences: std::ops::RangeInclusive<i32>) {
    let facts = sequences.map(|sequence| fact(1, sequence, "IN_REVIEW"));
    bench.append(facts.collect()).await;
}

#[tokio::test]
async fn a_receiver_that_is_told_one_at_a_time_gets_all_that_it_lacks_in_one_go() {
    let bench = Bench::new().await;
    let fake = Fake::told(|ways| ways.is_told_singly = true);
    let mut pusher = bench.pusher_to(Arc::<Fake>::clone(&fake));
    append(&bench, 1..=2).await;
    round(&mut pusher).await.unwrap();
    fake.does(|ways| ways.stored.clear());
    append(&bench, 3..=5).await;
    assert_eq!(round(&mut pusher).await.unwrap(), 3);
    let all: Vec<_> = (1..=5).map(|sequence| (1, sequence)).collect();
    assert_eq!(fake.stored(), all);
    assert_eq!(fake.calls(), [2, 3, 5]);
}

#[tokio::test]
async fn no_receiver_is_sent_more_at_once_than_the_contract_allows() {
    let bench = Bench::new().await;
    let fake = Fake::told(|ways| {
        ways.rejects.insert((1, 1));
    });
    append(&bench, 1..=601).await;
    round(&mut bench.pusher_to(Arc::<Fake>::clone(&fake)))
        .await
        .unwrap();
    assert_eq!(fake.calls(), [500]);

    // All of it waits in a lane.
    fake.does(|ways| ways.rejects.clear());
    let [lane] = bench.lanes().await.try_into().unwrap();
    bench.let_on(lane.retried()).await;
    let mut pusher = bench.pusher_to(Arc::<Fake>::clone(&fake));
    round(&mut pusher).await.unwrap();
    assert_eq!(
        (fake.calls(), bench.lanes().await),
        (vec![500, 101], vec![])
    );

    // The receiver lost all of it.
    fake.does(|ways| ways.stored.clear());
    append(&bench, 602..=602).await;
    round(&mut pusher).await.unwrap();
    assert_eq!(fake.calls(), [1, 500, 102]);
    assert_eq!(fake.stored().len(), 602);
}
