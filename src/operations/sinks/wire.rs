//! Sinks and what is parked, as messages. It never asks the database.

use chrono::{DateTime, Utc};

use crate::{
    delivery::{Breaker, Duty, Lane, LaneState, SinkStatus, rows::Said},
    pb::registry::v1 as pb,
    rpc::timestamp,
    store::LeaseState,
};

pub(super) fn sink(
    status: &SinkStatus,
    cursor: i64,
    lag: i64,
    waiting_since: Option<DateTime<Utc>>,
    said_last: Option<Said>,
) -> pb::Sink {
    let is_paused = said_last.as_ref().is_some_and(|said| said.paused);
    let state = if is_paused {
        pb::SinkState::Paused
    } else {
        pb::SinkState::Idle
    };
    pb::Sink {
        name: status.name().to_string(),
        state: state.into(),
        cursor,
        lag,
        waiting_since_at: waiting_since.map(timestamp),
        parked: 0,
        said: said_last.map(said),
        holder: String::new(),
        health: Some(health(status)),
    }
}

/// Adds who pushes.
pub(super) fn tell_holder(sink: &mut pb::Sink, lease: Option<&LeaseState>) {
    let Some(lease) = lease.filter(|lease| lease.is_held) else {
        return;
    };
    sink.holder.clone_from(&lease.holder);
    if sink.state() == pb::SinkState::Idle {
        sink.set_state(pb::SinkState::Pushing);
    }
}

fn health(status: &SinkStatus) -> pb::SinkHealth {
    let record = status.record();
    let breaker = match record.breaker {
        Breaker::Closed => pb::BreakerState::Closed,
        Breaker::Open => pb::BreakerState::Open,
        Breaker::HalfOpen => pb::BreakerState::HalfOpen,
    };
    pb::SinkHealth {
        pushes: record.duty == Duty::Pushing,
        breaker: breaker.into(),
        breaker_openings: signed(record.opened),
        fault: status.reader().last_fault().unwrap_or_default(),
        acknowledged: signed(record.acknowledged),
    }
}

pub(super) fn said(said: Said) -> pb::SinkSaying {
    pb::SinkSaying {
        reason: said.reason,
        by: said.by,
        said_at: Some(timestamp(said.at)),
    }
}

pub(super) fn parked(lane: Lane, waiting: i64) -> pb::ParkedMessage {
    let state = match lane.state {
        LaneState::Parked => pb::ParkedState::Parked,
        LaneState::Due => pb::ParkedState::Due,
        LaneState::Drained => pb::ParkedState::Unspecified,
    };
    pb::ParkedMessage {
        sink: lane.sink,
        application_id: lane.application.to_string(),
        application_number: lane.application_number,
        number: lane.number,
        sequence: lane.sequence,
        stage: lane.stage,
        state: state.into(),
        reason: lane.reason,
        parked_at: Some(timestamp(lane.since_at)),
        tried_at: Some(timestamp(lane.tried_at)),
        tries: lane.tries,
        waiting_count: i32::try_from(waiting).unwrap_or(i32::MAX),
        etag: format!("\"{}\"", lane.version),
    }
}

fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
