//! What happened to calls since the start, as metrics: by method and code, and how long they took.
//! It never takes a label from a caller: methods are the contract's, codes are gRPC's.

use std::time::Duration;

use prometheus_client::{
    metrics::{
        counter::Counter,
        family::Family,
        histogram::{Histogram, exponential_buckets},
    },
    registry::{Registry, Unit},
};
use tonic::Code;

type MethodAndCode = [(&'static str, &'static str); 2];
type Method = [(&'static str, &'static str); 1];

/// What happened since the start, for operators.
#[derive(Debug)]
pub struct Counters {
    calls: Family<MethodAndCode, Counter>,
    seconds: Family<Method, Histogram>,
    ended: Counter,
    panics: Counter,
    gone: Counter,
}

impl Default for Counters {
    fn default() -> Self {
        Self {
            calls: Family::default(),
            seconds: Family::new_with_constructor(took),
            ended: Counter::default(),
            panics: Counter::default(),
            gone: Counter::default(),
        }
    }
}

/// From half a millisecond to a quarter of a minute.
fn took() -> Histogram {
    Histogram::new(exponential_buckets(0.000_5, 2.0, 16))
}

impl Counters {
    /// Names the metrics for whoever collects them.
    pub(super) fn register(&self, registry: &mut Registry) {
        let calls = "Calls that ended, by method and code";
        registry.register("calls", calls, self.calls.clone());
        registry.register_with_unit(
            "call",
            "Time from the head of a call to the end of its answer",
            Unit::Seconds,
            self.seconds.clone(),
        );
        let gone = "Calls whose client went away before their end";
        registry.register("calls_gone", gone, self.gone.clone());
        let panics = "Handlers that panicked";
        registry.register("handler_panics", panics, self.panics.clone());
    }

    /// Calls of a method that ended with a code.
    pub fn count(&self, method: &'static str, code: Code) -> u64 {
        let labels = labels(method, code);
        self.calls.get(&labels).map_or(0, |calls| calls.get())
    }

    /// Calls that ended.
    pub fn ended(&self) -> u64 {
        self.ended.get()
    }

    /// Handlers that panicked.
    pub fn panics(&self) -> u64 {
        self.panics.get()
    }

    /// Calls whose client went away.
    pub fn gone(&self) -> u64 {
        self.gone.get()
    }

    pub(super) fn panicked(&self) {
        self.panics.inc();
    }

    pub(super) fn left(&self) {
        self.gone.inc();
    }

    pub(super) fn end(&self, method: &'static str, code: Code, took: Duration) {
        self.ended.inc();
        self.calls.get_or_create(&labels(method, code)).inc();
        let seconds = self.seconds.get_or_create(&[("method", method)]);
        seconds.observe(took.as_secs_f64());
    }
}

const fn labels(method: &'static str, code: Code) -> MethodAndCode {
    [("method", method), ("code", name(code))]
}

/// The code as gRPC's own documents write it.
const fn name(code: Code) -> &'static str {
    match code {
        Code::Ok => "OK",
        Code::Cancelled => "CANCELLED",
        Code::Unknown => "UNKNOWN",
        Code::InvalidArgument => "INVALID_ARGUMENT",
        Code::DeadlineExceeded => "DEADLINE_EXCEEDED",
        Code::NotFound => "NOT_FOUND",
        Code::AlreadyExists => "ALREADY_EXISTS",
        Code::PermissionDenied => "PERMISSION_DENIED",
        Code::ResourceExhausted => "RESOURCE_EXHAUSTED",
        Code::FailedPrecondition => "FAILED_PRECONDITION",
        Code::Aborted => "ABORTED",
        Code::OutOfRange => "OUT_OF_RANGE",
        Code::Unimplemented => "UNIMPLEMENTED",
        Code::Internal => "INTERNAL",
        Code::Unavailable => "UNAVAILABLE",
        Code::DataLoss => "DATA_LOSS",
        Code::Unauthenticated => "UNAUTHENTICATED",
    }
}
