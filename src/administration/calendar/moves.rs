//! Where the moments of a case go when the calendar has changed under them: of an undecided one its
//! registration and its due moment, of one that owes an extract the end of that term; of corrections and
//! complaints the end of the term that runs.
//! They move from day to day only: other working hours alone leave them where they are.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    application::{Stage, handover::end_of_handover, model::Application, terms::Terms},
    calendar::{Calendar, OutsideCalendar},
    complaint::{self, Complaint},
    correction::{Correction, RunningTerm},
    kernel::{Moment, local},
    provider::Provider,
};

/// Which term has its end moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum Term {
    /// To decide: the provider's (cl. 8; APPK 82), or who has a complaint (cl. 15).
    Decision,
    /// The cooperative's to hand the extract over (cl. 11).
    Handover,
    /// The provider's to send a corrected extract (APPK 82).
    Sending,
    /// The provider's to forward a complaint, or to satisfy it (cl. 14).
    Forwarding,
}

impl Term {
    /// The name in the store.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Decision => "DECISION",
            Self::Handover => "HANDOVER",
            Self::Sending => "SENDING",
            Self::Forwarding => "FORWARDING",
        }
    }

    /// Finds the term of a code.
    pub(super) fn from_code(code: &str) -> Option<Self> {
        [
            Self::Decision,
            Self::Handover,
            Self::Sending,
            Self::Forwarding,
        ]
        .into_iter()
        .find(|term| term.code() == code)
    }
}

/// A case with the moments that it should have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Move {
    pub(super) case: Case,
    pub(super) calendar_version: String,
}

/// A case of which a term runs, and that term as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Case {
    /// An application.
    Application(Application, Moments),
    /// A correction.
    Correction(Correction, RunningTerm),
    /// A complaint.
    Complaint(Complaint, complaint::RunningTerm),
}

/// The moments of an application as they should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Moments {
    /// While it is undecided.
    Decision(Terms),
    /// When the hand-over is due.
    Handover(DateTime<Utc>),
}

impl Case {
    /// Its id.
    pub(super) const fn id(&self) -> Uuid {
        match self {
            Self::Application(application, _) => application.id.get(),
            Self::Correction(correction, _) => correction.id.get(),
            Self::Complaint(complaint, _) => complaint.id.get(),
        }
    }

    /// Whose end moves.
    pub(super) const fn term(&self) -> Term {
        match self {
            Self::Complaint(complaint, _) if complaint.is_to_be_forwarded() => Term::Forwarding,
            Self::Application(_, Moments::Decision(_))
            | Self::Correction(_, RunningTerm::Decision { .. })
            | Self::Complaint(..) => Term::Decision,
            Self::Application(_, Moments::Handover(_))
            | Self::Correction(_, RunningTerm::Handover(_)) => Term::Handover,
            Self::Correction(_, RunningTerm::Sending(_)) => Term::Sending,
        }
    }

    /// When it was registered, or was to be.
    pub(super) const fn registered_at_before(&self) -> DateTime<Utc> {
        match self {
            Self::Application(application, _) => application.registered_at,
            Self::Correction(correction, _) => correction.registered_at,
            Self::Complaint(complaint, _) => complaint.registered_at,
        }
    }

    /// When it is to be; the same unless it still waits for that.
    pub(super) const fn registered_at(&self) -> DateTime<Utc> {
        match self {
            Self::Application(_, Moments::Decision(terms)) => terms.registered_at,
            Self::Correction(_, RunningTerm::Decision { registered_at, .. }) => *registered_at,
            Self::Complaint(_, term) => term.registered_at,
            Self::Application(_, Moments::Handover(_))
            | Self::Correction(_, RunningTerm::Sending(_) | RunningTerm::Handover(_)) => {
                self.registered_at_before()
            }
        }
    }

    /// When the term was to end.
    pub(super) fn due_at_before(&self) -> DateTime<Utc> {
        match self {
            Self::Application(application, moments) => match (moments, &application.handover) {
                (Moments::Handover(_), Some(handover)) => handover.due_at,
                (Moments::Handover(_), None) | (Moments::Decision(_), _) => application.due_at,
            },
            Self::Correction(correction, term) => {
                correction.running_term().unwrap_or(*term).due_at()
            }
            Self::Complaint(complaint, _) => complaint.due_at,
        }
    }

    /// When it is to end.
    pub(super) const fn due_at(&self) -> DateTime<Utc> {
        match self {
            Self::Application(_, Moments::Decision(terms)) => terms.due_at,
            Self::Application(_, Moments::Handover(due_at)) => *due_at,
            Self::Correction(_, term) => term.due_at(),
            Self::Complaint(_, term) => term.due_at,
        }
    }

    /// Whether a moment is not on the day on which it should be.
    fn moves(&self) -> bool {
        let stays = |before, after| local(before).date() == local(after).date();
        !stays(self.registered_at_before(), self.registered_at())
            || !stays(self.due_at_before(), self.due_at())
    }

    /// The move to the calendar, if one is needed.
    fn by(self, calendar: &Calendar) -> Option<Move> {
        self.moves().then(|| Move {
            case: self,
            calendar_version: calendar.version().to_owned(),
        })
    }
}

/// The move of an application, if the calendar asks for one.
pub(super) fn of_application(
    application: Application,
    calendar: &Calendar,
    provider: &Provider,
) -> Result<Option<Move>, OutsideCalendar> {
    let moments = moments(&application, calendar, provider)?;
    Ok(moments.and_then(|moments| Case::Application(application, moments).by(calendar)))
}

/// The move of a correction, if the calendar asks for one.
pub(super) fn of_correction(
    correction: Correction,
    calendar: &Calendar,
    provider: &Provider,
) -> Result<Option<Move>, OutsideCalendar> {
    let term = correction.term_by(calendar, provider.hours)?;
    Ok(term.and_then(|term| Case::Correction(correction, term).by(calendar)))
}

/// The move of a complaint, if the calendar asks for one.
pub(super) fn of_complaint(
    complaint: Complaint,
    calendar: &Calendar,
    provider: &Provider,
) -> Result<Option<Move>, OutsideCalendar> {
    let term = complaint.term_by(calendar, provider.hours)?;
    Ok(term.and_then(|term| Case::Complaint(complaint, term).by(calendar)))
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
            let terms =
                Terms::of_registration(calendar, provider, form, application.term_begins_at())?;
            Terms {
                registered_at: application.registered_at,
                ..terms
            }
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
