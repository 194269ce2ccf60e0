//! The clock, asked once per attempt of a command; the only file that reads the machine's time.
//! It never goes backwards in a test, and never gives more than microseconds.

use std::{
    fmt::Debug,
    sync::{Mutex, PoisonError},
};

use chrono::{DateTime, Utc};

use super::{Moment, Problem};

/// Tells the moment.
pub trait Clock: Send + Sync + Debug {
    /// The present moment; a command asks once and hands the answer on.
    fn now(&self) -> Moment;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the clock that everything else asks"
    )]
    fn now(&self) -> Moment {
        Moment::at(Utc::now())
    }
}

/// A clock that stands still until it is set: for tests and for `serve --test-clock`.
#[derive(Debug)]
pub struct TestClock(Mutex<Moment>);

impl TestClock {
    /// A clock that shows `instant`.
    pub fn starting_at(instant: DateTime<Utc>) -> Self {
        Self(Mutex::new(Moment::at(instant)))
    }

    /// Sets the clock forward and tells the new moment; it is never set back.
    pub fn set(&self, instant: DateTime<Utc>) -> Result<Moment, Problem> {
        let next = Moment::at(instant);
        let mut shown = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if next < *shown {
            return Err(Problem::new(
                "must not be earlier than what the clock shows",
            ));
        }
        *shown = next;
        Ok(next)
    }
}

impl Clock for TestClock {
    fn now(&self) -> Moment {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instant(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn the_system_clock_gives_whole_microseconds() {
        let now = SystemClock.now();
        assert_eq!(now, Moment::at(now.instant));
        assert_eq!(now.instant.timestamp_subsec_nanos() % 1_000, 0);
    }

    #[test]
    fn a_test_clock_stands_still_until_it_is_set() {
        let clock = TestClock::starting_at(instant("2026-03-20T13:30:00Z"));
        assert_eq!(clock.now(), clock.now());
        let later = clock.set(instant("2026-03-20T13:31:00Z")).unwrap();
        assert_eq!(clock.now(), later);
    }

    #[test]
    fn a_test_clock_is_never_set_back() {
        let clock = TestClock::starting_at(instant("2026-03-20T13:30:00Z"));
        let before = clock.now();
        assert!(clock.set(instant("2026-03-20T13:29:59Z")).is_err());
        assert_eq!(clock.now(), before);
        assert!(clock.set(before.instant).is_ok());
    }
}
