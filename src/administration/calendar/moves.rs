//! Where the moments of an application go when the calendar has changed under them: of an undecided one its
//! registration and its due moment, of one that owes a hand-over the end of that term.
//! They move from day to day only: other working hours alone leave them where they are.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    application::{Stage, handover::end_of_handover, model::Application, terms::Terms},
    calendar::{Calendar, OutsideCalendar},
    kernel::{Moment, local},
    provider::Provider,
};

/// Which term has its end moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum Term {
    /// The provider's to decide (cl. 8).
    Decision,
    /// The cooperative's to hand the extract over (cl. 11).
    Handover,
}

impl Term {
    /// The name in the store.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Decision => "DECISION",
            Self::Handover => "HANDOVER",
        }
    }

    /// Finds the term of a code.
    pub(super) fn from_code(code: &str) -> Option<Self> {
        [Self::Decision, Self::Handover]
            .into_iter()
            .find(|term| term.code() == code)
    }
}

/// An application with the moments that it should have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Move {
    pub(super) application: Application,
    pub(super) moments: Moments,
    pub(super) calendar_version: String,
}

/// The moments as they should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Moments {
    /// Of an undecided application.
    Decision(Terms),
    /// When the hand-over is due.
    Handover(DateTime<Utc>),
}

impl Move {
    /// Whose end moves.
    pub(super) const fn term(&self) -> Term {
        match self.moments {
            Moments::Decision(_) => Term::Decision,
            Moments::Handover(_) => Term::Handover,
        }
    }

    /// When it was registered, or was to be.
    pub(super) const fn registered_at(&self) -> DateTime<Utc> {
        match &self.moments {
            Moments::Decision(terms) => terms.registered_at,
            Moments::Handover(_) => self.application.registered_at,
        }
    }

    /// When the term was to end.
    pub(super) fn due_at_before(&self) -> DateTime<Utc> {
        match (&self.moments, &self.application.handover) {
            (Moments::Handover(_), Some(handover)) => handover.due_at,
            (Moments::Handover(_), None) | (Moments::Decision(_), _) => self.application.due_at,
        }
    }

    /// When it is to end.
    pub(super) const fn due_at(&self) -> DateTime<Utc> {
        match &self.moments {
            Moments::Decision(terms) => terms.due_at,
            Moments::Handover(due_at) => *due_at,
        }
    }
}

/// The move of an application, if the calendar asks for one.
pub(super) fn moved(
    application: Application,
    calendar: &Calendar,
    provider: &Provider,
) -> Result<Option<Move>, OutsideCalendar> {
    let Some(moments) = moments(&application, calendar, provider)? else {
        return Ok(None);
    };
    let moved = Move {
        application,
        moments,
        calendar_version: calendar.version().to_owned(),
    };
    let stays = |before, after| local(before).date() == local(after).date();
    let is_needed = !stays(moved.application.registered_at, moved.registered_at())
        || !stays(moved.due_at_before(), moved.due_at());
    Ok(is_needed.then_some(moved))
}

/// The moments of an application by a calendar: a registration that took place stands, and so does the
/// moment at which the cooperative knew.
fn moments(
    application: &Application,
    calendar: &Calendar,
    provider: &Provider,
) -> Result<Option<Moments>, OutsideCalendar> {
    let form = application.form;
    let terms = match application.stage {
        Stage::Received => {
            let arrival = Moment::at(application.received_at);
            Terms::reckon(calendar, provider, form, arrival)?
        }
        Stage::Registered | Stage::InReview | Stage::AwaitingSignature => {
            Terms::of_registration(calendar, provider, form, application.registered_at)?
        }
        Stage::HandoverPending => {
            let Some(handover) = &application.handover else {
                return Ok(None);
            };
            let due = end_of_handover(calendar, local(handover.known_at).date())?;
            return Ok(Some(Moments::Handover(due.at)));
        }
        Stage::Granted
        | Stage::Refused
        | Stage::ExtractSent
        | Stage::ExtractHandedOver
        | Stage::Withdrawn => return Ok(None),
    };
    Ok(Some(Moments::Decision(terms)))
}
