//! The metrics of a process, named once for all, and those that are made of what was seen last.
//! A scrape never asks the database, and no label holds anything that a caller sent.

use std::fmt;

use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeGaugeValue, MetricEncoder, NoLabelSet},
    metrics::{MetricType, info::Info},
    registry::{Registry, Unit},
};

use crate::{
    delivery::{Breaker, SinkRecord, Sinks},
    feed::Tail,
    lag::LagBook,
    operations::{Lookout, Queue, Situation},
    reference::{References, days_ahead},
    rpc::layers::Edge,
    store::{ReaderStatus, Store},
};

/// What the metrics tell of.
#[derive(Debug)]
pub(crate) struct Observed {
    pub(crate) store: Store,
    pub(crate) lookout: Lookout,
    pub(crate) readers: Vec<ReaderStatus>,
    pub(crate) references: References,
    pub(crate) feed: Tail,
    pub(crate) lag: LagBook,
    pub(crate) sinks: Sinks,
}

/// What is counted of a receiver.
type Counted = fn(SinkRecord) -> u64;

/// All metrics.
pub(crate) fn registry(edge: &Edge, observed: Observed) -> Registry {
    let mut registry = Registry::with_prefix("tizilim");
    let build = Info::new([
        ("version", env!("CARGO_PKG_VERSION")),
        ("engine", observed.store.engine().as_str()),
    ]);
    registry.register("build", "What runs", build);
    edge.register(&mut registry);
    observed.store.meter().register(&mut registry);
    observed.lag.register(&mut registry);
    registry.register_collector(Box::new(observed));
    registry
}

impl Collector for Observed {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        self.encode_pool(&mut encoder)?;
        self.encode_readers(&mut encoder)?;
        self.encode_sinks(&mut encoder)?;
        let reference = self.references.current();
        let today = self.store.clock().now().today;
        let days = days_ahead(&reference.calendar, today);
        let help = "How many days the calendar covers after today";
        gauge(&mut encoder, "calendar_days_left", help, &days)?;
        let help = "The number of the fact that last changed the calendar or the providers";
        gauge(&mut encoder, "reference", help, &reference.number)?;
        let help = "Watches of the stage feed that go on now";
        let watchers = i64::try_from(self.feed.watchers()).unwrap_or(i64::MAX);
        gauge(&mut encoder, "feed_watchers", help, &watchers)?;
        let seen = self.lookout.seen();
        let help = "Whether the database answered when it was last asked";
        gauge(&mut encoder, "database_up", help, &i64::from(seen.answers))?;
        let Some(reading) = seen.last else {
            return Ok(());
        };
        let help = "How long ago the gauges of the register were read";
        let age = reading.taken.elapsed();
        seconds(&mut encoder, "register_read_age", help)?.encode_gauge(&age.as_secs_f64())?;
        encode_situation(&mut encoder, &reading.situation)
    }
}

impl Observed {
    fn encode_pool(&self, encoder: &mut DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let pool = self.store.pool();
        let help = "Connections for reads, by what they do";
        let mut metric =
            encoder.encode_descriptor("store_connections", help, None, MetricType::Gauge)?;
        for (state, count) in [("used", pool.used), ("idle", pool.idle)] {
            metric
                .encode_family(&[("state", state)])?
                .encode_gauge(&count)?;
        }
        Ok(())
    }

    fn encode_sinks(&self, encoder: &mut DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let sinks = || {
            let sinks = self.sinks.all();
            sinks.map(|sink| (sink.status.name().as_str(), sink.status.record()))
        };
        let help = "Whether the breaker of a receiver of stages is open in this process";
        let mut metric =
            encoder.encode_descriptor("sink_breaker_open", help, None, MetricType::Gauge)?;
        for (name, record) in sinks() {
            let is_open = i64::from(record.breaker != Breaker::Closed);
            metric
                .encode_family(&[("sink", name)])?
                .encode_gauge(&is_open)?;
        }
        let counters: [(&str, &str, Counted); 3] = [
            (
                "sink_breaker_openings",
                "How often the breaker of a receiver opened",
                |record| record.opened,
            ),
            (
                "sink_stages_acknowledged",
                "Stages that a receiver said it has, repeats included",
                |record| record.acknowledged,
            ),
            (
                "sink_applications_parked",
                "Applications that were parked because a receiver refused a stage for good",
                |record| record.parked,
            ),
        ];
        for (metric, help, of) in counters {
            let mut metric = encoder.encode_descriptor(metric, help, None, MetricType::Counter)?;
            for (name, record) in sinks() {
                metric
                    .encode_family(&[("sink", name)])?
                    .encode_counter::<NoLabelSet, u64, u64>(&of(record), None)?;
            }
        }
        Ok(())
    }

    fn encode_readers(&self, encoder: &mut DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let help = "Failed attempts of a background reader";
        let mut metric =
            encoder.encode_descriptor("reader_failures", help, None, MetricType::Counter)?;
        for reader in &self.readers {
            let failures = reader.failures();
            metric
                .encode_family(&[("reader", reader.name())])?
                .encode_counter::<NoLabelSet, u64, u64>(&failures, None)?;
        }
        let help = "Facts of the journal that a background reader cannot read and went on without";
        let mut metric =
            encoder.encode_descriptor("reader_unreadable_facts", help, None, MetricType::Gauge)?;
        for reader in &self.readers {
            let unreadable = reader.unreadable();
            metric
                .encode_family(&[("reader", reader.name())])?
                .encode_gauge(&unreadable)?;
        }
        let help = "How long ago a background reader last failed; absent if it never did";
        let mut metric = seconds(encoder, "reader_failure_age", help)?;
        for reader in &self.readers {
            if let Some(age) = reader.since_failure() {
                metric
                    .encode_family(&[("reader", reader.name())])?
                    .encode_gauge(&age.as_secs_f64())?;
            }
        }
        Ok(())
    }
}

/// What is owed beside applications, and what of it is late.
fn encode_terms(
    encoder: &mut DescriptorEncoder<'_>,
    situation: &Situation,
) -> Result<(), fmt::Error> {
    for (name, help, count) in [
        (
            "handovers_overdue",
            "Extracts that a cooperative has not handed over in its term",
            &situation.handovers_overdue,
        ),
        (
            "corrections_waiting",
            "Corrections in which something is still due",
            &situation.corrections,
        ),
        (
            "corrections_overdue",
            "Corrections past the moment at which that was due",
            &situation.corrections_overdue,
        ),
        (
            "complaints_waiting",
            "Complaints in which something is still due",
            &situation.complaints,
        ),
        (
            "complaints_overdue",
            "Complaints past the moment at which that was due",
            &situation.complaints_overdue,
        ),
        (
            "annulments_waiting",
            "Entries that a court annuls, whose annulment a head has not signed",
            &situation.annulments,
        ),
        (
            "notices_unreachable",
            "Addressees that have not been told of a change of the Rules, and no letter is on its way to them",
            &situation.notices_unreachable,
        ),
        (
            "notices_overdue",
            "Addressees that have not been told of a change of the Rules though it was due",
            &situation.notices_overdue,
        ),
    ] {
        gauge(encoder, name, help, count)?;
    }
    Ok(())
}

fn encode_situation(
    encoder: &mut DescriptorEncoder<'_>,
    situation: &Situation,
) -> Result<(), fmt::Error> {
    let head = "The last number of the journal";
    gauge(encoder, "journal_head", head, &situation.journal_head)?;
    let near_due = "Undecided applications near their due moment";
    gauge(
        encoder,
        "applications_near_due",
        near_due,
        &situation.near_due,
    )?;
    let overdue = "Undecided applications past their due moment";
    gauge(encoder, "applications_overdue", overdue, &situation.overdue)?;
    encode_terms(encoder, situation)?;
    let help = "Applications whose stages are parked, by receiver";
    let mut metric = encoder.encode_descriptor("sink_parked", help, None, MetricType::Gauge)?;
    for sink in &situation.unacknowledged {
        let name = sink.sink.as_str();
        let parked = situation.parked.get(name).copied().unwrap_or_default();
        metric
            .encode_family(&[("sink", name)])?
            .encode_gauge(&parked)?;
    }
    let help = "Whether a process holds the lease, as the database has it";
    let mut metric = encoder.encode_descriptor("lease_held", help, None, MetricType::Gauge)?;
    for lease in &situation.leases {
        let labels = [("lease", lease.name.as_str())];
        let is_held = i64::from(lease.is_held);
        metric.encode_family(&labels)?.encode_gauge(&is_held)?;
    }
    encode_lag(encoder, situation)?;
    let queues = queues(situation);
    let help = "What waits in a queue";
    let mut metric = encoder.encode_descriptor("queue_length", help, None, MetricType::Gauge)?;
    for (name, queue) in queues {
        let labels = [("queue", name)];
        metric.encode_family(&labels)?.encode_gauge(&queue.length)?;
    }
    let help = "For how long the first in a queue has been due";
    let mut metric = seconds(encoder, "queue_late", help)?;
    for (name, queue) in queues {
        let labels = [("queue", name)];
        let late = queue.late.as_secs_f64();
        metric.encode_family(&labels)?.encode_gauge(&late)?;
    }
    Ok(())
}

fn encode_lag(
    encoder: &mut DescriptorEncoder<'_>,
    situation: &Situation,
) -> Result<(), fmt::Error> {
    let help =
        "For how long the oldest stage that a sink has not acknowledged has waited; 0 for none";
    let mut metric = seconds(encoder, "push_unacknowledged", help)?;
    for sink in &situation.unacknowledged {
        let labels = [("sink", sink.sink.as_str())];
        let age = sink.age.as_secs_f64();
        metric.encode_family(&labels)?.encode_gauge(&age)?;
    }
    let help = "For how long a stage may wait for its acknowledgement";
    let mut metric = seconds(encoder, "push_limit", help)?;
    for sink in &situation.unacknowledged {
        let labels = [("sink", sink.sink.as_str())];
        let limit = sink.limit.as_secs_f64();
        metric.encode_family(&labels)?.encode_gauge(&limit)?;
    }
    Ok(())
}

const fn queues(situation: &Situation) -> [(&'static str, Queue); 7] {
    [
        ("monitoring", situation.facts),
        ("statistics", situation.uncounted),
        ("registration", situation.registrations),
        ("checks", situation.checks),
        ("extracts", situation.extracts),
        ("letters", situation.letters),
        ("notices", situation.notices),
    ]
}

fn gauge(
    encoder: &mut DescriptorEncoder<'_>,
    name: &str,
    help: &str,
    value: &impl EncodeGaugeValue,
) -> Result<(), fmt::Error> {
    encoder
        .encode_descriptor(name, help, None, MetricType::Gauge)?
        .encode_gauge(value)
}

fn seconds<'s>(
    encoder: &'s mut DescriptorEncoder<'_>,
    name: &'s str,
    help: &str,
) -> Result<MetricEncoder<'s>, fmt::Error> {
    encoder.encode_descriptor(name, help, Some(&Unit::Seconds), MetricType::Gauge)
}
