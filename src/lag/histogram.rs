//! How long many things took, as counts: each bucket is at most an eighth wider than what it begins with.
//! A histogram never keeps a single duration but the longest.

use std::collections::BTreeMap;

/// Below this many milliseconds each has a bucket of its own; from there on an octave has so many.
const PARTS: u64 = 8;
/// The octave that begins with [`PARTS`].
const FIRST_OCTAVE: u32 = 3;

/// Counts of durations in milliseconds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Histogram {
    counts: BTreeMap<u64, u64>,
    max: u64,
}

impl Histogram {
    /// One of counts by bucket, and of the longest duration.
    pub const fn of(counts: BTreeMap<u64, u64>, max: u64) -> Self {
        Self { counts, max }
    }

    /// The counts by bucket.
    pub const fn counts(&self) -> &BTreeMap<u64, u64> {
        &self.counts
    }

    /// The longest duration; 0 of nothing.
    pub const fn max(&self) -> u64 {
        self.max
    }

    /// How many were counted.
    pub fn count(&self) -> u64 {
        self.counts
            .values()
            .fold(0, |sum, count| sum.saturating_add(*count))
    }

    /// Counts one.
    pub fn add(&mut self, milliseconds: u64) {
        let count = self.counts.entry(bucket(milliseconds)).or_default();
        *count = count.saturating_add(1);
        self.max = self.max.max(milliseconds);
    }

    /// Counts all of another.
    pub fn merge(&mut self, other: &Self) {
        for (bucket, more) in &other.counts {
            let count = self.counts.entry(*bucket).or_default();
            *count = count.saturating_add(*more);
        }
        self.max = self.max.max(other.max);
    }

    /// The duration that so many of a hundred did not exceed: at most an eighth above the true one, and
    /// never below it. None of nothing.
    pub fn percentile(&self, percent: u64) -> Option<u64> {
        let rank = self.count().saturating_mul(percent).div_ceil(100).max(1);
        let mut counted: u64 = 0;
        let reached = self.counts.iter().find(|(_, count)| {
            counted = counted.saturating_add(**count);
            counted >= rank
        });
        reached.map(|(bucket, _)| last_of(*bucket).min(self.max))
    }
}

/// The bucket of a duration.
fn bucket(milliseconds: u64) -> u64 {
    let Some(octave) = milliseconds
        .checked_ilog2()
        .and_then(|octave| octave.checked_sub(FIRST_OCTAVE))
    else {
        return milliseconds;
    };
    let part = milliseconds.checked_shr(octave).unwrap_or_default();
    u64::from(octave).saturating_mul(PARTS).saturating_add(part)
}

/// The longest duration of a bucket.
fn last_of(bucket: u64) -> u64 {
    let octave = bucket.div_euclid(PARTS).saturating_sub(1);
    let part = bucket.saturating_sub(octave.saturating_mul(PARTS));
    let next = u128::from(part.saturating_add(1))
        .checked_shl(u32::try_from(octave).unwrap_or(u32::MAX))
        .unwrap_or(u128::MAX);
    u64::try_from(next.saturating_sub(1)).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_duration_is_in_the_bucket_that_ends_at_most_an_eighth_above_it() {
        let far = (0..64).flat_map(|shift| [1_u64 << shift, (1 << shift) - 1, (1 << shift) + 1]);
        let mut last_bucket = 0;
        for milliseconds in 0..5_000 {
            let next = bucket(milliseconds);
            assert!(
                (last_bucket..=last_bucket + 1).contains(&next),
                "{milliseconds}"
            );
            last_bucket = next;
        }
        for milliseconds in (0..5_000).chain(far).chain([u64::MAX]) {
            let last = last_of(bucket(milliseconds));
            assert!(last >= milliseconds, "{milliseconds}: {last}");
            assert!(
                last - milliseconds <= milliseconds / 8,
                "{milliseconds}: {last}"
            );
            let next = last.checked_add(1).map(bucket);
            assert!(next.is_none_or(|next| next == bucket(last) + 1));
        }
    }

    #[test]
    fn a_percentile_is_what_so_many_of_a_hundred_did_not_exceed() {
        let mut histogram = Histogram::default();
        assert_eq!(histogram.percentile(50), None);
        histogram.add(5);
        assert_eq!(
            [1, 50, 99, 100].map(|p| histogram.percentile(p)),
            [Some(5); 4]
        );
        for _ in 0..98 {
            histogram.add(2);
        }
        histogram.add(1_000);
        assert_eq!(histogram.count(), 100);
        assert_eq!(histogram.percentile(98), Some(2));
        assert_eq!(histogram.percentile(99), Some(5));
        // The bucket ends at 1023, but nothing was longer than the longest.
        assert_eq!(histogram.percentile(100), Some(1_000));
        assert_eq!(histogram.max(), 1_000);
    }

    #[test]
    fn two_that_are_merged_are_one_of_all() {
        let (mut one, mut other, mut all) = Default::default();
        for (index, milliseconds) in [3, 70, 900, 900, 64, 12_000].into_iter().enumerate() {
            Histogram::add(
                if index % 2 == 0 { &mut one } else { &mut other },
                milliseconds,
            );
            Histogram::add(&mut all, milliseconds);
        }
        one.merge(&other);
        assert_eq!(one, all);
    }
}
