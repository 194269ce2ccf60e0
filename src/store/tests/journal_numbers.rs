//! Journal numbers have no gaps, and what a number says never changes (I-9).

use super::*;

#[tokio::test]
async fn numbers_have_no_gaps_whatever_is_committed_or_rolled_back_at_once() {
    const COMMANDS: usize = 64;
    let temporary = store().await;
    let mut running = tokio::task::JoinSet::new();
    for index in 0..COMMANDS {
        let store = temporary.store.clone();
        // Every fourth claims a name that a neighbour claims as well, unguarded: a fault.
        let name = if index % 4 == 3 { index - 1 } else { index };
        let mut make = Make::named(&store, &format!("{name:02}"));
        make.guard = None;
        make.facts = index % 3;
        running.spawn(async move { (store.execute(&make).await.is_ok(), make.facts) });
    }
    let outcomes = running.join_all().await;
    let committed: usize = outcomes
        .iter()
        .filter(|(ok, _)| *ok)
        .map(|(_, facts)| facts)
        .sum();
    assert_eq!(
        outcomes.iter().filter(|(ok, _)| *ok).count(),
        COMMANDS * 3 / 4
    );

    let numbers: Vec<i64> = facts(&temporary.store)
        .await
        .iter()
        .map(|fact| fact.number)
        .collect();
    let last = i64::try_from(committed).unwrap();
    assert_eq!(numbers, (1..=last).collect::<Vec<_>>());
    assert_eq!(*temporary.store.journal_head().borrow(), last);
    assert_eq!(
        read_journal_head(temporary.store.reads()).await.unwrap(),
        last
    );
}

#[tokio::test]
async fn numbers_go_on_after_a_restart_and_readers_are_woken() {
    let temporary = store().await;
    let make = Make::named(&temporary.store, "a");
    temporary.store.execute(&make).await.unwrap();
    let temporary = temporary.reopened().await;
    let mut head = temporary.store.journal_head();
    assert_eq!(*head.borrow_and_update(), 1);

    let make = Make::named(&temporary.store, "b");
    temporary.store.execute(&make).await.unwrap();
    head.changed().await.unwrap();
    assert_eq!(*head.borrow(), 2);
    let told = &facts(&temporary.store).await[1];
    let expected = journal::Model {
        number: 2,
        subject: make.id,
        kind: "named".to_owned(),
        body: "{}".to_owned(),
        at: temporary.clock.now().instant,
        caller: "portal".to_owned(),
        method: "/tests/Name".to_owned(),
        request_id: None,
    };
    assert_eq!(*told, expected);
}

#[tokio::test]
async fn what_stands_in_the_journal_is_never_changed_or_taken_away() {
    let Temporary {
        store, connections, ..
    } = &store().await;
    store.execute(&Make::named(store, "a")).await.unwrap();
    let before = facts(store).await;
    for statement in [
        "UPDATE journal SET body = '{\"other\":1}'",
        "UPDATE journal SET number = 2",
        "DELETE FROM journal",
        "DELETE FROM journal WHERE number = 1",
        "TRUNCATE journal",
    ] {
        if connections.is_embedded() && statement.starts_with("TRUNCATE") {
            continue; // SQLite has no such statement.
        }
        let outcome = connections.writes.execute_unprepared(statement).await;
        let error = outcome.unwrap_err().to_string();
        assert!(
            error.contains("journal is append-only"),
            "{statement}: {error}"
        );
    }
    assert_eq!(facts(store).await, before);
}

#[tokio::test]
async fn a_committer_that_is_gone_never_looks_like_a_longer_journal() {
    let (moved, mut head) = watch::channel(7);
    moved.send_replace(8);
    grown(&mut head).await;
    drop(moved);
    let waited = tokio::time::timeout(Duration::from_millis(20), grown(&mut head)).await;
    assert!(waited.is_err());
}

#[tokio::test]
async fn what_comes_after_a_rest_is_told_at_once_and_what_comes_within_it_at_its_end() {
    const SOON: Duration = Duration::from_secs(10);
    let (moved, mut head) = watch::channel(7);
    let looked_at = Instant::now();
    moved.send_replace(8);
    let within = grown_since(&mut head, looked_at, Duration::from_hours(1));
    let waited = tokio::time::timeout(Duration::from_millis(20), within).await;
    assert!(waited.is_err());
    moved.send_replace(9);
    let after = grown_since(&mut head, looked_at, Duration::from_millis(1));
    tokio::time::timeout(SOON, after).await.unwrap();
    assert!(!head.has_changed().unwrap());
}
