//! What the journal keeps of a correction: that it was begun, decided, sent, by whom and when.
//! It never holds what stood or what is to read: that may be personal data (I-7).

use serde_json::json;

use super::model::Moved;
use crate::store::NewFact;

/// The fact of a change. It is no stage: nothing of it goes to the monitoring system.
pub(super) fn fact(moved: &Moved) -> NewFact {
    let correction = &moved.correction;
    let body = json!({
        "correction_number": correction.number,
        "entry_number": correction.entry_number,
        "origin": correction.origin.code(),
        "state": correction.state.code(),
        "entry_version": correction.entry_version,
    });
    NewFact {
        subject: correction.id.get(),
        kind: moved.act,
        body: body.to_string(),
    }
}
