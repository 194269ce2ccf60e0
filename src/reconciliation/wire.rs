//! Comparisons and differences, as messages. They never say more than their rows.

use prost::UnknownEnumValue;

use super::{
    model::{Handling, Kind, State},
    rows::{ComparedRow, DifferenceRow},
};
use crate::{pb::registry::v1 as pb, rpc::timestamp};

pub(super) fn comparison(row: ComparedRow) -> pb::Reconciliation {
    pb::Reconciliation {
        state: State::parse(&row.state)
            .map(state)
            .unwrap_or_default()
            .into(),
        stage_count: count(row.stages),
        parked_count: count(row.parked_stages),
        skipped_count: count(row.skipped_stages),
        sink_stage_count: count(row.sink_stages),
        compared_at: row.compared_at.map(timestamp),
        sink: row.sink,
        day_on: row.day_on,
        provider_bin: row.provider_bin,
        digest: row.digest,
        sink_digest: row.sink_digest,
        difference_count: row.differences,
        has_more: row.has_more,
        question_count: row.questions,
        fault: row.fault,
        asked_by: row.asked_by,
    }
}

pub(super) fn difference(row: DifferenceRow) -> pb::Difference {
    let kind = Kind::parse(&row.kind).map(kind).unwrap_or_default();
    let state = Handling::parse(&row.state)
        .map(handling)
        .unwrap_or_default();
    pb::Difference {
        kind: kind.into(),
        state: state.into(),
        event_id: row.event_id.hyphenated().to_string(),
        sink: row.sink,
        day_on: row.day_on,
        provider_bin: row.provider_bin,
        application_number: row.application_number,
        sequence: row.sequence,
        stage: row.stage,
        number: row.number,
        stage_count: row.stages,
        reason: row.reason,
        found_at: Some(timestamp(row.found_at)),
        changed_at: Some(timestamp(row.changed_at)),
    }
}

const fn state(state: State) -> pb::ReconciliationState {
    match state {
        State::Due => pb::ReconciliationState::Due,
        State::Alike => pb::ReconciliationState::Alike,
        State::Different => pb::ReconciliationState::Different,
        State::NotOffered => pb::ReconciliationState::NotOffered,
    }
}

const fn kind(kind: Kind) -> pb::DifferenceKind {
    match kind {
        Kind::Missing => pb::DifferenceKind::Missing,
        Kind::Changed => pb::DifferenceKind::Changed,
        Kind::Unknown => pb::DifferenceKind::Unknown,
    }
}

const fn handling(handling: Handling) -> pb::DifferenceState {
    match handling {
        Handling::Open => pb::DifferenceState::Open,
        Handling::Resending => pb::DifferenceState::Resending,
        Handling::Resent => pb::DifferenceState::Resent,
        Handling::Refused => pb::DifferenceState::Refused,
        Handling::Healed => pb::DifferenceState::Healed,
    }
}

/// A state to list; none for any.
pub(super) fn state_asked(asked: i32) -> Result<Option<State>, UnknownEnumValue> {
    Ok(match pb::ReconciliationState::try_from(asked)? {
        pb::ReconciliationState::Unspecified => None,
        pb::ReconciliationState::Due => Some(State::Due),
        pb::ReconciliationState::Alike => Some(State::Alike),
        pb::ReconciliationState::Different => Some(State::Different),
        pb::ReconciliationState::NotOffered => Some(State::NotOffered),
    })
}

/// The same for what was done about differences.
pub(super) fn handling_asked(asked: i32) -> Result<Option<Handling>, UnknownEnumValue> {
    Ok(match pb::DifferenceState::try_from(asked)? {
        pb::DifferenceState::Unspecified => None,
        pb::DifferenceState::Open => Some(Handling::Open),
        pb::DifferenceState::Resending => Some(Handling::Resending),
        pb::DifferenceState::Resent => Some(Handling::Resent),
        pb::DifferenceState::Refused => Some(Handling::Refused),
        pb::DifferenceState::Healed => Some(Handling::Healed),
    })
}

fn count(of: i64) -> i32 {
    i32::try_from(of).unwrap_or(i32::MAX)
}
