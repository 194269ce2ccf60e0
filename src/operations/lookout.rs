//! Looks at the database, and keeps what it saw last for whoever asks while the database is away.
//! It never waits for the database longer than it is told to.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use chrono::{DateTime, Utc};
use tokio::time::{Instant, timeout_at};

use super::{Situation, lag_watch::LagWatch};
use crate::{application::Office, journal, lag::LagBook, store::StoreFault};

/// The lookout of a process; clones share what was seen.
#[derive(Clone, Debug)]
pub struct Lookout {
    office: Arc<Office>,
    lag: LagBook,
    seen: Arc<Mutex<Seen>>,
}

/// What was seen of the database.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// Whether it answered when it was last asked.
    pub answers: bool,
    /// Why the last look did not see everything, without values.
    pub fault: Option<String>,
    /// How the register stood when it was last read.
    pub last: Option<Reading>,
    lag_watch: LagWatch,
}

/// How the register stood, and when.
#[derive(Clone, Debug)]
pub struct Reading {
    /// What was read.
    pub situation: Situation,
    /// When, by the clock of the service.
    pub at: DateTime<Utc>,
    /// When, by the machine.
    pub taken: Instant,
}

/// What a look brought, before it is kept.
enum Look {
    All(Box<Reading>),
    Head(String),
    Nothing(String),
}

impl Lookout {
    /// One that has not looked yet.
    pub fn of(office: Arc<Office>, lag: LagBook) -> Self {
        Self {
            office,
            lag,
            seen: Arc::default(),
        }
    }

    /// What was seen last.
    pub fn seen(&self) -> Seen {
        self.kept(|seen| seen.clone())
    }

    /// Looks, for so long at most, and tells what is known then.
    pub async fn look(&self, limit: Duration) -> Seen {
        let look = self.try_look(limit).await;
        self.kept(|seen| {
            seen.answers = !matches!(look, Look::Nothing(_));
            seen.fault = match look {
                Look::All(reading) => {
                    let unacknowledged = &reading.situation.unacknowledged;
                    seen.lag_watch.tell(unacknowledged, reading.taken);
                    seen.last = Some(*reading);
                    None
                }
                Look::Head(fault) | Look::Nothing(fault) => Some(fault),
            };
            seen.clone()
        })
    }

    /// A tiny read tells whether the database answers; only then is the rest asked for, so that a
    /// long queue is not taken for an outage.
    async fn try_look(&self, limit: Duration) -> Look {
        let reads = self.office.store.reads();
        let now = Instant::now();
        let end = now.checked_add(limit).unwrap_or(now);
        match timeout_at(end, journal::head(reads)).await {
            Ok(Ok(_head)) => {}
            Ok(Err(fault)) => return Look::Nothing(fault.to_string()),
            Err(_elapsed) => return Look::Nothing(no_answer(limit)),
        }
        let at = self.office.now().instant;
        match timeout_at(end, Situation::read(reads, &self.lag, at)).await {
            Ok(Ok(situation)) => Look::All(Box::new(Reading {
                situation,
                at,
                taken: Instant::now(),
            })),
            Ok(Err(fault)) => Look::Head(StoreFault::to_string(&fault)),
            Err(_elapsed) => Look::Head(no_answer(limit)),
        }
    }

    fn kept<T>(&self, look: impl FnOnce(&mut Seen) -> T) -> T {
        look(&mut self.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn no_answer(limit: Duration) -> String {
    format!("no answer within {} ms", limit.as_millis())
}
