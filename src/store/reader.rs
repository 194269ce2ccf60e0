//! How a background reader fares: what it last failed on, when, and how often.
//! It never holds personal data, which no fault carries, and never outlives the process.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use super::StoreFault;

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
    /// Numbers of facts that cannot be read.
    unreadable: BTreeSet<i64>,
    /// What is wrong with the one that was met last.
    unreadable_last: Option<String>,
}

/// How many unreadable facts are told apart: more is no matter of single facts any more.
const UNREADABLE_MAX: usize = 1_000;

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

    /// What the last attempt failed on, or what it went on without; none while all is well.
    pub fn last_fault(&self) -> Option<String> {
        self.with(|record| {
            let unreadable = record.unreadable_last.as_ref();
            let unreadable = unreadable.map(|last| {
                let count = record.unreadable.len();
                format!("facts that cannot be read: {count}; the last one, {last}")
            });
            record.fault.clone().or(unreadable)
        })
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

    /// Notes that a fact of the journal cannot be read, and that the reader goes on without it: a fact
    /// never changes, so waiting would be for ever. It is said once for each fact.
    pub fn cannot_read(&self, number: i64, fault: &StoreFault) {
        let is_new = self.with(|record| {
            let has_room = record.unreadable.len() < UNREADABLE_MAX;
            let is_new = has_room && record.unreadable.insert(number);
            if is_new {
                record.unreadable_last = Some(format!("{number}: {fault}"));
            }
            is_new
        });
        if is_new {
            let reader = self.name;
            tracing::error!(reader, number, %fault, "a fact cannot be read; the reader goes on without it");
        }
    }

    /// How many facts it could not read since the start.
    pub fn unreadable(&self) -> u64 {
        self.with(|record| u64::try_from(record.unreadable.len()).unwrap_or(u64::MAX))
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

    #[test]
    fn a_fact_that_cannot_be_read_is_told_once_and_stays_a_fault() {
        crate::telemetry::captured::begin();
        let status = ReaderStatus::of("statistics");
        let fault = StoreFault::corrupt("stage fact", "has an unknown form");
        for number in [7, 7, 12, 7] {
            status.cannot_read(number, &fault);
            status.worked();
        }
        assert_eq!((status.unreadable(), status.failures()), (2, 0));
        let told = status.last_fault().unwrap();
        assert!(
            told.starts_with("facts that cannot be read: 2; the last one, 12: "),
            "{told}"
        );
        assert!(told.contains("has an unknown form"), "{told}");
        let lines = crate::telemetry::captured::lines();
        assert_eq!(lines.len(), 2, "{lines:?}");
        assert!(lines[0].contains("ERROR") && lines[0].contains("number=7"));
        status.failed("away");
        assert_eq!(status.last_fault().as_deref(), Some("away"));
    }
}
