//! A lease is held by one at a time, goes over when its holder falls silent, and never comes back by
//! itself to who lost it.

use sea_orm::ConnectionTrait as _;

use super::*;
use crate::store::test_support::{Temporary, temporary};

const PATIENCE: Duration = Duration::from_secs(10);

fn process(temporary: &Temporary, holder: &str, term: Duration) -> Leases {
    Leases::of(temporary.connections.clone(), holder.to_owned(), term)
}

async fn holders(temporary: &Temporary) -> Vec<(String, bool)> {
    let leases = leases(temporary.store.reads()).await.unwrap();
    let holders = leases
        .into_iter()
        .map(|lease| (lease.holder, lease.is_held));
    holders.collect()
}

#[tokio::test]
async fn a_lease_that_is_given_back_goes_to_who_waits_with_the_next_fence() {
    let temporary = temporary().await;
    let tasks = TaskTracker::new();
    let (mut first, guard) = process(&temporary, "a", TERM_MAX).keep("push", &tasks);
    let fence = timeout(PATIENCE, first.held()).await.unwrap();
    let (mut second, _guard) = process(&temporary, "b", TERM_MAX).keep("push", &tasks);
    let (mut other, _other) = process(&temporary, "b", TERM_MAX).keep("mail", &tasks);
    timeout(PATIENCE, other.held()).await.unwrap();
    assert_eq!(second.fence(), None);
    assert_eq!(first.fence(), Some(fence));

    drop(guard);
    let next = timeout(PATIENCE, second.held()).await.unwrap();
    assert_eq!(next.number, fence.number + 1);
    assert_eq!(first.fence(), None, "who gave it back knows");
    let both = [("b".to_owned(), true), ("b".to_owned(), true)];
    assert_eq!(holders(&temporary).await, both);
}

#[tokio::test]
async fn who_falls_silent_loses_the_lease_within_its_term_and_does_not_get_it_back() {
    let temporary = temporary().await;
    let writes = &temporary.connections.writes;
    let term = Duration::from_millis(400);
    let began = Instant::now();
    let silent = rows::hold(writes, "push", "silent", None, term).await;
    let silent = silent.unwrap().unwrap();
    let again = rows::hold(writes, "push", "silent", Some(silent), term).await;
    assert_eq!(again.unwrap(), Some(silent), "renewed under the same fence");
    assert_eq!(holders(&temporary).await, [("silent".to_owned(), true)]);

    let tasks = TaskTracker::new();
    let (mut waiting, _guard) = process(&temporary, "waiting", TERM_MAX).keep("push", &tasks);
    let taken = timeout(PATIENCE, waiting.held()).await.unwrap();
    assert!(began.elapsed() >= term, "not before it expired");
    assert_eq!(taken.number, silent.number + 1);
    let woken = rows::hold(writes, "push", "silent", Some(silent), term).await;
    assert_eq!(woken.unwrap(), None);
    rows::release(writes, silent).await.unwrap();
    assert_eq!(holders(&temporary).await, [("waiting".to_owned(), true)]);
}

#[tokio::test]
async fn a_clock_of_the_database_that_was_set_back_keeps_nobody_waiting() {
    let temporary = temporary().await;
    let writes = &temporary.connections.writes;
    let ahead = Duration::from_hours(1);
    let before = rows::hold(writes, "push", "before", None, ahead).await;
    assert_eq!(before.unwrap().map(|fence| fence.number), Some(1));
    let (mut lease, _guard) =
        process(&temporary, "after", TERM_MAX).keep("push", &TaskTracker::new());
    let taken = timeout(PATIENCE, lease.held()).await.unwrap();
    assert_eq!(taken.number, 2);
}

#[tokio::test]
async fn a_process_that_is_alone_takes_the_leases_of_the_dead_at_once() {
    let temporary = temporary().await;
    let writes = &temporary.connections.writes;
    for name in ["mail", "push"] {
        rows::hold(writes, name, "dead", None, TERM_MAX)
            .await
            .unwrap();
    }
    let alone = process(&temporary, "alone", TERM_MAX);
    alone.expire_all().await.unwrap();
    let (mut lease, _guard) = alone.keep("push", &TaskTracker::new());
    let taken = timeout(PATIENCE, lease.held()).await.unwrap();
    assert_eq!(taken.number, 2);
    let expected = [("dead".to_owned(), false), ("alone".to_owned(), true)];
    assert_eq!(holders(&temporary).await, expected);
}

#[tokio::test]
async fn a_lease_that_cannot_be_renewed_ends_for_its_holder_before_another_can_take_it() {
    let temporary = temporary().await;
    let term = Duration::from_secs(1);
    let (mut lease, _guard) = process(&temporary, "a", term).keep("push", &TaskTracker::new());
    timeout(PATIENCE, lease.held()).await.unwrap();
    let writes = &temporary.connections.writes;
    writes
        .execute_unprepared("ALTER TABLE lease RENAME TO lost")
        .await
        .unwrap();
    let ended = async {
        while lease.fence().is_some() {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, ended).await.unwrap();
    writes
        .execute_unprepared("ALTER TABLE lost RENAME TO lease")
        .await
        .unwrap();
    let left = rows::left(writes, "push").await.unwrap();
    assert!(left.is_some(), "the database still keeps it for its holder");
    let back = timeout(PATIENCE, lease.held()).await.unwrap();
    assert_eq!(back.number, 1, "nobody held it meanwhile");
}
