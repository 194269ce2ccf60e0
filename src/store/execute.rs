//! Runs a command: replay, load, decide, commit, and again if a guard was lost meanwhile.
//! It never decides, and never answers with anything but what was stored.

use std::{future::Future, time::Duration};

use prost::Message;
use sea_orm::DatabaseConnection;

use super::{Changes, RequestKey, Store, StoreFault, committer::CommitStop, request};
use crate::kernel::Moment;

/// How often a decision is made again after a lost guard or a passing fault.
const ATTEMPTS_MAX: u32 = 5;

/// Why a command ended without effect.
#[derive(Debug)]
pub enum Stop<R> {
    /// A rule says no.
    Refused(R),
    /// The request id was used for other content.
    RequestIdReused,
    /// Too much at once; nothing was changed.
    TryAgain {
        /// Not before this much later.
        after: Duration,
    },
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
    pub async fn execute<C: Command>(
        &self,
        command: &C,
    ) -> Result<Executed<C::Answer>, Stop<C::Refusal>> {
        let mut attempt: u32 = 0;
        loop {
            attempt = attempt.saturating_add(1);
            if let Some(key) = command.request()
                && let Some(remembered) = request::recall(&self.reads, key).await?
            {
                return replayed(&remembered);
            }
            let moment = self.clock.now();
            let loaded = command.load(&self.reads, moment).await?;
            let decided = command.decide(loaded, moment).map_err(Stop::Refused)?;
            if command.is_rehearsal() {
                return Ok(Executed {
                    answer: command.answer(decided),
                    replayed: false,
                });
            }
            let mut changes = command.changes(&decided)?;
            let answer = command.answer(decided);
            changes.request = command
                .request()
                .map(|key| (key.clone(), answer.encode_to_vec()));
            match self.committer.commit(changes).await {
                Ok(()) => {
                    return Ok(Executed {
                        answer,
                        replayed: false,
                    });
                }
                Err(CommitStop::Lost(guard)) if attempt < ATTEMPTS_MAX => {
                    tracing::debug!(?guard, attempt, "a guard was lost; deciding again");
                }
                Err(CommitStop::Lost(_) | CommitStop::Full) => {
                    return Err(Stop::TryAgain {
                        after: Duration::from_millis(250),
                    });
                }
                Err(CommitStop::Fault(fault)) if fault.is_transient() && attempt < ATTEMPTS_MAX => {
                    tracing::warn!(%fault, attempt, "a passing fault of the store; trying again");
                    tokio::time::sleep(pause(attempt)).await;
                }
                Err(CommitStop::Fault(fault)) => return Err(fault.into()),
            }
        }
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
