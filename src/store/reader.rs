//! How a background reader fares: what it last failed on, when, and how often.
//! It never holds personal data, which no fault carries, and never outlives the process.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

/// How one reader of this process fares, for operators; clones share it.
#[derive(Clone, Debug)]
pub struct ReaderStatus {
    name: &'static str,
    record: Arc<Mutex<Record>>,
}

#[derive(Debug, Default)]
struct Record {
    fault: Option<String>,
    failed_at: Option<Instant>,
    failures: u64,
}

impl ReaderStatus {
    /// A reader that has not failed.
    pub fn of(name: &'static str) -> Self {
        Self {
            name,
            record: Arc::default(),
        }
    }

    /// The reader's name, as the log has it.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// What the last attempt failed on; none while it works.
    pub fn last_fault(&self) -> Option<String> {
        self.with(|record| record.fault.clone())
    }

    /// How long ago it last failed, even if it works again.
    pub fn since_failure(&self) -> Option<Duration> {
        self.with(|record| record.failed_at.map(|at| at.elapsed()))
    }

    /// How often it has failed since the start.
    pub fn failures(&self) -> u64 {
        self.with(|record| record.failures)
    }

    /// Notes that an attempt succeeded.
    pub fn worked(&self) {
        self.with(|record| record.fault = None);
    }

    /// Notes that another process does the work, and tells how it fares.
    pub fn stood_aside(&self) {
        self.with(|record| record.fault = None);
    }

    /// Notes that an attempt failed.
    pub fn failed(&self, fault: impl Into<String>) {
        let fault = fault.into();
        self.with(|record| {
            record.fault = Some(fault);
            record.failed_at = Some(Instant::now());
            record.failures = record.failures.saturating_add(1);
        });
    }

    fn with<T>(&self, look: impl FnOnce(&mut Record) -> T) -> T {
        look(&mut self.record.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_remembered_after_the_reader_works_again() {
        let status = ReaderStatus::of("letters");
        assert_eq!((status.last_fault(), status.since_failure()), (None, None));
        status.failed("away");
        assert_eq!(status.last_fault().as_deref(), Some("away"));
        status.worked();
        assert_eq!((status.last_fault(), status.failures()), (None, 1));
        assert!(status.since_failure().is_some());
    }
}
