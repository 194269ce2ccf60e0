//! What somebody of the provider does in a review, kept with who, when and why.
//! An act never changes, and never reaches the journal with words that a person wrote.

use serde_json::json;

use super::rows::review_act;
use crate::{
    application::{
        addressed::Addressed,
        checks::{CheckCode, Outcome},
        fact::act,
        model::Step,
    },
    authz::Action,
    kernel::{Localized, Text},
    store::{Changes, Insert, StoreFault},
};

/// The longest reason.
pub(super) const REASON_CHARACTERS_MAX: usize = 500;

/// Why an application is given on.
pub(super) type GivingReason = Text<REASON_CHARACTERS_MAX>;

/// An act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Act<'a> {
    /// An officer took the application.
    Taken,
    /// Who had it gave it on.
    HandedOver(&'a GivingReason),
    /// The head gave it to somebody.
    Reassigned(&'a GivingReason),
    /// An officer recorded a check.
    CheckRecorded {
        check: CheckCode,
        outcome: Outcome,
        note: Option<&'a Localized>,
    },
    /// An officer confirmed that nothing stands in the way of a grant.
    Confirmed,
}

impl Act<'_> {
    /// The name in the store.
    const fn code(&self) -> &'static str {
        match self {
            Self::Taken => "TAKEN",
            Self::HandedOver(_) => "HANDED_OVER",
            Self::Reassigned(_) => "REASSIGNED",
            Self::CheckRecorded { .. } => "CHECK_RECORDED",
            Self::Confirmed => "CONFIRMED",
        }
    }

    /// The journal's kind of its fact.
    const fn kind(&self) -> &'static str {
        match self {
            Self::Taken => "application_taken",
            Self::HandedOver(_) => "application_handed_over",
            Self::Reassigned(_) => "application_reassigned",
            Self::CheckRecorded { .. } => "check_recorded",
            Self::Confirmed => "review_confirmed",
        }
    }

    /// What the journal says of it.
    fn body(&self, step: &Step) -> serde_json::Value {
        let application = &step.application;
        let number = &application.number;
        match self {
            Self::Taken | Self::Confirmed => json!({ "application_number": number }),
            Self::HandedOver(_) | Self::Reassigned(_) => json!({
                "application_number": number,
                "officer": application.officer,
            }),
            Self::CheckRecorded { check, outcome, .. } => json!({
                "application_number": number,
                "check": check.code(),
                "outcome": outcome.code(),
            }),
        }
    }

    /// Keeps it with the step that it makes.
    pub(super) fn keep<A: Action>(
        &self,
        addressed: &Addressed<A>,
        step: &Step,
        changes: Changes,
    ) -> Result<Changes, StoreFault> {
        let application = &step.application;
        let (reason, recorded) = match self {
            Self::Taken | Self::Confirmed => (None, None),
            Self::HandedOver(reason) | Self::Reassigned(reason) => (Some(reason.to_string()), None),
            Self::CheckRecorded {
                check,
                outcome,
                note,
            } => (None, Some((*check, *outcome, *note))),
        };
        let note = recorded.and_then(|(_, _, note)| note);
        let note = note.map(serde_json::to_string).transpose();
        let row = review_act::Model {
            application_id: application.id.get(),
            application_version: application.version,
            kind: self.code().to_owned(),
            officer: application.officer.clone(),
            reason,
            check_code: recorded.map(|(check, ..)| check.code().to_owned()),
            outcome: recorded.map(|(_, outcome, _)| outcome.code().to_owned()),
            note: note.map_err(|error| StoreFault::json("note", error))?,
            acted_at: step.at,
            acted_by: addressed.permit.caller().name.to_string(),
        };
        Ok(changes.insert(Insert::of(&row)).facts([act(
            application.id,
            self.kind(),
            &self.body(step),
        )]))
    }
}
