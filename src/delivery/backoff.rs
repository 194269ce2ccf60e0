//! Pauses between attempts: full jitter under a ceiling that doubles, so that a pause is about as long as
//! the outage has been. They never grow past a quarter of an hour: stages have a term, too.

use std::time::Duration;

const FIRST: Duration = Duration::from_millis(200);
const MAX: Duration = Duration::from_mins(15);
/// The longest that a receiver is left alone because it asked for it.
const ASKED_MAX: Duration = Duration::from_hours(1);

/// The pauses of one run of failures.
#[derive(Clone, Debug, Default)]
pub(super) struct Backoff {
    failures: u32,
}

impl Backoff {
    /// The pause after one more failure, chosen by `random` in 0..1 000 000; not shorter than was asked for.
    pub(super) fn next(&mut self, random: u32, asked: Option<Duration>) -> Duration {
        let ceiling = FIRST
            .saturating_mul(2_u32.saturating_pow(self.failures))
            .min(MAX);
        self.failures = self.failures.saturating_add(1);
        ceiling
            .saturating_mul(random.min(MILLION))
            .checked_div(MILLION)
            .unwrap_or(ceiling)
            .max(asked.unwrap_or_default().min(ASKED_MAX))
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
    fn the_ceiling_doubles_up_to_a_quarter_of_an_hour() {
        let mut backoff = Backoff::default();
        let ceilings = (0..15).map(|_| backoff.next(MILLION, None).as_millis());
        let expected = (0..13).map(|n| 200 << n).chain([900_000; 2]);
        assert_eq!(
            ceilings.collect::<Vec<_>>(),
            expected.collect::<Vec<u128>>()
        );
    }

    #[test]
    fn a_pause_is_anything_below_its_ceiling_and_no_shorter_than_was_asked_for() {
        let mut backoff = Backoff::default();
        assert_eq!(backoff.next(0, None), Duration::ZERO);
        assert_eq!(backoff.next(500_000, None), Duration::from_millis(200));
        let asked = |seconds| Some(Duration::from_secs(seconds));
        assert_eq!(backoff.next(MILLION, asked(30)), Duration::from_secs(30));
        assert_eq!(backoff.next(0, asked(1_000_000)), Duration::from_hours(1));
        backoff.reset();
        assert_eq!(backoff.next(MILLION, None), Duration::from_millis(200));
    }
}
