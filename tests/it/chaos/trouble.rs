//! One victim of the storm, killed and frozen in turn at moments that nobody chose. It never stays so.

use std::{
    ops::Range,
    time::{Duration, Instant},
};

use rand::{Rng as _, rngs::StdRng};
use tokio::time::sleep;

use super::stand::{LEASE, Stand, patiently};
use crate::harness::Program;

/// Milliseconds between two troubles, in which work is done.
const REST: Range<u64> = 1_000..5_000;
/// Milliseconds until what was killed is started again.
const DEAD: Range<u64> = 100..2_000;
/// Milliseconds for which something is frozen: often longer than a lease.
const FROZEN: Range<u64> = 200..5_000;

/// Who suffers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Who {
    /// A process of the service.
    Replica(&'static str),
    /// The monitoring system.
    Stub,
    /// PostgreSQL, all its processes at once.
    Database,
}

/// What somebody suffered.
#[derive(Clone, Copy, Debug)]
pub(super) struct Suffered {
    pub(super) who: Who,
    pub(super) kills: u32,
    pub(super) freezes: u32,
    /// Those of the freezes that outlasted a lease.
    pub(super) long: u32,
}

/// A victim, which runs.
pub(super) struct Victim<'a> {
    stand: &'a Stand,
    who: Who,
    /// None of PostgreSQL, which has many processes.
    program: Option<Program>,
}

impl<'a> Victim<'a> {
    pub(super) const fn database(stand: &'a Stand) -> Self {
        Self {
            stand,
            who: Who::Database,
            program: None,
        }
    }

    pub(super) async fn stub(stand: &'a Stand) -> Self {
        Self {
            stand,
            who: Who::Stub,
            program: Some(stand.monitor().await),
        }
    }

    pub(super) async fn replica(stand: &'a Stand, name: &'static str) -> Self {
        Self {
            stand,
            who: Who::Replica(name),
            program: Some(stand.serve(name).await),
        }
    }

    /// Suffers until the storm is over, and runs then.
    pub(super) async fn suffer(&mut self, mut random: StdRng, ends_at: Instant) -> Suffered {
        let mut suffered = Suffered {
            who: self.who,
            kills: 0,
            freezes: 0,
            long: 0,
        };
        let mut is_to_die = random.random();
        loop {
            let rest = some_time(&mut random, REST);
            if Instant::now() + rest >= ends_at {
                return suffered;
            }
            sleep(rest).await;
            if is_to_die {
                self.signal("KILL");
                suffered.kills += 1;
                sleep(some_time(&mut random, DEAD)).await;
                self.revive().await;
            } else {
                let frozen = some_time(&mut random, FROZEN);
                self.signal("STOP");
                suffered.freezes += 1;
                suffered.long += u32::from(frozen > LEASE);
                sleep(frozen).await;
                self.signal("CONT");
            }
            is_to_die = !is_to_die;
        }
    }

    fn signal(&self, name: &str) {
        match &self.program {
            Some(program) => {
                assert!(!program.has_ended(), "{:?} ended by itself", self.who);
                program.signal(name);
            }
            None => self.stand.cluster.signal(name),
        }
    }

    async fn revive(&mut self) {
        let stand = self.stand;
        match self.who {
            Who::Replica(name) => self.program = Some(stand.serve(name).await),
            Who::Stub => self.program = Some(stand.monitor().await),
            Who::Database => {
                patiently("PostgreSQL", async || stand.cluster.try_restart().await).await;
            }
        }
    }
}

fn some_time(random: &mut StdRng, milliseconds: Range<u64>) -> Duration {
    Duration::from_millis(random.random_range(milliseconds))
}
