//! A clock that jumps changes what is written as the time of a change, and nothing else.

use std::sync::Mutex;

use chrono::TimeDelta;
use tokio_util::task::TaskTracker;

use super::*;
use crate::kernel::{Clock, SystemIds};

/// Shows one moment after the other, as they were given.
#[derive(Debug)]
struct JumpingClock(Mutex<Vec<DateTime<Utc>>>);

impl Clock for JumpingClock {
    fn now(&self) -> Moment {
        let mut moments = self.0.lock().unwrap();
        let last = moments[0];
        Moment::at(if moments.len() > 1 {
            moments.remove(0)
        } else {
            last
        })
    }
}

#[tokio::test]
async fn a_clock_that_jumps_does_not_disorder_the_journal_or_repeat_a_request() {
    let temporary = store().await;
    let noon: DateTime<Utc> = "2026-03-20T07:00:00Z".parse().unwrap();
    let moments = [0, 1, -60, -59, 60, 61].map(|minutes| noon + TimeDelta::minutes(minutes));
    // Each command asks for the clock once; the last one is repeated.
    let clock = Arc::new(JumpingClock(Mutex::new(moments.to_vec())));
    let connections = temporary.connections.clone();
    let store = Store::open(
        connections,
        clock,
        Arc::new(SystemIds::default()),
        TaskTracker::new(),
    );
    let store = store.await.unwrap();

    let mut requests = Vec::new();
    for (index, at) in moments.into_iter().enumerate() {
        let name = format!("{index}");
        let request = keyed(RequestId::from(SystemIds::default().next(at)), &name);
        let id = SystemIds::default().next(at);
        let make = Make {
            name,
            id,
            ..Make::named(&temporary.store, "")
        };
        let make = make.requested_by(&request);
        assert!(!store.execute(&make).await.unwrap().replayed);
        requests.push((request, make.name.clone(), id));
    }
    let written: Vec<_> = facts(&store).await;
    let numbers: Vec<i64> = written.iter().map(|fact| fact.number).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5, 6]);
    let subjects: Vec<_> = written.iter().map(|fact| fact.subject).collect();
    let ids: Vec<_> = requests.iter().map(|(_, _, id)| *id).collect();
    assert_eq!(subjects, ids, "in the order in which they were committed");
    let at: Vec<_> = written.iter().map(|fact| fact.at).collect();
    assert_eq!(at, moments, "each as its clock showed it");

    for (request, name, id) in requests {
        let make = Make {
            name,
            id,
            ..Make::named(&temporary.store, "")
        };
        let again = store.execute(&make.requested_by(&request)).await.unwrap();
        assert!(again.replayed);
    }
    assert_eq!(facts(&store).await.len(), 6);
}
