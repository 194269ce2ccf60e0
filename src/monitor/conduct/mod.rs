//! How the stub conducts itself at each call: as it should, but for the misbehaviours that were set.
//! It never stores or answers anything.

mod file;
mod misbehaviour;
#[cfg(test)]
mod tests;

use std::{
    collections::BTreeSet,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};

pub(super) use self::misbehaviour::Spoil;
use self::misbehaviour::{Misbehaviour, Way};
use crate::pb::monitoring::v1 as pb;

const MISBEHAVIOURS_MAX: usize = 32;

/// What was set, and how often each happened.
#[derive(Debug, Default)]
pub(super) struct Conduct(Mutex<Option<Set>>);

#[derive(Debug)]
struct Set {
    since: DateTime<Utc>,
    random: StdRng,
    misbehaviours: Vec<Counted>,
}

#[derive(Debug)]
struct Counted {
    misbehaviour: Misbehaviour,
    calls: i32,
}

/// What to do at one call. By default, what should be done.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Plan {
    /// Do nothing but say that nobody is there.
    pub(super) is_away: bool,
    /// Lose what was stored of late.
    pub(super) loss: Option<TimeDelta>,
    /// How far the clock is ahead.
    pub(super) clock_offset: TimeDelta,
    /// The applications whose stages are rejected.
    pub(super) refused: BTreeSet<String>,
    /// How much later to answer.
    pub(super) delay: Duration,
    /// How the answer is spoilt.
    pub(super) spoil: Option<Spoil>,
}

impl Conduct {
    /// Sets misbehaviours in place of those before, or says what is wrong with the request first.
    pub(super) fn set(
        &self,
        request: pb::SetMisbehaviourRequest,
        now: DateTime<Utc>,
    ) -> Result<Vec<pb::MisbehaviourState>, String> {
        let count = request.misbehaviours.len();
        if !(1..=MISBEHAVIOURS_MAX).contains(&count) {
            return Err(format!("misbehaviours must be 1 to {MISBEHAVIOURS_MAX}"));
        }
        let read = (0..).zip(request.misbehaviours).map(|(at, set): (u32, _)| {
            let misbehaviour = Misbehaviour::read(set);
            let misbehaviour = misbehaviour.map_err(|why| format!("misbehaviours[{at}].{why}"))?;
            let calls = 0;
            Ok(Counted {
                misbehaviour,
                calls,
            })
        });
        let set = Set {
            since: now,
            random: StdRng::seed_from_u64(request.seed.cast_unsigned()),
            misbehaviours: read.collect::<Result<_, String>>()?,
        };
        let states = set.states();
        *self.lock() = Some(set);
        Ok(states)
    }

    /// What is set.
    pub(super) fn states(&self) -> Vec<pb::MisbehaviourState> {
        self.lock().as_ref().map(Set::states).unwrap_or_default()
    }

    /// Behaves from now on; tells what was set until then.
    pub(super) fn clear(&self) -> Vec<pb::MisbehaviourState> {
        let before = self.lock().take();
        before.as_ref().map(Set::states).unwrap_or_default()
    }

    /// What to do at a call with stages of these applications.
    pub(super) fn plan(&self, at: DateTime<Utc>, applications: &BTreeSet<&str>) -> Plan {
        let mut set = self.lock();
        set.as_mut()
            .map(|set| set.plan(at, applications))
            .unwrap_or_default()
    }

    fn lock(&self) -> MutexGuard<'_, Option<Set>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Set {
    fn plan(&mut self, at: DateTime<Utc>, applications: &BTreeSet<&str>) -> Plan {
        let mut plan = Plan::default();
        // Who is away does nothing else: it is asked first, wherever it stands in the list.
        for away in [true, false] {
            for counted in &mut self.misbehaviours {
                let misbehaviour = &counted.misbehaviour;
                let may_strike = (misbehaviour.way == Way::Away) == away
                    && !plan.is_full_for(misbehaviour.way)
                    && misbehaviour.may_strike(counted.calls, self.since, at, applications);
                if may_strike && self.random.random_range(0..100) < misbehaviour.percent {
                    plan.add(misbehaviour);
                    counted.calls = counted.calls.saturating_add(1);
                }
            }
        }
        plan
    }

    fn states(&self) -> Vec<pb::MisbehaviourState> {
        let state = |counted: &Counted| pb::MisbehaviourState {
            misbehaviour: Some(counted.misbehaviour.set.clone()),
            call_count: counted.calls,
        };
        self.misbehaviours.iter().map(state).collect()
    }
}

impl Plan {
    /// Whether nothing of this way could happen any more.
    fn is_full_for(&self, way: Way) -> bool {
        self.is_away || matches!(way, Way::Spoilt(_)) && self.spoil.is_some()
    }

    fn add(&mut self, misbehaviour: &Misbehaviour) {
        match misbehaviour.way {
            Way::Away => self.is_away = true,
            Way::Slow(delay) => self.delay = self.delay.max(delay),
            Way::Spoilt(spoil) => self.spoil = Some(spoil),
            Way::Loss(lost) => self.loss = self.loss.max(Some(lost)),
            Way::Refusal => self
                .refused
                .extend(misbehaviour.application().map(str::to_owned)),
            Way::WrongClock(offset) => self.clock_offset = offset,
        }
    }
}
