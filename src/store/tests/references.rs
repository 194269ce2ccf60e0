//! What was decided on old reference data is decided again, never committed.

use super::*;

/// Changes reference data.
async fn renew(temporary: &Temporary) -> Result<(), CommitStop> {
    let store = &temporary.store;
    let at = store.clock().now().instant;
    let mut changes = Changes::by(origin(at))
        .renewing_reference()
        .facts([fact(store.ids().next(at))]);
    changes.rests_on = Some(store.reference().known());
    store.commit(changes).await
}

#[tokio::test]
async fn a_decision_on_old_reference_data_waits_until_the_new_is_known_and_is_made_again() {
    let temporary = store().await;
    renew(&temporary).await.unwrap();
    let newest = *temporary.store.reference().newest().borrow();
    assert_eq!(newest, 1, "the number of the fact that changed it");

    let make = Make::named(&temporary.store, "a");
    let stop = temporary.store.execute(&make).await.unwrap_err();
    assert!(matches!(stop, Stop::TryAgain { .. }), "{stop:?}");
    assert!(things(&temporary.store).await.is_empty());
    assert_eq!(facts(&temporary.store).await.len(), 1, "no gap is left");

    temporary.store.reference().knows(newest);
    temporary.store.execute(&make).await.unwrap();
    assert_eq!(things(&temporary.store).await.len(), 1);
    assert_eq!(facts(&temporary.store).await.len(), 2);
}

#[tokio::test]
async fn of_two_changes_of_reference_data_the_second_is_decided_again() {
    let temporary = store().await;
    renew(&temporary).await.unwrap();
    let stop = renew(&temporary).await.unwrap_err();
    assert!(
        matches!(stop, CommitStop::Lost(Guard::Reference)),
        "{stop:?}"
    );
    assert_eq!(facts(&temporary.store).await.len(), 1);

    temporary.store.reference().knows(1);
    renew(&temporary).await.unwrap();
    let number = temporary.store.look_at_reference().await.unwrap();
    assert_eq!(number, 2);
}

#[tokio::test]
async fn a_process_that_did_not_see_the_change_commits_nothing_on_what_it_knew() {
    let temporary = store().await;
    let tasks = TaskTracker::new();
    let clock: Arc<TestClock> = Arc::clone(&temporary.clock);
    let ids = Arc::new(SystemIds::default());
    let other = Store::open(temporary.connections.clone(), clock, ids, tasks);
    let other = other.await.unwrap();
    renew(&temporary).await.unwrap();

    let make = Make::named(&other, "a");
    let caught_up = other.reference().clone();
    let following = async {
        let mut newest = caught_up.newest();
        newest.wait_for(|number| *number == 1).await.unwrap();
        caught_up.knows(1);
    };
    let (outcome, ()) = tokio::join!(other.execute(&make), following);
    outcome.unwrap();
    let numbers: Vec<i64> = facts(&other).await.iter().map(|fact| fact.number).collect();
    assert_eq!(numbers, [1, 2]);
}
