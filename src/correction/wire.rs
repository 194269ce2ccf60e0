//! Corrections as they are sent. The wire stops here.
//! It never sends what a slip reads or shall read but by `field`: that may be personal data.

use super::{
    content::CorrectedField,
    model::{Correction, CorrectionOrigin, CorrectionState},
};
use crate::{
    application::{checks, wire::handover},
    pb::registry::v1 as pb,
    rpc::{localized, timestamp},
};

/// A correction as sent, without what it corrects.
pub(super) fn correction(correction: Correction) -> pb::Correction {
    let findings = correction.findings.clone().into_iter();
    pb::Correction {
        findings: findings.map(checks::wire::finding).collect(),
        ..summary(correction)
    }
}

/// A correction as sent in lists.
pub(super) fn summary(correction: Correction) -> pb::Correction {
    let etag = correction.etag();
    pb::Correction {
        correction_id: correction.id.to_string(),
        correction_number: correction.number,
        etag,
        state: state(correction.state).into(),
        origin: origin(correction.origin).into(),
        provider_id: correction.provider_id,
        cooperative_bin: correction.cooperative.to_string(),
        entry_id: correction.entry.to_string(),
        entry_number: correction.entry_number,
        application_id: correction.application.to_string(),
        received_at: Some(timestamp(correction.received_at)),
        registered_at: Some(timestamp(correction.registered_at)),
        due_at: correction.due_at.map(timestamp),
        calendar_version: correction.calendar_version,
        overdue: correction.overdue,
        decided_at: correction.decided_at.map(timestamp),
        entry_version: correction.entry_version.unwrap_or_default(),
        sending_due_at: correction.sending_due_at.map(timestamp),
        sending_overdue: correction.sending_overdue,
        sent_at: correction.sent_at.map(timestamp),
        handover: correction.handover.as_ref().map(handover),
        rejection: correction
            .rejection
            .map(|text| localized(text.into_disclosed())),
        fields: Vec::new(),
        findings: Vec::new(),
    }
}

/// A corrected field as sent.
pub(super) fn field(field: CorrectedField) -> pb::CorrectedField {
    pb::CorrectedField {
        path: field.path,
        stands: field.stands,
        shall_read: field.shall_read,
        why: field.why,
        place: field.place,
    }
}

const fn state(state: CorrectionState) -> pb::CorrectionState {
    match state {
        CorrectionState::Requested => pb::CorrectionState::Requested,
        CorrectionState::Registered => pb::CorrectionState::Registered,
        CorrectionState::Corrected => pb::CorrectionState::Corrected,
        CorrectionState::Rejected => pb::CorrectionState::Rejected,
        CorrectionState::Sent => pb::CorrectionState::Sent,
        CorrectionState::HandoverPending => pb::CorrectionState::HandoverPending,
        CorrectionState::HandedOver => pb::CorrectionState::HandedOver,
    }
}

const fn origin(origin: CorrectionOrigin) -> pb::CorrectionOrigin {
    match origin {
        CorrectionOrigin::Request => pb::CorrectionOrigin::Request,
        CorrectionOrigin::OwnInitiative => pb::CorrectionOrigin::OwnInitiative,
    }
}
