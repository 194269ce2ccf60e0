//! The terms of a correction: to decide a request, to send the corrected extract, to hand it over
//! (APPK 82; cl. 11). They are reckoned from moments that stand, and never move one by themselves.

use chrono::{DateTime, Utc};

use super::model::{Correction, CorrectionState, Moved};
use crate::{
    application::handover::end_of_handover,
    calendar::{Calendar, OutsideCalendar, WorkingHours},
    kernel::local,
};

/// A request is decided within this many working days (APPK 82).
const DECISION_WORKING_DAYS: u32 = 3;

/// The corrected extract is sent within this many working days of the decision (APPK 82).
const SENDING_WORKING_DAYS: u32 = 3;

/// The term of a correction that somebody waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RunningTerm {
    /// To decide a request.
    Decision {
        /// When it was registered, or is to be.
        registered_at: DateTime<Utc>,
        /// When the decision is due.
        due_at: DateTime<Utc>,
    },
    /// To send the corrected extract.
    Sending(DateTime<Utc>),
    /// To hand it over.
    Handover(DateTime<Utc>),
}

impl RunningTerm {
    /// When it ends.
    pub(crate) const fn due_at(self) -> DateTime<Utc> {
        match self {
            Self::Decision { due_at, .. } | Self::Sending(due_at) | Self::Handover(due_at) => {
                due_at
            }
        }
    }
}

/// When the decision on a request is due that is registered at a moment.
pub(super) fn end_of_decision(
    calendar: &Calendar,
    registered_at: DateTime<Utc>,
    hours: WorkingHours,
) -> Result<DateTime<Utc>, OutsideCalendar> {
    let due = calendar.due(registered_at, DECISION_WORKING_DAYS, hours)?;
    Ok(due.at)
}

/// When the extract of a correction made at a moment is due to be sent.
pub(super) fn end_of_sending(
    calendar: &Calendar,
    decided_at: DateTime<Utc>,
    hours: WorkingHours,
) -> Result<DateTime<Utc>, OutsideCalendar> {
    let due = calendar.due(decided_at, SENDING_WORKING_DAYS, hours)?;
    Ok(due.at)
}

impl Correction {
    /// The term that runs; what the provider began itself has none until it is decided.
    pub(crate) fn running_term(&self) -> Option<RunningTerm> {
        match self.state {
            CorrectionState::Requested | CorrectionState::Registered => {
                self.due_at.map(|due_at| RunningTerm::Decision {
                    registered_at: self.registered_at,
                    due_at,
                })
            }
            CorrectionState::Corrected => self.sending_due_at.map(RunningTerm::Sending),
            CorrectionState::HandoverPending => {
                let owed = self.handover.as_ref();
                owed.map(|owed| RunningTerm::Handover(owed.due_at))
            }
            CorrectionState::Rejected | CorrectionState::Sent | CorrectionState::HandedOver => None,
        }
    }

    /// The term that runs, as a calendar has it. A registration that took place stands.
    pub(crate) fn term_by(
        &self,
        calendar: &Calendar,
        hours: WorkingHours,
    ) -> Result<Option<RunningTerm>, OutsideCalendar> {
        let Some(term) = self.running_term() else {
            return Ok(None);
        };
        let term = match term {
            RunningTerm::Decision { registered_at, .. } => {
                let registered_at = if self.state == CorrectionState::Requested {
                    calendar.registration(self.received_at, hours)?
                } else {
                    registered_at
                };
                RunningTerm::Decision {
                    registered_at,
                    due_at: end_of_decision(calendar, registered_at, hours)?,
                }
            }
            RunningTerm::Sending(_) => {
                let Some(decided_at) = self.decided_at else {
                    return Ok(None);
                };
                RunningTerm::Sending(end_of_sending(calendar, decided_at, hours)?)
            }
            RunningTerm::Handover(_) => {
                let Some(owed) = &self.handover else {
                    return Ok(None);
                };
                let due = end_of_handover(calendar, local(owed.known_at).date())?;
                RunningTerm::Handover(due.at)
            }
        };
        Ok(Some(term))
    }

    /// Moves the term that runs; a mark that it passed is taken back if its end is still to come.
    pub(crate) fn with_term(self, term: RunningTerm, version: &str, at: DateTime<Utc>) -> Moved {
        let is_past = at > term.due_at();
        Moved::by(self, "correction_term_moved", at).with(|correction| match term {
            RunningTerm::Decision {
                registered_at,
                due_at,
            } => {
                correction.registered_at = registered_at;
                correction.due_at = Some(due_at);
                version.clone_into(&mut correction.calendar_version);
                correction.overdue &= is_past;
            }
            RunningTerm::Sending(due_at) => {
                correction.sending_due_at = Some(due_at);
                correction.sending_overdue &= is_past;
            }
            RunningTerm::Handover(due_at) => {
                if let Some(owed) = &mut correction.handover {
                    owed.due_at = due_at;
                    owed.overdue &= is_past;
                }
            }
        })
    }
}
