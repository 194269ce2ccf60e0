//! What operators see, as messages. It never asks the database.

use std::time::Duration;

use super::{Reading, Seen, Unacknowledged};
use crate::{
    lag::DayLag,
    pb::registry::v1 as pb,
    rpc::timestamp,
    store::{LeaseState, ReaderStatus, Store},
};

/// Adds what was read from the database.
pub(super) fn tell(reading: Reading, status: &mut pb::GetStatusResponse) {
    let situation = reading.situation;
    status.read_at = Some(timestamp(reading.at));
    status.journal_head = situation.journal_head;
    status.monitoring_cursor = situation.monitoring_cursor;
    status.monitoring_lag = signed(situation.facts.length);
    status.statistics_lag = signed(situation.uncounted.length);
    status.awaiting_registration = signed(situation.registrations.length);
    status.awaiting_checks = signed(situation.checks.length);
    status.near_due = signed(situation.near_due);
    status.overdue = signed(situation.overdue);
    status.extracts_pending = signed(situation.extracts.length);
    status.letters_pending = signed(situation.letters.length);
    status.handovers_overdue = signed(situation.handovers_overdue);
    status.corrections_waiting = signed(situation.corrections);
    status.corrections_overdue = signed(situation.corrections_overdue);
    status.complaints_waiting = signed(situation.complaints);
    status.complaints_overdue = signed(situation.complaints_overdue);
    status.annulments_waiting = signed(situation.annulments);
    status.notices_pending = signed(situation.notices.length);
    status.notices_unreachable = signed(situation.notices_unreachable);
    status.notices_overdue = signed(situation.notices_overdue);
    status.lag = situation.unacknowledged.iter().map(sink_lag).collect();
    status.parked = signed(situation.parked.values().sum());
    status.leases = situation.leases.into_iter().map(lease).collect();
}

fn sink_lag(sink: &Unacknowledged) -> pb::SinkLagStatus {
    pb::SinkLagStatus {
        sink: sink.sink.clone(),
        limit_seconds: seconds(sink.limit),
        oldest: sink.oldest.as_ref().map(|_| unacknowledged(sink)),
        over_limit: sink.is_late(),
    }
}

/// The oldest stage that a sink has not acknowledged.
pub(super) fn unacknowledged(sink: &Unacknowledged) -> pb::UnacknowledgedStage {
    let oldest = sink.oldest.clone();
    let recorded_at = oldest.as_ref().map(|oldest| timestamp(oldest.recorded_at));
    let (journal_number, application_number, stage) = oldest
        .map(|oldest| (oldest.number, oldest.application_number, oldest.stage))
        .unwrap_or_default();
    pb::UnacknowledgedStage {
        journal_number,
        application_number,
        stage,
        recorded_at,
        age_seconds: seconds(sink.age),
    }
}

/// What is told of the lag of some days.
pub(super) fn lag_figures(lag: &DayLag) -> pb::LagFigures {
    let percentile = |percent| signed(lag.took.percentile(percent).unwrap_or_default());
    pb::LagFigures {
        stages: signed(lag.took.count()),
        over_limit: signed(lag.late),
        p50_ms: percentile(50),
        p95_ms: percentile(95),
        p99_ms: percentile(99),
        max_ms: signed(lag.took.max()),
    }
}

fn lease(lease: LeaseState) -> pb::LeaseStatus {
    pb::LeaseStatus {
        name: lease.name,
        holder: lease.holder,
        held: lease.is_held,
        since_at: Some(timestamp(lease.since_at)),
        until_at: Some(timestamp(lease.until_at)),
    }
}

pub(super) fn store(store: &Store, seen: &Seen) -> pb::StoreStatus {
    let meter = store.meter();
    pb::StoreStatus {
        engine: store.engine().as_str().to_owned(),
        answers: seen.answers,
        fault: seen.fault.clone().unwrap_or_default(),
        changes_waiting: meter.waiting(),
        last_commit_seconds_ago: meter.since_commit().map(seconds),
        commits_failed: signed(meter.failed()),
    }
}

pub(super) fn reader(reader: &ReaderStatus) -> pb::ReaderStatus {
    pb::ReaderStatus {
        reader: reader.name().to_owned(),
        fault: reader.last_fault().unwrap_or_default(),
        failures: signed(reader.failures()),
        last_failure_seconds_ago: reader.since_failure().map(seconds),
        unreadable_facts: signed(reader.unreadable()),
    }
}

pub(super) fn seconds(duration: Duration) -> i64 {
    signed(duration.as_secs())
}

fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
