//! Runs a command: load, decide, commit, and again if a guard was lost meanwhile.
//! It never decides, and never answers with anything but what was stored.

use std::{
    future::Future,
    time::{Duration, Instant},
};

use prost::Message;
use sea_orm::DatabaseConnection;

use super::{
    Changes, Fence, Guard, RequestKey, Store, StoreFault, committer::CommitStop, faults, request,
};
use crate::kernel::Moment;

/// How often a decision is made again after a lost guard or a passing fault.
const ATTEMPTS_MAX: u32 = 5;
/// How long a decision is made again; a caller that waits longer is better told to ask again.
const RETRIES_MAX: Duration = Duration::from_secs(1);
/// When a caller asks again whose request met others or a full queue.
const SOON: Duration = Duration::from_millis(250);
/// How long a decision waits for the reference data that was changed meanwhile.
const CATCH_UP_MAX: Duration = Duration::from_millis(500);

/// Why a command ended without effect.
#[derive(Debug)]
pub enum Stop<R> {
    /// A rule says no.
    Refused(R),
    /// The request id was used for other content.
    RequestIdReused,
    /// The store is away, or others were faster every time; the same request may succeed later.
    TryAgain {
        /// Not before this much later.
        after: Duration,
    },
    /// Too much waits to be committed; nothing was changed.
    Full {
        /// Not before this much later.
        after: Duration,
    },
    /// The process no longer holds the lease that the command works under; nothing was changed.
    LeaseLost,
    /// We failed.
    Fault(StoreFault),
}

impl<R> From<StoreFault> for Stop<R> {
    fn from(fault: StoreFault) -> Self {
        if fault.is_transient() {
            Self::TryAgain {
                after: Duration::from_secs(1),
            }
        } else {
            Self::Fault(fault)
        }
    }
}

/// What a command was answered with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Executed<A> {
    /// The answer.
    pub answer: A,
    /// It was given before, to the same request.
    pub replayed: bool,
}

/// A command: what to load, a pure decision, and the changes and answer that it means.
pub trait Command: Send + Sync {
    /// What the decision is made upon.
    type Loaded: Send;
    /// What was decided.
    type Decided: Send;
    /// Why a rule says no.
    type Refusal: Send;
    /// What the caller is told.
    type Answer: Message + Default;

    /// Identifies the request, so that a repeat changes nothing; `None` for the system's own.
    fn request(&self) -> Option<&RequestKey>;

    /// Only say what would happen.
    fn is_rehearsal(&self) -> bool {
        false
    }

    /// The lease under which a system's command works; nothing is committed once another holds it.
    fn fence(&self) -> Option<Fence> {
        None
    }

    /// Reads a snapshot of all that the decision needs.
    fn load(
        &self,
        reads: &DatabaseConnection,
        moment: Moment,
    ) -> impl Future<Output = Result<Self::Loaded, StoreFault>> + Send;

    /// Decides. Pure: no input or output, no clock.
    fn decide(&self, loaded: Self::Loaded, moment: Moment) -> Result<Self::Decided, Self::Refusal>;

    /// The rows and facts that the decision means.
    fn changes(&self, decided: &Self::Decided) -> Result<Changes, StoreFault>;

    /// What the caller is told.
    fn answer(&self, decided: Self::Decided) -> Self::Answer;
}

impl Store {
    /// Runs a command to its end, at most five times over if others were faster.
    ///
    /// A repeat is known by the guard of its request, which it loses, or by its refusal, since what it
    /// asks has been done: the first time a request costs no look into the memory.
    pub async fn execute<C: Command>(
        &self,
        command: &C,
    ) -> Result<Executed<C::Answer>, Stop<C::Refusal>> {
        let started = Instant::now();
        let mut attempt: u32 = 0;
        loop {
            attempt = attempt.saturating_add(1);
            let is_last = attempt >= ATTEMPTS_MAX || started.elapsed() > RETRIES_MAX;
            // Before anything of it is read: what is used is this or newer.
            let rests_on = self.reference.known();
            let (moment, _until_committed) = self.deciding.begin(&*self.clock);
            let loaded = self
                .patience
                .with("load", command.load(&self.reads, moment))
                .await?;
            let decided = match command.decide(loaded, moment) {
                Ok(decided) => decided,
                Err(refusal) => {
                    let remembered = self.recall(command).await?;
                    return remembered
                        .map_or(Err(Stop::Refused(refusal)), |answer| replayed(&answer));
                }
            };
            if command.is_rehearsal() {
                return Ok(first(command.answer(decided)));
            }
            let mut changes = command.changes(&decided)?.under(command.fence());
            changes.rests_on = Some(rests_on);
            let answer = command.answer(decided);
            changes.request = command
                .request()
                .map(|key| (key.clone(), answer.encode_to_vec()));
            if changes.fence.is_some() {
                faults::point("execute.fenced");
            }
            match self.committer.commit(changes).await {
                Ok(()) => return Ok(first(answer)),
                Err(CommitStop::Lost(Guard::Lease)) => return Err(Stop::LeaseLost),
                Err(CommitStop::Lost(guard)) => {
                    tracing::debug!(?guard, attempt, "a guard was lost; deciding again");
                    if let Some(remembered) = self.recall(command).await? {
                        return replayed(&remembered);
                    }
                    if is_last {
                        return Err(Stop::TryAgain { after: SOON });
                    }
                    if guard == Guard::Reference {
                        self.reference.caught_up(CATCH_UP_MAX).await;
                    }
                }
                Err(CommitStop::Full) => return Err(Stop::Full { after: SOON }),
                Err(CommitStop::Fault(fault))
                    if fault.is_transient() && !is_last && started.elapsed() <= RETRIES_MAX =>
                {
                    tracing::warn!(%fault, attempt, "a passing fault of the store; trying again");
                    tokio::time::sleep(pause(attempt)).await;
                    // The commit may have taken place, and only its answer was lost.
                    if let Some(remembered) = self.recall(command).await? {
                        return replayed(&remembered);
                    }
                }
                Err(CommitStop::Fault(fault)) => return Err(fault.into()),
            }
        }
    }

    /// What was answered to the command's request before, if it was.
    async fn recall<C: Command>(
        &self,
        command: &C,
    ) -> Result<Option<request::Remembered>, StoreFault> {
        match command.request() {
            Some(key) => {
                let recalling = request::recall(&self.reads, key);
                self.patience.with("recall a request", recalling).await
            }
            None => Ok(None),
        }
    }
}

const fn first<A>(answer: A) -> Executed<A> {
    Executed {
        answer,
        replayed: false,
    }
}

/// Full jitter below 5, 10, 20, 40 ms.
fn pause(attempt: u32) -> Duration {
    let most = 5_u64.saturating_mul(2_u64.saturating_pow(attempt.saturating_sub(1)));
    Duration::from_millis(rand::random_range(0..=most))
}

fn replayed<A: Message + Default, R>(
    remembered: &request::Remembered,
) -> Result<Executed<A>, Stop<R>> {
    if !remembered.is_same {
        return Err(Stop::RequestIdReused);
    }
    let answer = A::decode(&*remembered.answer)
        .map_err(|error| StoreFault::corrupt("remembered answer", error.to_string()))?;
    Ok(Executed {
        answer,
        replayed: true,
    })
}
