//! What the journal keeps of a case: that it was recorded, answered, decided, by whom and when.
//! It never names a person, and nothing of it is a stage.

use serde_json::json;

use super::{
    act::Act,
    effect::Restraint,
    model::{CourtCase, Moved},
};
use crate::store::NewFact;

/// The fact of a change, of an act of a court with what the act is.
pub(super) fn fact(moved: &Moved, act: Option<&Act>) -> NewFact {
    let CourtCase {
        id,
        number,
        application_number,
        entry,
        action,
        restraint,
        ..
    } = &moved.case;
    let mut body = json!({
        "court_case_number": number,
        "application_number": application_number,
        "entry_number": entry.as_ref().map(|entry| &entry.number),
        "claimant": action.claimant.code(),
        "challenge": action.challenge.code(),
        "reached_directly": action.reached_directly,
        "restraint": restraint.map(Restraint::code),
    });
    if let (Some(act), Some(body)) = (act, body.as_object_mut()) {
        body.insert("act_kind".to_owned(), act.kind.code().into());
        body.insert("act_number".to_owned(), act.number.as_str().into());
        body.insert("act_on".to_owned(), act.decided_on.to_string().into());
        body.insert("effect".to_owned(), act.effect.code().into());
    }
    NewFact {
        subject: id.get(),
        kind: moved.act,
        body: body.to_string(),
    }
}
