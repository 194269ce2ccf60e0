//! What is asked at once is committed at once, and nobody suffers for another's change.

use std::{future::ready, sync::mpsc, task::Poll};

use futures_util::future::{BoxFuture, join_all};
use tokio_util::task::TaskTracker;

use super::*;
use crate::store::lease::Fence;

/// A thing of that name and version, as it is made.
fn thing(store: &Store, name: &str, version: i64) -> thing::Model {
    let at = store.clock().now().instant;
    thing::Model {
        id: store.ids().next(at),
        name: name.to_owned(),
        version,
        at,
    }
}

fn made(thing: &thing::Model, guard: Guard) -> Changes {
    Changes::by(origin(thing.at))
        .insert(Insert::guarded(thing, guard))
        .facts([fact(thing.id)])
}

fn replaced(thing: &thing::Model, version_before: i64) -> Changes {
    Changes::by(origin(thing.at))
        .update(Update::of(thing, version_before))
        .facts([fact(thing.id)])
}

/// Commits all at once, in order; tells how each fared, and how many commits it took.
async fn commit(temporary: &Temporary, all: Vec<Changes>) -> (Vec<String>, u64) {
    let store = &temporary.store;
    let before = commits(store);
    let held = held(temporary);
    let commits_of = |changes| -> BoxFuture<'_, _> { Box::pin(store.commit(changes)) };
    let mut committing: Vec<_> = all.into_iter().map(commits_of).collect();
    for commit in &mut committing {
        // Once polled, it is in the queue, or turned away.
        *commit = match futures_util::poll!(&mut *commit) {
            Poll::Ready(outcome) => Box::pin(ready(outcome)),
            Poll::Pending => continue,
        };
    }
    drop(held);
    let outcomes = join_all(committing).await;
    let told = outcomes.into_iter().map(|outcome| match outcome {
        Ok(()) => "committed".to_owned(),
        Err(CommitStop::Lost(guard)) => format!("lost {guard:?}"),
        Err(CommitStop::Full) => "full".to_owned(),
        Err(CommitStop::Fault(fault)) => fault.to_string(),
    });
    let told = told.collect();
    (told, commits(store).saturating_sub(before))
}

/// Keeps the committer from its work until it is dropped.
fn held(temporary: &Temporary) -> mpsc::Sender<()> {
    let (holds, is_held) = mpsc::channel();
    let (held, released) = mpsc::channel();
    temporary.connections.writer.handle().spawn(async move {
        holds.send(()).unwrap();
        // Nothing is ever sent: it ends when the sender is gone.
        released.recv().unwrap_err();
    });
    is_held.recv().unwrap();
    held
}

fn commits(store: &Store) -> u64 {
    let mut registry = prometheus_client::registry::Registry::default();
    store.meter().register(&mut registry);
    let mut text = String::new();
    prometheus_client::encoding::text::encode(&mut text, &registry).unwrap();
    let count = text
        .lines()
        .find_map(|line| line.strip_prefix("store_commit_seconds_count "));
    count.unwrap().parse().unwrap()
}

async fn require_gapless(store: &Store) {
    let numbers: Vec<i64> = facts(store).await.iter().map(|fact| fact.number).collect();
    let expected: Vec<i64> = (1..).take(numbers.len()).collect();
    assert_eq!(numbers, expected);
}

#[tokio::test]
async fn many_changes_at_once_take_few_commits_and_a_lone_one_takes_its_own() {
    let temporary = &store().await;
    let store = &temporary.store;
    let many = (0..300)
        .map(|index| made(&thing(store, &format!("{index}"), 1), Guard::Number))
        .collect();
    let (told, commits) = commit(temporary, many).await;
    assert!(told.iter().all(|told| told == "committed"), "{told:?}");
    // All that one may take, then the rest; or each time a quarter of what waits, 32 at least.
    assert!((2..=7).contains(&commits), "{commits}");
    assert_eq!(things(store).await.len(), 300);
    require_gapless(store).await;

    let (told, commits) = commit(temporary, vec![made(&thing(store, "a", 1), Guard::Number)]).await;
    assert_eq!((told, commits), (vec!["committed".to_owned()], 1));
}

#[tokio::test]
async fn of_a_batch_only_the_losers_are_told_that_they_lost() {
    let temporary = &store().await;
    let store = &temporary.store;
    let taken = [
        thing(store, "0", 1),
        thing(store, "1", 1),
        thing(store, "2", 1),
    ];
    let first = taken
        .iter()
        .map(|thing| made(thing, Guard::Number))
        .collect();
    commit(temporary, first).await;

    let mut newer = taken.clone();
    for thing in &mut newer {
        thing.version = 2;
    }
    let batch = vec![
        made(&thing(store, "a", 1), Guard::Number),
        made(&thing(store, "1", 1), Guard::ShareClaim),
        replaced(&newer[0], 1),
        replaced(&newer[2], 7),
        made(&thing(store, "b", 1), Guard::Agreement),
        made(&thing(store, "b", 1), Guard::Agreement),
    ];
    let (mut told, commits) = commit(temporary, batch).await;
    // Of two that want one name the one of the lower id is written first.
    told[4..].sort_unstable();
    let expected = [
        "committed",
        "lost ShareClaim",
        "committed",
        "lost Version",
        "committed",
        "lost Agreement",
    ];
    assert_eq!(told, expected);
    assert_eq!(commits, 1);
    let names: Vec<_> = things(store)
        .await
        .into_iter()
        .map(|thing| (thing.name, thing.version))
        .collect();
    let expected = [("0", 2), ("1", 1), ("2", 1), ("a", 1), ("b", 1)];
    assert_eq!(
        names,
        expected.map(|(name, version)| (name.to_owned(), version))
    );
    require_gapless(store).await;
}

#[tokio::test]
async fn a_poisoned_change_fails_alone() {
    let temporary = &store().await;
    let store = &temporary.store;
    commit(
        temporary,
        vec![made(&thing(store, "taken", 1), Guard::Number)],
    )
    .await;
    let poisoned = 11;
    let batch = (0..32)
        .map(|index| {
            if index == poisoned {
                let thing = thing(store, "taken", 1);
                return Changes::by(origin(thing.at)).insert(Insert::of(&thing));
            }
            made(&thing(store, &format!("{index}"), 1), Guard::Number)
        })
        .collect();
    let (told, _) = commit(temporary, batch).await;
    for (index, told) in told.iter().enumerate() {
        if index == poisoned {
            assert!(told.starts_with("write rows: database error"), "{told}");
        } else {
            assert_eq!(told, "committed");
        }
    }
    assert_eq!(things(store).await.len(), 32);
    require_gapless(store).await;
}

#[tokio::test]
async fn who_loses_a_guard_is_told_so_whatever_else_it_would_break() {
    let temporary = &store().await;
    let store = &temporary.store;
    let taken = thing(store, "taken", 1);
    commit(temporary, vec![made(&taken, Guard::Number)]).await;
    let mut newer = taken.clone();
    newer.version = 2;
    let breaking = replaced(&newer, 7).insert(Insert::of(&thing(store, "taken", 1)));
    let batch = vec![made(&thing(store, "a", 1), Guard::Number), breaking];
    let (told, commits) = commit(temporary, batch).await;
    assert_eq!(told, ["committed", "lost Version"]);
    assert_eq!(commits, 1);
    let things = things(store).await.into_iter();
    let left: Vec<_> = things.map(|thing| (thing.name, thing.version)).collect();
    assert_eq!(left, [("a".to_owned(), 1), ("taken".to_owned(), 1)]);
    require_gapless(store).await;
}

#[tokio::test]
async fn changes_of_one_object_never_share_a_batch_and_keep_their_order() {
    let temporary = &store().await;
    let store = &temporary.store;
    let first = thing(store, "a", 1);
    let mut batch = vec![made(&first, Guard::Number)];
    for version in 2..=5 {
        let mut newer = first.clone();
        newer.version = version;
        batch.push(replaced(&newer, version - 1));
        batch.push(made(
            &thing(store, &format!("other {version}"), 1),
            Guard::Number,
        ));
    }
    let (told, commits) = commit(temporary, batch).await;
    assert!(told.iter().all(|told| told == "committed"), "{told:?}");
    assert_eq!(commits, 5, "one for each version");
    assert_eq!(things(store).await[0].version, 5);
    require_gapless(store).await;
}

#[tokio::test]
async fn a_full_queue_turns_away_and_nothing_of_it_is_committed() {
    let temporary = &store().await;
    let store = &temporary.store;
    let many = (0..1_100)
        .map(|index| made(&thing(store, &format!("{index}"), 1), Guard::Number))
        .collect();
    let (told, _) = commit(temporary, many).await;
    let committed = told.iter().filter(|told| *told == "committed").count();
    let full = told.iter().filter(|told| *told == "full").count();
    assert_eq!((committed, full), (1_024, 76));
    assert_eq!(things(store).await.len(), committed);
    let commits = commits(store);
    assert!((4..=13).contains(&commits), "{commits}");
}

#[tokio::test]
async fn who_lost_its_lease_writes_nothing() {
    let temporary = store().await;
    let store = &temporary.store;
    let taken = "INSERT INTO lease (name, holder, fence, since_ms, expires_ms) \
                 VALUES ('push', 'b', 7, 0, 0)";
    let writes = &temporary.connections.writes;
    writes.execute_unprepared(taken).await.unwrap();
    let under = |name: &str, number: i64| {
        let fence = Fence {
            lease: "push",
            number,
        };
        made(&thing(store, name, 1), Guard::Number).under(Some(fence))
    };
    let batch = vec![
        under("stale", 6),
        under("held", 7),
        made(&thing(store, "none", 1), Guard::Number),
    ];
    let (told, _) = commit(&temporary, batch).await;
    assert_eq!(told, ["lost Lease", "committed", "committed"]);
    let names: Vec<_> = things(store)
        .await
        .into_iter()
        .map(|thing| thing.name)
        .collect();
    assert_eq!(names, ["held", "none"]);
}

#[tokio::test]
async fn every_size_of_a_batch_is_written_whole_with_its_nulls() {
    let temporary = &store().await;
    let store = &temporary.store;
    for size in 1..=130_usize {
        let names: Vec<String> = (0..size).map(|index| format!("{size} {index}")).collect();
        let batch = names.chunks(5).zip(0..).map(|(names, index)| {
            let mut all = Changes::by(origin(store.clock().now().instant));
            for name in names {
                let thing = thing(store, name, 1);
                let insert = Insert::guarded(&thing, Guard::Number);
                all = all.insert(insert).facts([fact(thing.id)]);
            }
            let key = key(store, &names[0]);
            all.request = (index % 3 == 0).then(|| (key, vec![0, 159, 255]));
            all
        });
        let (told, commits) = commit(temporary, batch.collect()).await;
        assert!(told.iter().all(|told| told == "committed"), "{told:?}");
        assert_eq!(commits, 1);
    }
    let all: usize = (1..=130).sum();
    assert_eq!(things(store).await.len(), all);
    let facts = facts(store).await;
    let without = facts
        .iter()
        .filter(|fact| fact.request_id.is_none())
        .count();
    let of_requests = |size: usize| (0..size).filter(|index| index / 5 % 3 == 0).count();
    let with: usize = (1..=130).map(of_requests).sum();
    assert_eq!((without, facts.len()), (all - with, all));
}

#[tokio::test]
async fn the_committer_ends_with_its_last_store_and_keeps_what_waited() {
    let temporary = store().await;
    let tasks = TaskTracker::new();
    let store = Store::open(
        temporary.connections.clone(),
        Arc::<TestClock>::clone(&temporary.clock),
        Arc::new(SystemIds::default()),
        tasks.clone(),
    )
    .await
    .unwrap();
    let changes = made(&thing(&store, "a", 1), Guard::Number);
    tasks.close();
    store.commit(changes).await.unwrap();
    drop(store);
    tasks.wait().await;
    assert_eq!(things(&temporary.store).await.len(), 1);
}
