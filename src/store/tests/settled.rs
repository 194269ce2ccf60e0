//! Whoever waits for a moment to be settled finds all that was decided by then.

use std::pin::pin;

use chrono::TimeDelta;

use super::*;

#[tokio::test]
async fn a_moment_is_settled_when_what_was_decided_by_then_is_committed_and_not_before() {
    let temporary = store().await;
    let store = &temporary.store;
    let at = store.clock().now().instant;
    let loaded = Arc::new(Barrier::new(2));
    let make = Make {
        meet: Some(Arc::clone(&loaded)),
        ..Make::named(store, "a")
    };
    let before = at - TimeDelta::microseconds(1);
    let watching = async {
        // The decision has begun: it is polled first.
        let mut settled = pin!(store.settled(at));
        let early = futures_util::poll!(settled.as_mut());
        assert!(early.is_pending(), "its commit is still to come");
        store.settled(before).await;
        assert!(things(store).await.is_empty());
        loaded.wait().await;
        settled.await;
        assert_eq!(things(store).await.len(), 1);
    };
    let (outcome, ()) = tokio::join!(store.execute(&make), watching);
    outcome.unwrap();
}
