//! How the push to one sink fares in this process: its breaker, and what was counted since the start.
//! It never outlives the process, and never holds what a receiver said.

use std::sync::{Arc, Mutex, PoisonError};

use crate::{kernel::SinkName, store::ReaderStatus};

/// So many failures in a row open the breaker.
const FAILURES_MAX: u32 = 5;

/// Whether a sink is sent whole batches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Breaker {
    /// Yes.
    #[default]
    Closed,
    /// No: it failed too often in a row.
    Open,
    /// It is being tried with a single stage.
    HalfOpen,
}

/// What this process does for a sink.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Duty {
    /// Another process pushes, or none does.
    #[default]
    StandingBy,
    /// It pushes.
    Pushing,
    /// It would push, but operators paused the sink.
    Paused,
}

/// How one sink fares; clones share it.
#[derive(Clone, Debug)]
pub struct SinkStatus {
    name: SinkName,
    reader: ReaderStatus,
    record: Arc<Mutex<SinkRecord>>,
}

/// What is known of a sink in this process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SinkRecord {
    /// What this process does for it.
    pub duty: Duty,
    /// Whether it is sent whole batches.
    pub breaker: Breaker,
    /// How often the breaker opened since the start.
    pub opened: u64,
    /// Stages that the receiver said it has since the start, repeats included.
    pub acknowledged: u64,
    /// Applications that were parked since the start.
    pub parked: u64,
    failures: u32,
}

impl SinkStatus {
    pub(super) fn of(name: SinkName, reader: &'static str) -> Self {
        Self {
            name,
            reader: ReaderStatus::of(reader),
            record: Arc::default(),
        }
    }

    /// The sink's name.
    pub const fn name(&self) -> &SinkName {
        &self.name
    }

    /// Its faults.
    pub const fn reader(&self) -> &ReaderStatus {
        &self.reader
    }

    /// What is known now.
    pub fn record(&self) -> SinkRecord {
        self.with(|record| *record)
    }

    pub(super) fn on_duty(&self, duty: Duty) {
        if duty == Duty::StandingBy {
            self.reader.stood_aside();
            self.with(|record| {
                record.breaker = Breaker::Closed;
                record.failures = 0;
            });
        }
        self.with(|record| record.duty = duty);
    }

    /// Whether the sink may be sent no more than one stage, which is then tried.
    pub(super) fn is_to_be_probed(&self) -> bool {
        self.with(|record| {
            if record.breaker == Breaker::Open {
                record.breaker = Breaker::HalfOpen;
            }
            record.breaker == Breaker::HalfOpen
        })
    }

    /// Notes stages that the receiver has; tells operators if it did not for long.
    pub(super) fn acknowledged(&self, stages: usize) {
        let stages = u64::try_from(stages).unwrap_or(u64::MAX);
        self.reader.worked();
        let was_open = self.with(|record| {
            record.acknowledged = record.acknowledged.saturating_add(stages);
            record.failures = 0;
            std::mem::take(&mut record.breaker) != Breaker::Closed
        });
        if was_open {
            tracing::warn!(sink = %self.name, "a receiver of stages works again; its breaker closed");
        }
    }

    pub(super) fn parked(&self) {
        self.with(|record| record.parked = record.parked.saturating_add(1));
    }

    /// Notes that the receiver failed; tells operators once it did so too often.
    pub(super) fn failed(&self) {
        let has_opened = self.with(|record| {
            record.failures = record.failures.saturating_add(1);
            let was_closed = record.breaker == Breaker::Closed;
            if record.failures >= FAILURES_MAX || !was_closed {
                record.breaker = Breaker::Open;
            }
            let has_opened = was_closed && record.breaker == Breaker::Open;
            record.opened = record.opened.saturating_add(has_opened.into());
            has_opened
        });
        if has_opened {
            tracing::warn!(sink = %self.name, "a receiver of stages fails; its breaker opened");
        }
    }

    fn with<T>(&self, look: impl FnOnce(&mut SinkRecord) -> T) -> T {
        look(&mut self.record.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status() -> SinkStatus {
        SinkStatus::of(SinkName::monitoring(), "monitoring")
    }

    #[test]
    fn five_failures_in_a_row_open_the_breaker_and_one_stage_closes_it() {
        let status = status();
        for _ in 0..4 {
            status.failed();
        }
        assert!(!status.is_to_be_probed());
        status.acknowledged(1);
        for _ in 0..5 {
            assert_eq!(status.record().breaker, Breaker::Closed);
            status.failed();
        }
        assert_eq!(status.record().breaker, Breaker::Open);
        assert!(status.is_to_be_probed());
        assert_eq!(status.record().breaker, Breaker::HalfOpen);
        status.failed();
        assert_eq!(status.record().breaker, Breaker::Open);
        assert_eq!(status.record().opened, 1);
        assert!(status.is_to_be_probed());
        status.acknowledged(1);
        let record = status.record();
        assert_eq!((record.breaker, record.acknowledged), (Breaker::Closed, 2));
    }

    #[test]
    fn who_stands_by_has_no_breaker_of_its_own() {
        let status = status();
        for _ in 0..5 {
            status.failed();
        }
        status.reader().failed("away");
        status.on_duty(Duty::StandingBy);
        assert_eq!(status.record().breaker, Breaker::Closed);
        assert_eq!(status.reader().last_fault(), None);
    }
}
