//! The term of a complaint that somebody waits for, and where a changed calendar puts it (D-3).
//! It is reckoned from moments that stand; what passed was told, and never moves.

use chrono::{DateTime, Utc};

use super::{
    codes::{Act, Addressee, State},
    model::{Complaint, Moved},
    terms,
};
use crate::calendar::{Calendar, OutsideCalendar, WorkingHours};

/// The term of a complaint that runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RunningTerm {
    /// When the complaint was registered, or is to be.
    pub(crate) registered_at: DateTime<Utc>,
    /// When the next act on it is due.
    pub(crate) due_at: DateTime<Utc>,
}

impl Complaint {
    /// Whether it waits to be forwarded or satisfied; what else runs is a term to decide.
    pub(crate) const fn is_to_be_forwarded(&self) -> bool {
        match (self.state, self.addressee) {
            (
                State::Received | State::Registered,
                Addressee::HigherBody | Addressee::QualityAuthority,
            ) => true,
            (State::Received | State::Registered, Addressee::Provider)
            | (State::Forwarded | State::Satisfied | State::Decided | State::Withdrawn, _) => false,
        }
    }

    /// The term that runs, as a calendar has it; an extension counts on from its end. A registration that took
    /// place stands.
    pub(crate) fn term_by(
        &self,
        calendar: &Calendar,
        hours: WorkingHours,
    ) -> Result<Option<RunningTerm>, OutsideCalendar> {
        if self.late_since().is_some() {
            return Ok(None);
        }
        let addressee = self.addressee;
        let (registered_at, due_at) = match (self.state, &self.forwarding) {
            (State::Received, _) => terms::of_filing(calendar, hours, addressee, self.received_at)?,
            (State::Registered, _) => {
                let registered_at = self.registered_at;
                (
                    registered_at,
                    terms::of_registration(calendar, hours, addressee, registered_at)?,
                )
            }
            (State::Forwarded, Some(forwarding)) => {
                let due_at = terms::of_review(calendar, hours, addressee, forwarding.at)?;
                (self.registered_at, due_at)
            }
            (State::Forwarded, None)
            | (State::Satisfied | State::Decided | State::Withdrawn, _) => return Ok(None),
        };
        let due_at = match &self.extension {
            Some(extension) => {
                let working_days = extension.working_days.unsigned_abs();
                terms::extended(calendar, hours, due_at, working_days)?
            }
            None => due_at,
        };
        Ok(Some(RunningTerm {
            registered_at,
            due_at,
        }))
    }

    /// Moves the term that runs.
    pub(crate) fn with_term(self, term: RunningTerm, version: &str, at: DateTime<Utc>) -> Moved {
        Moved::by(self, Act::TermMoved, at).with(|complaint| {
            complaint.registered_at = term.registered_at;
            complaint.due_at = term.due_at;
            version.clone_into(&mut complaint.calendar_version);
        })
    }
}
