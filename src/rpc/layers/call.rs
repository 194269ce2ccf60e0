//! One call in the log and in the counters, from its first byte to its last.
//! It never holds or logs anything of a message, and never ends without a line.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tonic::Code;
use tracing::{Span, field};

use super::{counters::Counters, room::Place};
use crate::{authn::Caller, kernel::Language};

/// A call that runs; dropped before its end it is logged as `client_gone`.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) id: String,
    pub(super) place: Option<Place>,
    /// What its caller reads.
    pub(super) language: Language,
    /// Whatever is logged in it says which call, of which method, by whom.
    pub(super) span: Span,
    method: &'static str,
    began: Instant,
    counters: Arc<Counters>,
    has_ended: bool,
}

impl Call {
    pub(super) fn begin(
        id: String,
        method: &'static str,
        language: Language,
        counters: Arc<Counters>,
    ) -> Self {
        Self {
            span: tracing::info_span!("call", id, method, caller = field::Empty),
            id,
            place: None,
            language,
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
            self.counters.left();
            self.log("client_gone", self.began.elapsed());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn begun(counters: &Arc<Counters>) -> Call {
        let id = "1".to_owned();
        Call::begin(id, "/a.B/C", Language::English, Arc::clone(counters))
    }

    #[test]
    fn a_call_is_counted_once_by_its_end() {
        let counters = Arc::new(Counters::default());
        let mut call = begun(&counters);
        call.end(Code::NotFound);
        call.end(Code::Ok);
        drop(call);
        assert_eq!(counters.count("/a.B/C", Code::NotFound), 1);
        assert_eq!((counters.ended(), counters.gone()), (1, 0));
    }

    #[test]
    fn a_call_that_never_ends_is_counted_as_gone() {
        let counters = Arc::new(Counters::default());
        drop(begun(&counters));
        assert_eq!((counters.ended(), counters.gone()), (0, 1));
    }
}
