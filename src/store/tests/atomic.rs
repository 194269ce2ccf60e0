//! All that one decision means is committed, or nothing of it (I-1).

use super::*;

#[tokio::test]
async fn a_fault_rolls_everything_back() {
    let temporary = store().await;
    temporary
        .store
        .execute(&Make::named(&temporary.store, "a"))
        .await
        .unwrap();
    let before = (
        things(&temporary.store).await,
        facts(&temporary.store).await,
    );

    let key = key(&temporary.store, "a");
    let mut unguarded = Make::named(&temporary.store, "a").requested_by(&key);
    unguarded.guard = None;
    let stop = temporary.store.execute(&unguarded).await.unwrap_err();
    let Stop::Fault(fault) = stop else {
        panic!("{stop:?}")
    };
    let code = if temporary.connections.is_embedded() {
        "2067"
    } else {
        "23505"
    };
    let told = format!("write rows: database error {code}");
    assert_eq!(fault.to_string(), told);
    let after = (
        things(&temporary.store).await,
        facts(&temporary.store).await,
    );
    assert_eq!(after, before);

    // Neither the request nor a number is used up.
    let make = Make::named(&temporary.store, "b").requested_by(&key);
    assert!(!temporary.store.execute(&make).await.unwrap().replayed);
    assert_eq!(facts(&temporary.store).await[1].number, 2);
}

#[tokio::test]
async fn what_was_answered_is_there_after_a_restart() {
    let temporary = store().await;
    for name in ["a", "b"] {
        let make = Make::named(&temporary.store, name);
        temporary.store.execute(&make).await.unwrap();
    }
    let before = (
        things(&temporary.store).await,
        facts(&temporary.store).await,
    );
    let temporary = temporary.reopened().await;
    let after = (
        things(&temporary.store).await,
        facts(&temporary.store).await,
    );
    assert_eq!(after, before);
    assert_eq!(before.0.len(), 2);
}
