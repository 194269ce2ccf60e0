//! Moves of the acceptance clock at once: whatever falls due happens once, at its own moment.
#![expect(clippy::arithmetic_side_effects, reason = "a test reports by failing")]

use std::sync::Mutex as Plain;

use async_trait::async_trait;
use chrono::TimeDelta;

use super::{
    super::{
        Timer,
        queues::{due_applications, tests::overtaken_application},
    },
    *,
};
use crate::{
    application::rows::application::Model,
    kernel::Clock as _,
    store::{
        Changes, Insert, Lease, Origin, Update,
        test_support::{Temporary, temporary},
    },
};

/// What fell due when, and what the clock showed as it was done.
type Done = Arc<Plain<Vec<[DateTime<Utc>; 2]>>>;

/// A clerk who takes a while over each, and withdraws it.
#[derive(Debug)]
struct Slow {
    store: Store,
    done: Done,
}

fn origin(store: &Store) -> Origin {
    Origin {
        caller: "system".to_owned(),
        method: "slow",
        at: store.clock().now().instant,
    }
}

#[async_trait]
impl Clerk for Slow {
    fn name(&self) -> &'static str {
        "slow"
    }

    fn timers(&self) -> &'static [Timer] {
        &[Timer::Registration]
    }

    async fn work(&self, _: &Lease) -> Result<usize, StoreFault> {
        let store = &self.store;
        let now = store.clock().now().instant;
        let looking = due_applications(store.reads(), Timer::Registration, now, None);
        let Some(row) = looking.await?.0.into_iter().next() else {
            return Ok(0);
        };
        tokio::time::sleep(Duration::from_millis(5)).await;
        let now = store.clock().now().instant;
        self.done.lock().unwrap().push([row.registered_at, now]);
        let before = row.version;
        let row = Model {
            stage: "WITHDRAWN".to_owned(),
            version: before + 1,
            ..row
        };
        let changes = Changes::by(origin(store)).update(Update::of(&row, before));
        store.commit(changes).await.unwrap();
        Ok(1)
    }
}

/// Something falls due at each of these moments.
async fn waiting(temporary: &Temporary, dues: &[DateTime<Utc>]) {
    let rows = dues.iter().zip(1..).map(|(due, number)| Model {
        stage: "RECEIVED".to_owned(),
        next_mark_at: None,
        ..overtaken_application(number, *due)
    });
    let changes = Changes::by(origin(&temporary.store));
    let changes = rows.fold(changes, |changes, row| changes.insert(Insert::of(&row)));
    temporary.store.commit(changes).await.unwrap();
}

#[tokio::test]
async fn moves_at_once_wait_for_each_other_and_pass_nothing_that_falls_due() {
    let temporary = temporary().await;
    let (store, clock) = (&temporary.store, &temporary.clock);
    let begin = clock.now().instant;
    let at = |minutes| begin + TimeDelta::minutes(minutes);
    let dues: Vec<_> = (1..=6).map(at).collect();
    waiting(&temporary, &dues).await;
    let done = Done::default();
    let clerk = Slow {
        store: store.clone(),
        done: Arc::clone(&done),
    };
    let connections = temporary.connections.clone();
    let leases = Leases::of(connections, "a".to_owned(), Duration::from_mins(1));
    let stop = CancellationToken::new();
    let clerks = Clerks::start(store, &leases, vec![Box::new(clerk)], &stop);

    let asked = [at(3), at(7), at(9)].map(async |target| {
        let fired = clerks.advance(clock, target).await.unwrap();
        (fired, clock.now().instant)
    });
    let moved = futures_util::future::join_all(asked).await;

    let (fired, shown): (Vec<_>, Vec<_>) = moved.into_iter().unzip();
    assert_eq!(shown, [at(3), at(7), at(9)], "as each was asked for");
    let expected: Vec<_> = dues.into_iter().map(|due| [due, due]).collect();
    assert_eq!(*done.lock().unwrap(), expected);
    // Whether the move did it or the clerk's own loop, which may have been quicker.
    assert_eq!(fired, [3, 3, 0]);
    stop.cancel();
}
