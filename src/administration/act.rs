//! The act of a state body by which an operator does something: as it is sent, answered and kept.
//! It never asks whether the act says so.

use crate::{
    calendar::Act,
    kernel::{Text, parse_date},
    pb::registry::v1 as pb,
    rpc::{FieldErrors, localized},
};

/// How long a title or a reason is in each language, at most.
pub(super) const TEXT_CHARACTERS_MAX: usize = 300;

/// Reads the act that orders something.
pub(crate) fn act(message: Option<&pb::Act>, errors: &mut FieldErrors) -> Option<Act> {
    let message = errors.present("act", message)?;
    errors.at("act", |errors| {
        let title = errors.localized::<TEXT_CHARACTERS_MAX>("title", message.title.as_ref());
        let number = errors.required("number", &message.number, Text::parse);
        let dated_on = errors.required("dated_on", &message.dated_on, parse_date);
        Some(Act {
            title: title?,
            number: number?,
            dated_on: dated_on?,
        })
    })
}

/// An act as it is sent.
pub(crate) fn to_wire(act: &Act) -> pb::Act {
    pb::Act {
        title: Some(localized(act.title.clone())),
        number: act.number.to_string(),
        dated_on: act.dated_on.to_string(),
    }
}

/// An act as the journal keeps it.
pub(super) fn to_body(act: &Act) -> serde_json::Value {
    serde_json::json!({
        "title": act.title,
        "number": act.number,
        "dated_on": act.dated_on.to_string(),
    })
}
