//! Pauses between attempts: full jitter under a ceiling that doubles.
//! They never grow past a minute: a receiver that is back is served soon.

use std::time::Duration;

const FIRST: Duration = Duration::from_millis(200);
const MAX: Duration = Duration::from_mins(1);

/// The pauses of one run of failures.
#[derive(Clone, Debug, Default)]
pub(super) struct Backoff {
    failures: u32,
}

impl Backoff {
    /// The pause after one more failure, chosen by `random` in 0..1 000 000.
    pub(super) fn next(&mut self, random: u32) -> Duration {
        let ceiling = FIRST
            .saturating_mul(2_u32.saturating_pow(self.failures))
            .min(MAX);
        self.failures = self.failures.saturating_add(1);
        ceiling
            .saturating_mul(random.min(MILLION))
            .checked_div(MILLION)
            .unwrap_or(ceiling)
    }

    /// It worked again.
    pub(super) fn reset(&mut self) {
        self.failures = 0;
    }
}

/// The range of `random`.
pub(super) const MILLION: u32 = 1_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ceiling_doubles_up_to_a_minute() {
        let mut backoff = Backoff::default();
        let ceilings: Vec<u128> = (0..12).map(|_| backoff.next(MILLION).as_millis()).collect();
        assert_eq!(
            ceilings,
            [
                200, 400, 800, 1600, 3200, 6400, 12800, 25600, 51200, 60000, 60000, 60000
            ]
        );
    }

    #[test]
    fn a_pause_is_anything_below_its_ceiling() {
        let mut backoff = Backoff::default();
        assert_eq!(backoff.next(0), Duration::ZERO);
        assert_eq!(backoff.next(500_000), Duration::from_millis(200));
        backoff.reset();
        assert_eq!(backoff.next(MILLION), Duration::from_millis(200));
    }
}
