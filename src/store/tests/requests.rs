//! A repeat changes nothing and gets the first answer (I-6).

use super::*;

#[tokio::test]
async fn a_repeat_gets_the_first_answer_and_changes_nothing() {
    let temporary = store().await;
    let key = key(&temporary.store, "a");
    let make = Make::named(&temporary.store, "a").requested_by(&key);
    let first = temporary.store.execute(&make).await.unwrap();
    assert!(!first.replayed);

    let later = temporary.clock.now().instant + chrono::TimeDelta::days(1);
    temporary.clock.set(later).unwrap();
    let temporary = temporary.reopened().await;
    let again = Make::named(&temporary.store, "a").requested_by(&key);
    let repeat = temporary.store.execute(&again).await.unwrap();
    assert!(repeat.replayed);
    assert_eq!(repeat.answer, first.answer);
    assert_eq!(things(&temporary.store).await.len(), 1);
    let facts = facts(&temporary.store).await;
    assert_eq!(facts.len(), 1);
    assert_eq!(facts[0].request_id, Some(key.request_id.get()));
}

#[tokio::test]
async fn of_equal_requests_at_once_one_is_executed_and_all_get_its_answer() {
    const CALLERS: usize = 8;
    let temporary = store().await;
    let key = key(&temporary.store, "a");
    let meet = Arc::new(Barrier::new(CALLERS));
    let mut running = tokio::task::JoinSet::new();
    for _ in 0..CALLERS {
        let store = temporary.store.clone();
        let mut make = Make::named(&store, "a").requested_by(&key);
        make.meet = Some(Arc::clone(&meet));
        running.spawn(async move { store.execute(&make).await.unwrap() });
    }
    let executed = running.join_all().await;
    let new = executed.iter().filter(|executed| !executed.replayed);
    assert_eq!(new.count(), 1);
    assert!(executed.iter().all(|one| one.answer == executed[0].answer));
    assert_eq!(things(&temporary.store).await.len(), 1);
    assert_eq!(facts(&temporary.store).await.len(), 1);
}

#[tokio::test]
async fn a_request_id_with_other_content_is_refused() {
    let Temporary { store, .. } = &store().await;
    let first = key(store, "a");
    let make = Make::named(store, "a").requested_by(&first);
    store.execute(&make).await.unwrap();

    let other = keyed(first.request_id, "b");
    let stop = store
        .execute(&Make::named(store, "b").requested_by(&other))
        .await;
    assert!(matches!(stop, Err(Stop::RequestIdReused)));
    assert_eq!(things(store).await.len(), 1);
}

#[tokio::test]
async fn the_same_id_of_another_caller_or_method_is_another_request() {
    let Temporary { store, .. } = &store().await;
    let first = key(store, "same");
    let mut other_caller = first.clone();
    other_caller.caller = "another portal".to_owned();
    let mut other_method = first.clone();
    other_method.method = "/tests/Other";
    for (name, key) in [("a", first), ("b", other_caller), ("c", other_method)] {
        let make = Make::named(store, name).requested_by(&key);
        assert!(!store.execute(&make).await.unwrap().replayed);
    }
    assert_eq!(things(store).await.len(), 3);
}

#[tokio::test]
async fn a_refusal_and_a_rehearsal_are_not_remembered() {
    let Temporary { store, .. } = &store().await;
    store.execute(&Make::named(store, "a")).await.unwrap();
    let key = key(store, "a");
    let refused = store
        .execute(&Make::named(store, "a").requested_by(&key))
        .await;
    assert!(matches!(refused, Err(Stop::Refused(NameTaken))));

    let mut rehearsal = Make::named(store, "b").requested_by(&key);
    rehearsal.rehearsal = true;
    let executed = store.execute(&rehearsal).await.unwrap();
    assert_eq!(executed.answer.name, "b");
    assert_eq!(things(store).await.len(), 1);
    assert_eq!(facts(store).await.len(), 1);
    let remembered = request_memory::Entity::find().count(store.reads()).await;
    assert_eq!(remembered.unwrap(), 0);
}
