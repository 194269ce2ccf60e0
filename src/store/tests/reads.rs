//! Reads by key share statements, and nobody is answered with the past, with nothing, or late.

use std::{collections::BTreeSet, sync::Mutex};

use sea_orm::{ColumnTrait as _, DbErr, QueryFilter as _};
use tokio::sync::{Notify, Semaphore};

use super::*;
use crate::store::{Batched, Lookup, StoreFault};

/// What a test sees and holds of the statements of its lookup.
struct Control {
    /// The keys of each statement that has read its rows.
    ran: Mutex<Vec<Vec<Uuid>>>,
    changed: Notify,
    /// A statement takes one before it answers.
    going: Semaphore,
}

impl Control {
    fn new(going: usize) -> Arc<Self> {
        Arc::new(Self {
            ran: Mutex::new(Vec::new()),
            changed: Notify::new(),
            going: Semaphore::new(going),
        })
    }

    fn statements(&self) -> Vec<Vec<Uuid>> {
        self.ran.lock().unwrap().clone()
    }

    /// Waits until so many statements have read.
    async fn ran(&self, count: usize) {
        loop {
            let changed = self.changed.notified();
            if self.statements().len() >= count {
                return;
            }
            changed.await;
        }
    }
}

const UNLIMITED: usize = Semaphore::MAX_PERMITS;
/// Stands for a key at which the statement panics.
const PANICS: Uuid = Uuid::from_u128(1);
/// Stands for a key at which the database fails.
const FAILS: Uuid = Uuid::from_u128(2);
/// Stands for a key at which the statement never ends.
const STICKS: Uuid = Uuid::from_u128(3);

struct Things(Arc<Control>);

impl Lookup for Things {
    type Key = Uuid;
    type Found = thing::Model;
    const OPERATION: &'static str = "read things";

    async fn find(
        &self,
        reads: &DatabaseConnection,
        keys: &[Uuid],
    ) -> Result<Vec<(Uuid, thing::Model)>, DbErr> {
        let rows = thing::Entity::find()
            .filter(thing::Column::Id.is_in(keys.iter().copied()))
            .all(reads)
            .await?;
        self.0.ran.lock().unwrap().push(keys.to_vec());
        self.0.changed.notify_waiters();
        if keys.contains(&STICKS) {
            std::future::pending::<()>().await;
        }
        self.0.going.acquire().await.unwrap().forget();
        assert!(!keys.contains(&PANICS), "a statement that panics");
        if keys.contains(&FAILS) {
            return Err(DbErr::Custom("a statement that fails".to_owned()));
        }
        Ok(rows.into_iter().map(|thing| (thing.id, thing)).collect())
    }
}

type Reading = tokio::task::JoinHandle<Result<Option<thing::Model>, StoreFault>>;

/// Asks, and returns when the read waits or runs.
async fn ask(things: &Batched<Things>, tasks: &TaskTracker, key: Uuid) -> Reading {
    let (things, asked) = (things.clone(), Arc::new(Notify::new()));
    let asking = Arc::clone(&asked);
    let reading = tasks.spawn(async move {
        let mut find = Box::pin(things.find(key));
        // Once polled, it is in the queue.
        let first = futures_util::poll!(&mut find);
        asking.notify_one();
        match first {
            std::task::Poll::Ready(answer) => answer,
            std::task::Poll::Pending => find.await,
        }
    });
    asked.notified().await;
    reading
}

async fn made(store: &Store, name: &str) -> Uuid {
    let make = Make::named(store, name);
    store.execute(&make).await.unwrap();
    make.id
}

#[tokio::test]
async fn reads_that_queue_up_while_others_run_share_one_statement() {
    let Temporary { store, .. } = &store().await;
    let control = Control::new(0);
    let things = Batched::over(store, Things(Arc::clone(&control)));
    let mut ids = Vec::new();
    for name in ["a", "b", "c", "d", "e"] {
        ids.push(made(store, name).await);
    }
    let tasks = store.tasks();
    let mut readings = Vec::new();
    for (count, id) in (1..).zip(ids.iter().take(2)) {
        readings.push(ask(&things, tasks, *id).await);
        control.ran(count).await;
    }
    let nowhere = Uuid::from_u128(4);
    for id in ids.iter().skip(2).chain([&ids[0], &nowhere]) {
        readings.push(ask(&things, tasks, *id).await);
    }
    control.going.add_permits(3);
    let mut names = Vec::new();
    for reading in readings {
        let found = reading.await.unwrap().unwrap();
        names.push(found.map(|thing| thing.name));
    }
    let told = ["a", "b", "c", "d", "e", "a"].map(|name| Some(name.to_owned()));
    assert_eq!(names, [told.as_slice(), &[None]].concat());

    let statements = control.statements();
    assert_eq!(statements.len(), 3, "{statements:?}");
    assert_eq!(statements[0], [ids[0]], "a lone read does not wait");
    assert_eq!(statements[1], [ids[1]]);
    let third: BTreeSet<Uuid> = statements[2].iter().copied().collect();
    let expected: BTreeSet<Uuid> = [ids[0], ids[2], ids[3], ids[4], nowhere].into();
    assert_eq!(third, expected);
}

#[tokio::test]
async fn a_statement_has_one_of_few_sizes_and_an_end() {
    let Temporary { store, .. } = &store().await;
    let control = Control::new(0);
    let things = Batched::over(store, Things(Arc::clone(&control)));
    let tasks = store.tasks();
    let mut readings = Vec::new();
    for number in 100..202_u128 {
        readings.push(ask(&things, tasks, Uuid::from_u128(number)).await);
        if number < 102 {
            control.ran(readings.len()).await;
        }
    }
    control.going.add_permits(UNLIMITED / 2);
    for reading in readings {
        assert_eq!(reading.await.unwrap().unwrap(), None);
    }
    let mut sizes: Vec<usize> = control.statements().iter().map(Vec::len).collect();
    sizes.sort_unstable();
    assert_eq!(
        sizes,
        [1, 1, 64, 64],
        "100 that waited: 64, and 36 filled up"
    );
}

#[tokio::test]
async fn a_read_sees_every_commit_that_was_acknowledged_before_it_was_asked() {
    let Temporary { store, .. } = &store().await;
    let control = Control::new(0);
    let things = Batched::over(store, Things(Arc::clone(&control)));
    let make = Make::named(store, "a");
    let early = ask(&things, store.tasks(), make.id).await;
    control.ran(1).await;
    store.execute(&make).await.unwrap();
    // The same key is being read, and its answer is of the past.
    let late = ask(&things, store.tasks(), make.id).await;
    control.going.add_permits(2);
    assert_eq!(early.await.unwrap().unwrap(), None);
    assert_eq!(late.await.unwrap().unwrap().unwrap().name, "a");
}

#[tokio::test]
async fn among_many_readers_and_writers_each_finds_what_it_has_made() {
    let Temporary { store, .. } = &store().await;
    let things = Batched::over(store, Things(Control::new(UNLIMITED)));
    let writers = (0..8).map(|writer| {
        let things = &things;
        async move {
            for number in 0..25 {
                let id = made(store, &format!("{writer}-{number}")).await;
                let found = things.find(id).await.unwrap();
                assert_eq!(found.map(|thing| thing.id), Some(id));
            }
        }
    });
    futures_util::future::join_all(writers).await;
}

#[tokio::test]
async fn a_fault_reaches_everybody_who_asked_and_nobody_else() {
    let Temporary { store, .. } = &store().await;
    let control = Control::new(0);
    let things = Batched::over(store, Things(Arc::clone(&control)));
    let id = made(store, "a").await;
    let tasks = store.tasks();
    let mut before = Vec::new();
    for count in 1..3 {
        before.push(ask(&things, tasks, id).await);
        control.ran(count).await;
    }
    let mut together = Vec::new();
    for key in [FAILS, id, FAILS] {
        together.push(ask(&things, tasks, key).await);
    }
    control.going.add_permits(UNLIMITED / 2);
    for reading in before {
        assert!(reading.await.unwrap().unwrap().is_some());
    }
    for reading in together {
        let fault = reading.await.unwrap().unwrap_err().to_string();
        assert!(fault.starts_with("read things: "), "{fault}");
        assert!(!fault.contains("that fails"), "{fault}");
    }
    assert!(things.find(id).await.unwrap().is_some());
}

#[tokio::test]
async fn a_panic_is_told_to_who_asked_and_the_next_is_served() {
    let Temporary { store, .. } = &store().await;
    let things = Batched::over(store, Things(Control::new(UNLIMITED)));
    let id = made(store, "a").await;
    for _ in 0..5 {
        let told = things.find(PANICS).await;
        assert!(matches!(told, Err(StoreFault::ReadPanicked)), "{told:?}");
    }
    assert!(things.find(id).await.unwrap().is_some());
}

#[tokio::test]
async fn a_statement_that_does_not_end_stops_nobody_else() {
    let Temporary { store, .. } = &store().await;
    let control = Control::new(UNLIMITED);
    let things = Batched::over(store, Things(Arc::clone(&control)));
    let id = made(store, "a").await;
    let stuck = ask(&things, store.tasks(), STICKS).await;
    control.ran(1).await;
    for _ in 0..10 {
        assert!(things.find(id).await.unwrap().is_some());
    }
    assert!(!stuck.is_finished());
    stuck.abort();
}

#[tokio::test]
async fn nothing_is_read_for_who_is_gone() {
    let Temporary { store, .. } = &store().await;
    let control = Control::new(0);
    let things = Batched::over(store, Things(Arc::clone(&control)));
    let id = made(store, "a").await;
    let mut readings = Vec::new();
    for count in 1..3 {
        readings.push(ask(&things, store.tasks(), id).await);
        control.ran(count).await;
    }
    let gone = ask(&things, store.tasks(), FAILS).await;
    readings.push(ask(&things, store.tasks(), id).await);
    gone.abort();
    assert!(gone.await.unwrap_err().is_cancelled());
    control.going.add_permits(3);
    for reading in readings {
        assert!(reading.await.unwrap().unwrap().is_some());
    }
    assert_eq!(control.statements(), [[id], [id], [id]]);
}
