//! Moves of the acceptance clock at once: whatever falls due happens once, at its own moment.

use std::sync::Mutex as Plain;

use async_trait::async_trait;
use chrono::TimeDelta;

use super::*;
use crate::{
    kernel::Clock as _,
    store::{Lease, test_support::temporary},
};

/// A clerk to whom something falls due every minute, and who takes a while over it.
#[derive(Debug)]
struct Slow {
    clock: Arc<TestClock>,
    due: Arc<Plain<Vec<DateTime<Utc>>>>,
    /// What fell due when, and what the clock showed as it was done.
    done: Arc<Plain<Vec<[DateTime<Utc>; 2]>>>,
}

#[async_trait]
impl Clerk for Slow {
    fn name(&self) -> &'static str {
        "slow"
    }

    async fn work(&self, _: &Lease) -> Result<usize, StoreFault> {
        let now = self.clock.now().instant;
        let due = self.due.lock().unwrap().first().copied();
        let Some(due) = due.filter(|due| *due <= now) else {
            return Ok(0);
        };
        tokio::time::sleep(Duration::from_millis(5)).await;
        self.due.lock().unwrap().remove(0);
        let now = self.clock.now().instant;
        self.done.lock().unwrap().push([due, now]);
        Ok(1)
    }

    async fn next_at(&self) -> Result<Option<DateTime<Utc>>, StoreFault> {
        Ok(self.due.lock().unwrap().first().copied())
    }
}

#[tokio::test]
async fn moves_at_once_wait_for_each_other_and_pass_nothing_that_falls_due() {
    let temporary = temporary().await;
    let (store, clock) = (&temporary.store, &temporary.clock);
    let begin = clock.now().instant;
    let at = |minutes| begin + TimeDelta::minutes(minutes);
    let dues: Vec<_> = (1..=6).map(at).collect();
    let done = Arc::default();
    let clerk = Slow {
        clock: Arc::clone(clock),
        due: Arc::new(Plain::new(dues.clone())),
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
    // The clerk's own loop may have been quicker than the move.
    assert!(fired.iter().sum::<usize>() <= 6);
    stop.cancel();
}
