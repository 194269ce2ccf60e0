//! What a storm was like, in counts. It never judges.

use std::{fmt, time::Duration};

use super::{
    customers::Work,
    trouble::{Suffered, Who},
    watchers::Met,
};

/// Everything that was counted.
pub(super) struct Report {
    pub(super) suffered: Vec<Suffered>,
    pub(super) work: Vec<Work>,
    /// In the journal.
    pub(super) stages: usize,
    /// To the stub, which had them.
    pub(super) sent_again: i32,
    pub(super) seen: Vec<Met>,
    /// From the end of the last trouble until all was there.
    pub(super) healed_after: Duration,
}

/// Kills, freezes, and freezes for longer than a lease.
#[derive(Clone, Copy, Debug, Default)]
struct Count {
    processes: u32,
    kills: u32,
    freezes: u32,
    long: u32,
}

impl Report {
    /// Whether the storm was one: each kind of victim was killed and frozen.
    pub(super) fn require_each_trouble(&self) {
        for (what, count) in self.counts() {
            assert!(count.kills > 0 && count.freezes > 0, "{what}: {count:?}");
        }
    }

    fn counts(&self) -> [(&'static str, Count); 3] {
        let of = |is_meant: fn(Who) -> bool| {
            let meant = self.suffered.iter().filter(|one| is_meant(one.who));
            meant.fold(Count::default(), |count, one| Count {
                processes: count.processes + 1,
                kills: count.kills + one.kills,
                freezes: count.freezes + one.freezes,
                long: count.long + one.long,
            })
        };
        [
            ("service", of(|who| matches!(who, Who::Replica(_)))),
            ("stub", of(|who| who == Who::Stub)),
            ("PostgreSQL", of(|who| who == Who::Database)),
        ]
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (what, count) in self.counts() {
            let Count {
                processes,
                kills,
                freezes,
                long,
            } = count;
            writeln!(
                f,
                "{what} ({processes}): killed {kills}, frozen {freezes}, longer than a lease {long}"
            )?;
        }
        let acknowledged = self.work.iter().flat_map(|work| &work.acknowledged);
        let withdrawn = acknowledged.clone().filter(|(_, withdrawn)| *withdrawn);
        let asked_again: u32 = self.work.iter().map(|work| work.asked_again).sum();
        let replayed: u32 = self.work.iter().map(|work| work.replayed).sum();
        writeln!(
            f,
            "applications acknowledged: {}, withdrawn of them {}; asked again {asked_again} times, \
             {replayed} times it had been done",
            acknowledged.count(),
            withdrawn.count()
        )?;
        writeln!(
            f,
            "stages in the journal: {}; sent again to the stub, which dropped them: {}",
            self.stages, self.sent_again
        )?;
        let connected: u32 = self.seen.iter().map(|met| met.connected).sum();
        let repeats: u32 = self.seen.iter().map(|met| met.repeats).sum();
        let watchers = self.seen.len();
        writeln!(
            f,
            "watchers: {watchers}; connected {connected} times, repeats dropped by event id: {repeats}"
        )?;
        write!(f, "healed {:.1?} after the last trouble", self.healed_after)
    }
}

/// Tells whoever runs the storm.
#[expect(clippy::print_stdout, reason = "the report is what a storm is run for")]
pub(super) fn say(what: fmt::Arguments<'_>) {
    println!("{what}");
}
