//! A correction and how it moves: begun, decided, its extract sent (APPK 82; D-25).
//! It never does input or output, and never moves without an act that says so.

use chrono::{DateTime, Utc};

use crate::{
    application::{
        checks::Finding,
        model::{Handover, just_after},
    },
    kernel::{ApplicationId, Bin, CorrectionId, EntryId, Localized, Personal},
};

/// A correction, without what it corrects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    /// Its id.
    pub id: CorrectionId,
    /// Its number for people.
    pub number: String,
    /// Grows with every change.
    pub version: i64,
    /// Where it stands.
    pub state: CorrectionState,
    /// Who began it.
    pub origin: CorrectionOrigin,
    /// Who decides.
    pub provider_id: String,
    /// Whose entry it is.
    pub cooperative: Bin,
    /// The entry.
    pub entry: EntryId,
    /// Number of the entry.
    pub entry_number: String,
    /// The application whose document was entered with slips.
    pub application: ApplicationId,
    /// Name of the caller that began it.
    pub begun_by: String,
    /// When it was stored.
    pub received_at: DateTime<Utc>,
    /// When it was, or will be, registered.
    pub registered_at: DateTime<Utc>,
    /// When the decision is due; nobody waits for one that the provider began itself.
    pub due_at: Option<DateTime<Utc>>,
    /// The calendar by which these were reckoned (I-5).
    pub calendar_version: String,
    /// The due moment passed without a decision.
    pub overdue: bool,
    /// When it was decided.
    pub decided_at: Option<DateTime<Utc>>,
    /// The text of a rejection; an officer's free words may speak of persons.
    pub rejection: Option<Personal<Localized>>,
    /// The version of the entry that it made.
    pub entry_version: Option<i32>,
    /// What the checks found on the corrected agreement.
    pub findings: Vec<Finding>,
    /// The share of which the entry was, if that changed.
    pub former_share_key: Option<String>,
    /// When the corrected extract is due to be sent.
    pub sending_due_at: Option<DateTime<Utc>>,
    /// That moment passed, and the extract had not left.
    pub sending_overdue: bool,
    /// When the extract left.
    pub sent_at: Option<DateTime<Utc>>,
    /// The duty to hand the extract over.
    pub handover: Option<Handover>,
}

/// Where a correction stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CorrectionState {
    /// Received out of hours.
    Requested,
    /// Registered: the provider decides.
    Registered,
    /// The entry is corrected; the extract is on its way.
    Corrected,
    /// Rejected with reasons.
    Rejected,
    /// The extract was sent.
    Sent,
    /// The cooperative owes the hand-over.
    HandoverPending,
    /// The cooperative handed the extract over.
    HandedOver,
}

/// Who began a correction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CorrectionOrigin {
    /// The cooperative asked for it.
    Request,
    /// The provider began it on its own initiative.
    OwnInitiative,
}

impl CorrectionState {
    const ALL: [Self; 7] = [
        Self::Requested,
        Self::Registered,
        Self::Corrected,
        Self::Rejected,
        Self::Sent,
        Self::HandoverPending,
        Self::HandedOver,
    ];

    /// The name in the store and in errors.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Requested => "REQUESTED",
            Self::Registered => "REGISTERED",
            Self::Corrected => "CORRECTED",
            Self::Rejected => "REJECTED",
            Self::Sent => "SENT",
            Self::HandoverPending => "HANDOVER_PENDING",
            Self::HandedOver => "HANDED_OVER",
        }
    }

    /// Finds the state of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

impl CorrectionOrigin {
    /// The name in the store.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Request => "REQUEST",
            Self::OwnInitiative => "OWN_INITIATIVE",
        }
    }

    /// Finds the origin of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Request, Self::OwnInitiative]
            .into_iter()
            .find(|origin| origin.code() == code)
    }
}

impl Correction {
    /// The version as it is sent to clients.
    pub fn etag(&self) -> String {
        format!("\"{}\"", self.version)
    }

    /// Whether the corrected extract is on its way.
    pub(crate) fn awaits_extract(&self) -> bool {
        self.state == CorrectionState::Corrected
    }

    /// The letter with the corrected extract left.
    pub(crate) fn sent(self, at: DateTime<Utc>) -> Moved {
        Moved::by(self, "correction_sent", at)
            .to(CorrectionState::Sent)
            .with(|correction| correction.sent_at = Some(at))
    }

    /// The cooperative is to hand the corrected extract over.
    pub(crate) fn handed_on(self, handover: Handover, at: DateTime<Utc>) -> Moved {
        Moved::by(self, "correction_handover_owed", at)
            .to(CorrectionState::HandoverPending)
            .with(|correction| correction.handover = Some(handover))
    }

    /// Until when somebody waits for something of it: by this it stands in the queue.
    pub(super) fn waits_until(&self) -> Option<DateTime<Utc>> {
        match self.state {
            CorrectionState::Requested | CorrectionState::Registered => {
                Some(self.due_at.unwrap_or(self.registered_at))
            }
            CorrectionState::Corrected => self.sending_due_at,
            CorrectionState::HandoverPending => self.handover.as_ref().map(|owed| owed.due_at),
            CorrectionState::Rejected | CorrectionState::Sent | CorrectionState::HandedOver => None,
        }
    }

    /// When the clerk has to look at it: what is done at the due moment is in time, the next microsecond
    /// is late.
    pub(super) fn wakes_at(&self) -> Option<DateTime<Utc>> {
        let late = |due: Option<DateTime<Utc>>| due.and_then(just_after);
        match self.state {
            CorrectionState::Requested => Some(self.registered_at),
            CorrectionState::Registered => late(self.due_at).filter(|_| !self.overdue),
            CorrectionState::Corrected => {
                late(self.sending_due_at).filter(|_| !self.sending_overdue)
            }
            CorrectionState::HandoverPending => {
                self.handover.as_ref().and_then(Handover::overdue_at)
            }
            CorrectionState::Rejected | CorrectionState::Sent | CorrectionState::HandedOver => None,
        }
    }
}

/// A change of a correction from one version to the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// The version that was changed; 0 for a new correction.
    pub version_before: i64,
    /// The correction as it is to be.
    pub correction: Correction,
    /// What was done, as the journal names it.
    pub act: &'static str,
    /// When.
    pub at: DateTime<Utc>,
}

impl Moved {
    /// Changes a correction by an act.
    pub fn by(correction: Correction, act: &'static str, at: DateTime<Utc>) -> Self {
        let version_before = correction.version;
        let correction = Correction {
            version: version_before.saturating_add(1),
            ..correction
        };
        Self {
            version_before,
            correction,
            act,
            at,
        }
    }

    /// To another state.
    #[must_use]
    pub fn to(self, state: CorrectionState) -> Self {
        self.with(|correction| correction.state = state)
    }

    /// Changes what is no state.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Correction)) -> Self {
        change(&mut self.correction);
        self
    }

    /// What the clerk does when the moment of a correction has come: the registration at the opening,
    /// or the mark that a term passed.
    pub(super) fn woken(correction: Correction, at: DateTime<Utc>) -> Option<Self> {
        correction.wakes_at().filter(|wakes_at| *wakes_at <= at)?;
        match correction.state {
            CorrectionState::Requested => Some(
                Self::by(correction, "correction_registered", at).to(CorrectionState::Registered),
            ),
            CorrectionState::Registered => Some(
                Self::by(correction, "correction_overdue", at)
                    .with(|correction| correction.overdue = true),
            ),
            CorrectionState::Corrected => Some(
                Self::by(correction, "correction_sending_overdue", at)
                    .with(|correction| correction.sending_overdue = true),
            ),
            CorrectionState::HandoverPending => Some(
                Self::by(correction, "correction_handover_overdue", at).with(|correction| {
                    if let Some(handover) = &mut correction.handover {
                        handover.overdue = true;
                    }
                }),
            ),
            CorrectionState::Rejected | CorrectionState::Sent | CorrectionState::HandedOver => None,
        }
    }
}

#[cfg(test)]
mod tests;
