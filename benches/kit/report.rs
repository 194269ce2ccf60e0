//! The figures of a run as two tables for people, or as one object for machines.
//! It never leaves out a figure that was not reached.

use std::{fmt, fs::read_to_string, thread::available_parallelism};

use serde::Serialize;

use super::{arguments::Common, audit::Audit, round::Round};

/// Everything that a run has shown.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    engine: &'static str,
    seconds: u64,
    clients: u16,
    connections: u16,
    processors: usize,
    /// Processes that wanted a processor in the minute before the run: others, which disturb it.
    load_before: f64,
    pub(crate) rounds: Vec<Measured>,
    pub(crate) figures: Vec<Figure>,
    pub(crate) audits: Vec<Audit>,
}

/// What was measured, as the median of its rounds.
#[derive(Debug, Serialize)]
pub(crate) struct Measured {
    pub(crate) what: String,
    #[serde(flatten)]
    pub(crate) round: Round,
}

/// A figure, and what it is to reach.
#[derive(Debug, Serialize)]
pub(crate) struct Figure {
    what: String,
    value: f64,
    wanted: Option<Wanted>,
    reached: Option<bool>,
}

/// What a figure is to reach.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Wanted {
    AtLeast(f64),
    AtMost(f64),
}

impl Figure {
    /// A figure that is to reach something.
    pub(crate) fn new(what: impl Into<String>, value: f64, wanted: Wanted) -> Self {
        let reached = match wanted {
            Wanted::AtLeast(least) => value >= least,
            Wanted::AtMost(most) => value <= most,
        };
        Self {
            what: what.into(),
            value,
            wanted: Some(wanted),
            reached: Some(reached),
        }
    }

    /// A figure that is only told.
    pub(crate) fn told(what: impl Into<String>, value: f64) -> Self {
        Self {
            what: what.into(),
            value,
            wanted: None,
            reached: None,
        }
    }
}

impl Report {
    pub(crate) fn of(common: &Common) -> Self {
        Self {
            engine: common.engine.name(),
            seconds: common.seconds,
            clients: common.clients,
            connections: common.connections,
            processors: available_parallelism().unwrap().get(),
            load_before: load_average(),
            rounds: Vec::new(),
            figures: Vec::new(),
            audits: Vec::new(),
        }
    }

    pub(crate) fn measured(&mut self, what: impl Into<String>, rounds: &[Round]) -> Round {
        let round = Round::median(rounds);
        self.rounds.push(Measured {
            what: what.into(),
            round: round.clone(),
        });
        round
    }

    /// Whether everything that was acknowledged was found.
    pub(crate) fn is_right(&self) -> bool {
        self.audits.iter().all(|audit| audit.wrong.is_empty())
    }
}

fn load_average() -> f64 {
    let text = read_to_string("/proc/loadavg").unwrap();
    text.split(' ').next().unwrap().parse().unwrap()
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (engine, seconds) = (self.engine, self.seconds);
        let (clients, connections) = (self.clients, self.connections);
        writeln!(
            f,
            "{engine}, {clients} clients over {connections} connections, {seconds} s a round"
        )?;
        writeln!(
            f,
            "{} processors for client, server and database; load average before: {:.2}\n",
            self.processors, self.load_before
        )?;
        let titles = [
            "per second",
            "p50 ms",
            "p99 ms",
            "server µs",
            "machine µs",
            "failed",
        ];
        write!(f, "{:<58}", "")?;
        titles
            .iter()
            .try_for_each(|title| write!(f, " {title:>10}"))?;
        writeln!(f)?;
        for Measured { what, round } in &self.rounds {
            let server = round
                .server_us
                .map_or("-".to_owned(), |us| format!("{us:.0}"));
            writeln!(
                f,
                "{what:<58} {:>10.0} {:>10.2} {:>10.2} {server:>10} {:>10.0} {:>10}",
                round.per_second, round.p50_ms, round.p99_ms, round.machine_us, round.failed
            )?;
        }
        writeln!(f)?;
        self.figures
            .iter()
            .try_for_each(|figure| write!(f, "{figure}"))?;
        writeln!(f)?;
        self.audits
            .iter()
            .try_for_each(|audit| write!(f, "{audit}"))
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let wanted = match self.wanted {
            None => String::new(),
            Some(Wanted::AtLeast(least)) => format!(">= {least}"),
            Some(Wanted::AtMost(most)) => format!("<= {most}"),
        };
        let reached = match self.reached {
            None => "",
            Some(true) => "reached",
            Some(false) => "NOT REACHED",
        };
        writeln!(
            f,
            "{:<70} {:>9.2} {wanted:>9} {reached}",
            self.what, self.value
        )
    }
}
