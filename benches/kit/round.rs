//! What one round of a measurement showed: rate, latencies, and whose processor time it took.
//! It never runs anything.

use std::time::{Duration, Instant};

use serde::Serialize;

use super::{
    drive::Driven,
    program::{Program, machine_time},
};

/// One round, or the median of several. Everything is per application or per call.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Round {
    pub(crate) per_second: f64,
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
    pub(crate) server_us: Option<f64>,
    pub(crate) machine_us: f64,
    /// How many calls the service turned away.
    pub(crate) failed: usize,
}

/// Looks at the clocks when a round begins and when it ends.
pub(crate) struct Watch<'a> {
    begun: Instant,
    machine: Duration,
    server: Option<(&'a Program, Duration)>,
}

impl<'a> Watch<'a> {
    pub(crate) fn begin(server: Option<&'a Program>) -> Self {
        Self {
            server: server.map(|program| (program, program.processor_time())),
            machine: machine_time(),
            begun: Instant::now(),
        }
    }

    /// Ends the round, in which there was one latency for so many applications or calls.
    pub(crate) fn end(self, latencies: Vec<Duration>, each: usize) -> Round {
        let took = self.begun.elapsed();
        self.end_after(took, latencies, each)
    }

    /// Ends a round of calls.
    pub(crate) fn end_calls<T>(self, calls: Driven<T>) -> (Round, Vec<T>) {
        let mut round = self.end(calls.latencies, 1);
        round.failed = calls.failed;
        (round, calls.answers)
    }

    /// Ends a round that knows better how long it took.
    pub(crate) fn end_after(
        self,
        took: Duration,
        mut latencies: Vec<Duration>,
        each: usize,
    ) -> Round {
        let machine = machine_time() - self.machine;
        let server = self
            .server
            .map(|(program, before)| program.processor_time() - before);
        latencies.sort_unstable();
        let done = (latencies.len() * each) as f64;
        let micros = |time: Duration| time.as_secs_f64() * 1e6 / done;
        Round {
            per_second: done / took.as_secs_f64(),
            p50_ms: quantile(&latencies, 0.5),
            p99_ms: quantile(&latencies, 0.99),
            server_us: server.map(micros),
            machine_us: micros(machine),
            failed: 0,
        }
    }
}

impl Round {
    /// Each figure by its own median; all that was turned away.
    pub(crate) fn median(rounds: &[Self]) -> Self {
        let of = |figure: fn(&Self) -> f64| median(rounds.iter().map(figure).collect());
        let server: Option<Vec<f64>> = rounds.iter().map(|round| round.server_us).collect();
        Self {
            per_second: of(|round| round.per_second),
            p50_ms: of(|round| round.p50_ms),
            p99_ms: of(|round| round.p99_ms),
            server_us: server.map(median),
            machine_us: of(|round| round.machine_us),
            failed: rounds.iter().map(|round| round.failed).sum(),
        }
    }
}

/// The middle one, or the upper of the two in the middle.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// In milliseconds, of what is sorted.
fn quantile(latencies: &[Duration], part: f64) -> f64 {
    let place = (latencies.len() as f64 * part) as usize;
    latencies[place.min(latencies.len() - 1)].as_secs_f64() * 1e3
}
