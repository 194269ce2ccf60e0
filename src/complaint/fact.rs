//! What the journal keeps of a complaint: that something was done, by whom and when.
//! It never holds who complains, nor a word of the complaint or of a decision (I-7).

use serde_json::json;

use super::{codes::Act, model::Moved};
use crate::store::NewFact;

/// The fact of a change, beside the stage that the application reaches with it.
pub(super) fn fact(moved: &Moved) -> NewFact {
    let complaint = &moved.complaint;
    let decision = complaint.decision.as_ref();
    let body = json!({
        "complaint_number": complaint.number,
        "application_number": complaint.application_number,
        "addressee": complaint.addressee.code(),
        "subject": complaint.subject.code(),
        "state": complaint.state.code(),
        "due_at": complaint.due_at,
        "outcome": decision.map(|decision| decision.outcome.code()),
    });
    NewFact {
        subject: complaint.id.get(),
        kind: kind(moved.act),
        body: body.to_string(),
    }
}

/// The journal's kind of the fact.
const fn kind(act: Act) -> &'static str {
    match act {
        Act::Filed => "complaint_filed",
        Act::Registered => "complaint_registered",
        Act::Extended => "complaint_extended",
        Act::ExtensionTold => "complaint_extension_told",
        Act::Forwarded => "complaint_forwarded",
        Act::Satisfied => "complaint_satisfied",
        Act::Decided => "complaint_decided",
        Act::Withdrawn => "complaint_withdrawn",
        Act::Silent => "complaint_silent",
        Act::NotForwarded => "complaint_not_forwarded",
        Act::TermMoved => "complaint_term_moved",
    }
}
