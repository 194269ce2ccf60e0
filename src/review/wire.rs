//! Acts of reviews and notes as they are sent. The wire stops here.

use super::rows::{review_act, review_note};
use crate::{
    kernel::Localized,
    pb::registry::v1 as pb,
    rpc::{localized, timestamp},
    store::StoreFault,
};

/// A note as sent.
pub(super) fn note(note: review_note::Model) -> pb::ReviewNote {
    pb::ReviewNote {
        note_id: note.id.to_string(),
        text: note.text,
        written_at: Some(timestamp(note.written_at)),
        written_by: note.written_by,
    }
}

/// An act as sent.
pub(super) fn act(act: review_act::Model) -> Result<pb::ReviewAct, StoreFault> {
    let corrupt = |problem: &str| StoreFault::corrupt("act of a review", problem);
    let named = format!("REVIEW_ACT_KIND_{}", act.kind);
    let kind = pb::ReviewActKind::from_str_name(&named);
    let outcome = act.outcome.map(|outcome| {
        pb::CheckOutcome::from_str_name(&format!("CHECK_OUTCOME_{outcome}"))
            .ok_or_else(|| corrupt("has an unknown outcome"))
    });
    let note = act.note.as_deref().map(serde_json::from_str::<Localized>);
    let note = note.transpose();
    Ok(pb::ReviewAct {
        kind: kind.ok_or_else(|| corrupt("has an unknown kind"))?.into(),
        acted_at: Some(timestamp(act.acted_at)),
        acted_by: act.acted_by,
        officer: act.officer.unwrap_or_default(),
        reason: act.reason.unwrap_or_default(),
        check: act.check_code.unwrap_or_default(),
        outcome: outcome.transpose()?.unwrap_or_default().into(),
        note: note
            .map_err(|error| StoreFault::json("note of an act", error))?
            .map(localized),
    })
}
