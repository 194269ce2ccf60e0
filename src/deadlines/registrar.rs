//! The registrar: registers at opening time, runs the checks, marks what is near its due moment or past
//! it, and looks again at applications that another one overtook.
//! It never decides an application.

use std::{
    collections::BTreeMap,
    fmt::Display,
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use async_trait::async_trait;
use futures_util::{FutureExt as _, future::join_all};

use super::{
    Clerk, Timer,
    queues::{Looked, Turn, due_applications, overtaken},
};
use crate::{
    application::{
        Objection, Office,
        mark_due::MarkDue,
        register_at_opening::RegisterAtOpening,
        rows::{application::Model, from_row},
        run_checks::{RecheckRegister, RunChecks},
        seen::Seen,
    },
    kernel::ApplicationId,
    pb::registry::v1 as pb,
    rpc::status::Chain,
    store::{Fence, Lease, Stop, StoreFault, faults},
};

/// How long the checks wait after signatures could not be verified.
const PAUSE: Duration = Duration::from_secs(15);

/// The clerk of applications.
#[derive(Debug)]
pub struct Registrar {
    office: Arc<Office>,
    checks_paused_until: Mutex<Option<Instant>>,
    looked: tokio::sync::Mutex<Looked>,
    /// Behind which place the next look into a queue begins: what could not be worked stays before it, and
    /// is in nobody's way until all others had their turn.
    turns: tokio::sync::Mutex<BTreeMap<Timer, Turn>>,
}

impl Registrar {
    /// A registrar of the office.
    pub fn of(office: Arc<Office>) -> Self {
        Self {
            office,
            checks_paused_until: Mutex::new(None),
            looked: tokio::sync::Mutex::default(),
            turns: tokio::sync::Mutex::default(),
        }
    }

    /// One that checks nothing for a while.
    #[cfg(test)]
    pub(super) fn without_checks(office: Arc<Office>, pause: Duration) -> Self {
        Self {
            checks_paused_until: Mutex::new(Instant::now().checked_add(pause)),
            ..Self::of(office)
        }
    }

    /// Works the queue of a timer, as far as anything of it can be.
    async fn work_queue(&self, timer: Timer, lease: &Lease) -> Result<usize, StoreFault> {
        let (store, now) = (&self.office.store, self.office.now().instant);
        loop {
            let is_paused = timer == Timer::Checks && self.are_checks_paused();
            if is_paused || lease.fence().is_none() {
                return Ok(0);
            }
            let after = self.turns.lock().await.remove(&timer);
            let looking = due_applications(store.reads(), timer, now, after);
            let (rows, next) = store.in_time("look into a queue", looking).await?;
            let done = match timer {
                Timer::Registration => self.register(rows, lease).await?,
                Timer::Checks => self.check(rows, lease).await?,
                Timer::Marks => self.mark(rows, lease).await?,
                Timer::Corrections
                | Timer::Complaints
                | Timer::CourtCases
                | Timer::Extracts
                | Timer::Letters
                | Timer::Notices
                | Timer::NoticeLetters => 0,
            };
            // Whoever was broken off in the midst begins there again: the rest had no turn.
            let is_paused = timer == Timer::Checks && self.are_checks_paused();
            let is_broken_off = is_paused || lease.fence().is_none();
            let Some(turn) = (if is_broken_off { after } else { next }) else {
                return Ok(done);
            };
            self.turns.lock().await.insert(timer, turn);
            if done > 0 {
                return Ok(done);
            }
        }
    }

    /// Whom another application overtook since the last look.
    async fn overtaken(&self) -> Result<Vec<ApplicationId>, StoreFault> {
        let store = &self.office.store;
        let mut looked = self.looked.lock().await;
        if !looked.is_due(store.claims()) {
            return Ok(Vec::new());
        }
        let looking = overtaken(store.reads(), &mut looked);
        store
            .in_time("look for overtaken applications", looking)
            .await
    }

    /// An outage of the verifier concerns all checks: none is tried for a while.
    fn pause_checks(&self) {
        tracing::warn!("signatures cannot be verified now; the checks wait");
        let until = Instant::now().checked_add(PAUSE);
        *self
            .checks_paused_until
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = until;
    }

    fn are_checks_paused(&self) -> bool {
        let until = *self
            .checks_paused_until
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        until.is_some_and(|until| Instant::now() < until)
    }

    /// Runs the checks of what is registered, until signatures cannot be verified.
    async fn check(&self, rows: Vec<Model>, lease: &Lease) -> Result<usize, StoreFault> {
        let mut done: usize = 0;
        for row in rows {
            let id = ApplicationId::from(row.id);
            let Some(fence) = lease.fence().filter(|_| !self.are_checks_paused()) else {
                break;
            };
            let office = Arc::clone(&self.office);
            let executed = async {
                faults::point("checks.begun");
                let checks = RunChecks { office, id, fence };
                let outcome = self.office.store.execute(&checks).await;
                if matches!(
                    outcome,
                    Err(Stop::Refused(Objection::SignatureUnverifiable))
                ) {
                    self.pause_checks();
                }
                settled(outcome)
            };
            done = done.saturating_add(Box::pin(spared(id, executed)).await?);
        }
        Ok(done)
    }

    /// Registers what waited for the opening.
    async fn register(&self, rows: Vec<Model>, lease: &Lease) -> Result<usize, StoreFault> {
        let store = &self.office.store;
        at_once(rows, lease, |seen, fence| async move {
            let office = Arc::clone(&self.office);
            let command = RegisterAtOpening {
                office,
                seen,
                fence,
            };
            settled(store.execute(&command).await)
        })
        .await
    }

    /// Marks what is near its due moment, past it, or past the term of its hand-over, and says so once,
    /// since a person must look at it.
    async fn mark(&self, rows: Vec<Model>, lease: &Lease) -> Result<usize, StoreFault> {
        let store = &self.office.store;
        at_once(rows, lease, |seen, fence| async move {
            let office = Arc::clone(&self.office);
            let command = MarkDue {
                office,
                seen,
                fence,
            };
            let outcome = store.execute(&command).await;
            if let Ok(executed) = &outcome {
                warn_of(&executed.answer);
            }
            settled(outcome)
        })
        .await
    }

    /// Looks again at what was overtaken.
    async fn recheck(&self, ids: Vec<ApplicationId>, lease: &Lease) -> Result<usize, StoreFault> {
        let store = &self.office.store;
        one_by_one(ids, lease, |id, fence| async move {
            let command = RecheckRegister {
                office: Arc::clone(&self.office),
                id,
                fence: Some(fence),
            };
            settled(store.execute(&command).await)
        })
        .await
    }
}

/// Works one after the other, as long as the lease is held.
pub(crate) async fn one_by_one<I, W>(
    ids: Vec<I>,
    lease: &Lease,
    work: impl Fn(I, Fence) -> W,
) -> Result<usize, StoreFault>
where
    I: Copy + Display,
    W: Future<Output = Result<usize, StoreFault>>,
{
    let mut done: usize = 0;
    for id in ids {
        let Some(fence) = lease.fence() else {
            break;
        };
        done = done.saturating_add(spared(id, work(id, fence)).await?);
    }
    Ok(done)
}

/// Works all at once, so that one commit takes them: an opening has thousands.
async fn at_once<W>(
    rows: Vec<Model>,
    lease: &Lease,
    work: impl Fn(Seen, Fence) -> W,
) -> Result<usize, StoreFault>
where
    W: Future<Output = Result<usize, StoreFault>>,
{
    let Some(fence) = lease.fence() else {
        return Ok(0);
    };
    let work = &work;
    let worked = rows.into_iter().map(|row| {
        let id = row.id;
        let worked = async move { work(Seen::of(from_row(row)?), fence).await };
        spared(id, worked)
    });
    let mut done: usize = 0;
    for worked in join_all(worked).await {
        done = done.saturating_add(worked?);
    }
    Ok(done)
}

fn warn_of(marked: &pb::Application) {
    let (application, provider) = (&marked.application_id, &marked.provider_id);
    if marked.handover.is_some() {
        tracing::warn!(application, provider, "a hand-over is overdue");
    } else if marked.overdue {
        tracing::warn!(application, provider, "an application is overdue");
    } else {
        tracing::warn!(
            application,
            provider,
            "an application is near its due moment"
        );
    }
}

/// 1 if it was done, 0 if others were faster or it must be tried later.
pub(crate) fn settled<A>(
    outcome: Result<crate::store::Executed<A>, Stop<Objection>>,
) -> Result<usize, StoreFault> {
    match outcome {
        Ok(_) => Ok(1),
        Err(Stop::Refused(objection @ Objection::OutsideCalendar(_))) => {
            tracing::error!(?objection, "the calendar must be extended");
            Ok(0)
        }
        Err(
            Stop::Refused(_)
            | Stop::RequestIdReused
            | Stop::TryAgain { .. }
            | Stop::Full { .. }
            | Stop::LeaseLost,
        ) => Ok(0),
        Err(Stop::Fault(fault)) => Err(fault),
    }
}

/// One object that cannot be worked is left to the operator; all others still get what is due.
pub(crate) async fn spared(
    object: impl Display,
    work: impl Future<Output = Result<usize, StoreFault>>,
) -> Result<usize, StoreFault> {
    match AssertUnwindSafe(work).catch_unwind().await {
        Ok(Err(fault)) if fault.is_of_one_object() => {
            let fault = Chain(&fault);
            tracing::error!(%object, %fault, "an object cannot be worked; the next ones are");
            Ok(0)
        }
        Ok(outcome) => outcome,
        Err(_panic) => {
            tracing::error!(%object, "a panic over an object; the next ones are worked");
            Ok(0)
        }
    }
}

#[async_trait]
impl Clerk for Registrar {
    fn name(&self) -> &'static str {
        "registrar"
    }

    fn timers(&self) -> &'static [Timer] {
        &[Timer::Registration, Timer::Checks, Timer::Marks]
    }

    /// Whoever is overtaken has no moment.
    fn looks_further(&self) -> bool {
        true
    }

    async fn work(&self, lease: &Lease) -> Result<usize, StoreFault> {
        let registered = self.work_queue(Timer::Registration, lease).await?;
        let checked = self.work_queue(Timer::Checks, lease).await?;
        let marked = self.work_queue(Timer::Marks, lease).await?;
        let ids = self.overtaken().await?;
        let rechecked = self.recheck(ids, lease).await?;
        Ok([registered, checked, marked, rechecked].iter().sum())
    }

    async fn spare_nothing(&self) {
        self.looked.lock().await.forget_when();
        self.turns.lock().await.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::during;

    #[tokio::test]
    async fn a_fault_or_a_panic_over_one_application_does_not_stop_the_others() {
        let id = ApplicationId::from(uuid::Uuid::nil());
        let corrupt = async { Err(StoreFault::corrupt("application", "has no content")) };
        assert!(matches!(spared(id, corrupt).await, Ok(0)));
        let panicking = async { panic!("a check that was never tried so") };
        assert!(matches!(spared(id, panicking).await, Ok(0)));
        let done = async { Ok(1) };
        assert!(matches!(spared(id, done).await, Ok(1)));
    }

    #[tokio::test]
    async fn a_database_that_fails_stops_the_round() {
        let id = ApplicationId::from(uuid::Uuid::nil());
        let error = sea_orm::DbErr::Custom("away".to_owned());
        let away = async { Err(during("read an application")(error)) };
        assert!(matches!(
            spared(id, away).await,
            Err(StoreFault::Database { .. })
        ));
    }
}
