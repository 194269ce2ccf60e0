//! One call in the log and in the counters, from its first byte to its last.
//! It never holds or logs anything of a message, and never ends without a line.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use tonic::Code;
use tracing::{Span, field};

use super::room::Place;
use crate::authn::Caller;

/// What happened since the start, for operators.
#[derive(Debug, Default)]
pub struct Counters {
    calls: Mutex<BTreeMap<(&'static str, i32), Tally>>,
    panics: AtomicU64,
    gone: AtomicU64,
}

/// Calls of one method that ended with one code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many.
    pub count: u64,
    /// How long they took in all.
    pub time: Duration,
}

impl Counters {
    /// Calls by method and code.
    pub fn calls(&self) -> BTreeMap<(&'static str, i32), Tally> {
        self.calls
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Calls that ended.
    pub fn ended(&self) -> u64 {
        let calls = self.calls();
        calls
            .values()
            .fold(0, |sum: u64, tally| sum.saturating_add(tally.count))
    }

    /// Handlers that panicked.
    pub fn panics(&self) -> u64 {
        self.panics.load(Ordering::Relaxed)
    }

    /// Calls whose client went away.
    pub fn gone(&self) -> u64 {
        self.gone.load(Ordering::Relaxed)
    }

    pub(super) fn panicked(&self) {
        self.panics.fetch_add(1, Ordering::Relaxed);
    }

    fn end(&self, method: &'static str, code: Code, took: Duration) {
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        let tally = calls.entry((method, code.into())).or_default();
        tally.count = tally.count.saturating_add(1);
        tally.time = tally.time.saturating_add(took);
    }
}

/// A call that runs; dropped before its end it is logged as `client_gone`.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) id: String,
    pub(super) place: Option<Place>,
    /// Whatever is logged in it says which call, of which method, by whom.
    pub(super) span: Span,
    method: &'static str,
    began: Instant,
    counters: Arc<Counters>,
    has_ended: bool,
}

impl Call {
    pub(super) fn begin(id: String, method: &'static str, counters: Arc<Counters>) -> Self {
        Self {
            span: tracing::info_span!("call", id, method, caller = field::Empty),
            id,
            place: None,
            method,
            began: Instant::now(),
            counters,
            has_ended: false,
        }
    }

    /// Notes who calls.
    pub(super) fn is_by(&self, caller: &Caller) {
        self.span.record("caller", field::display(&caller.name));
    }

    pub(super) fn counters(&self) -> &Counters {
        &self.counters
    }

    /// Ends the call, once.
    pub(super) fn end(&mut self, code: Code) {
        if std::mem::replace(&mut self.has_ended, true) {
            return;
        }
        let took = self.began.elapsed();
        self.counters.end(self.method, code, took);
        self.log(&format!("{code:?}"), took);
    }

    fn log(&self, outcome: &str, took: Duration) {
        let microseconds = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        tracing::info!(parent: &self.span, outcome, microseconds, "ended");
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        if !self.has_ended {
            self.counters.gone.fetch_add(1, Ordering::Relaxed);
            self.log("client_gone", self.began.elapsed());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_counted_once_by_its_end() {
        let counters = Arc::new(Counters::default());
        let mut call = Call::begin("1".to_owned(), "/a.B/C", Arc::clone(&counters));
        call.end(Code::NotFound);
        call.end(Code::Ok);
        drop(call);
        let calls = counters.calls();
        assert_eq!(calls.len(), 1);
        assert_eq!(calls[&("/a.B/C", Code::NotFound.into())].count, 1);
        assert_eq!((counters.ended(), counters.gone()), (1, 0));
    }

    #[test]
    fn a_call_that_never_ends_is_counted_as_gone() {
        let counters = Arc::new(Counters::default());
        drop(Call::begin("1".to_owned(), "/a.B/C", Arc::clone(&counters)));
        assert_eq!(counters.gone(), 1);
        assert!(counters.calls().is_empty());
    }
}
