//! How much one commit takes of what waits. It never lets a commit wait.
//!
//! Whoever is answered by one commit asks again, and asking takes the processors time as well. Were all that
//! wait taken at once, all would be answered at once and ask at once: the database would rest while they ask, and
//! they would rest while it writes. So a part waits for the next commit, unless what makes a commit durable takes
//! far longer than what is written: then the fewest commits are the fastest.

use std::time::Duration;

/// How many changes one commit takes at most.
const CHANGES_MAX: usize = 256;
/// How many a commit may always take.
const CHANGES_ENOUGH: usize = 32;
/// Of more than that, one part in so many is taken: the longer the queue, the larger the commits.
const PARTS: usize = 4;
/// What makes a commit durable dominates if it takes so many times as long as to write the rows.
const FAR_LONGER: u32 = 3;

/// Where one statement is the whole transaction nobody sees how long either part takes: one in so many is a
/// transaction of two.
const SEEN_EVERY: u32 = 64;

/// What the last commits took; older ones count for less.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Pace {
    writing: Duration,
    committing: Duration,
    unseen: u32,
}

impl Pace {
    /// A commit: how long its rows were written, and how long it then took to make them durable.
    pub(super) fn saw(&mut self, writing: Duration, committing: Duration) {
        let less = |past: Duration| past.saturating_sub(past.checked_div(8).unwrap_or_default());
        self.writing = less(self.writing).saturating_add(writing);
        self.committing = less(self.committing).saturating_add(committing);
        self.unseen = 1;
    }

    /// A commit of which nothing was seen.
    pub(super) fn passed(&mut self) {
        self.unseen = self.unseen.saturating_add(1).rem_euclid(SEEN_EVERY);
    }

    /// Whether it is time to see one: the first, and now and then another.
    pub(super) const fn is_to_be_seen(self) -> bool {
        self.unseen == 0
    }

    /// How many changes the next commit takes, when so many wait.
    pub(super) fn most(self, waiting: usize) -> usize {
        if self.committing > self.writing.saturating_mul(FAR_LONGER) {
            return CHANGES_MAX;
        }
        waiting.div_euclid(PARTS).clamp(CHANGES_ENOUGH, CHANGES_MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_many_is_taken_and_few_are_taken_at_once() {
        let mut pace = Pace::default();
        pace.saw(Duration::from_millis(3), Duration::from_millis(1));
        for (waiting, most) in [(1, 32), (64, 32), (200, 50), (512, 128), (5000, 256)] {
            assert_eq!(pace.most(waiting), most);
        }
    }

    #[test]
    fn of_those_in_one_piece_the_first_and_now_and_then_another_is_seen() {
        let mut pace = Pace::default();
        for _ in 0..3 {
            assert!(pace.is_to_be_seen());
            pace.saw(Duration::from_millis(3), Duration::from_millis(1));
            for _ in 1..SEEN_EVERY {
                assert!(!pace.is_to_be_seen());
                pace.passed();
            }
        }
    }

    #[test]
    fn where_it_takes_long_to_be_durable_all_are_taken_until_it_no_longer_does() {
        let (short, long) = (Duration::from_millis(2), Duration::from_millis(20));
        let mut pace = Pace::default();
        pace.saw(short, long);
        assert_eq!(pace.most(64), CHANGES_MAX);
        for _ in 0..16 {
            pace.saw(short, short);
        }
        assert_eq!(pace.most(64), CHANGES_ENOUGH);
    }
}
