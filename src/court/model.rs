//! A case in court and how it goes: recorded, answered, and what the courts decide in it (cl. 16).
//! It never does input or output, and never names a person.

use chrono::{DateTime, NaiveDate, Utc};

use super::effect::Restraint;
use crate::{
    application::model::Handover,
    kernel::{ApplicationId, Bin, ComplaintId, CourtCaseId, EntryId, Text},
};

/// An enumeration that is stored under codes.
macro_rules! coded {
    ($(#[doc = $meaning:literal])+ $name:ident {
        $($(#[doc = $of:literal])+ $variant:ident = $code:literal,)+
    }) => {
        $(#[doc = $meaning])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum $name {
            $($(#[doc = $of])+ $variant,)+
        }

        impl $name {
            /// Every one.
            pub(crate) const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The name in the store.
            pub(crate) const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)+
                }
            }

            /// Finds the one of a code.
            pub(crate) fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.code() == code)
            }
        }
    };
}

pub(super) use coded;

coded! {
    /// Who sues.
    Claimant {
        /// The cooperative.
        Cooperative = "COOPERATIVE",
        /// The shareholder.
        Shareholder = "SHAREHOLDER",
        /// Anyone else.
        Another = "ANOTHER",
    }
}

coded! {
    /// What is challenged.
    Challenge {
        /// The refusal.
        Refusal = "REFUSAL",
        /// That nothing was done in time.
        Inaction = "INACTION",
        /// Something that was done.
        Action = "ACTION",
        /// The entry, or its extract.
        Entry = "ENTRY",
    }
}

coded! {
    /// What an act of a court is.
    ActKind {
        /// A measure for the time of the case.
        InterimMeasure = "INTERIM_MEASURE",
        /// Of the first instance.
        Decision = "DECISION",
        /// Of the court of appeal.
        Appeal = "APPEAL",
        /// Of the court of cassation.
        Cassation = "CASSATION",
    }
}

/// An action, as it was filed with a court.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Action {
    /// The application it is about.
    pub(crate) application: ApplicationId,
    /// The complaint that came before.
    pub(crate) complaint: Option<ComplaintId>,
    pub(crate) claimant: Claimant,
    pub(crate) challenge: Challenge,
    pub(crate) court: Text<200>,
    /// Number of the case at the court.
    pub(crate) case_number: Text<100>,
    pub(crate) filed_on: NaiveDate,
    /// When the provider was told.
    pub(crate) served_on: NaiveDate,
    /// No complaint to the higher body came before.
    pub(crate) reached_directly: bool,
}

/// The entry that a case is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OfEntry {
    pub(crate) id: EntryId,
    pub(crate) number: String,
}

/// A case, without what was filed and decided in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CourtCase {
    pub(crate) id: CourtCaseId,
    /// Its number for people.
    pub(crate) number: String,
    /// Grows with every change.
    pub(crate) version: i64,
    /// Whose act is challenged.
    pub(crate) provider_id: String,
    /// Whose application it is about.
    pub(crate) cooperative: Bin,
    pub(crate) application_number: String,
    /// The entry that the application made or changed.
    pub(crate) entry: Option<OfEntry>,
    pub(crate) action: Action,
    /// When the refusal was decided that is challenged; none if there was none, or none is challenged.
    pub(crate) refused_at: Option<DateTime<Utc>>,
    pub(crate) recorded_at: DateTime<Utc>,
    /// Name of the caller that recorded it.
    pub(crate) recorded_by: String,
    /// When the first response was recorded.
    pub(crate) answered_at: Option<DateTime<Utc>>,
    /// A reasoned position of the higher body was filed.
    pub(crate) position_filed: bool,
    /// What its acts mean for the entry.
    pub(crate) restraint: Option<Restraint>,
    /// What came of the annulment that it ordered.
    pub(crate) annulment: Option<Annulment>,
}

/// An annulment that was made, and what became of its extract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Annulment {
    /// The version of the entry that it made.
    pub(crate) entry_version: i32,
    pub(crate) made_at: DateTime<Utc>,
    /// When the letter with the extract left.
    pub(crate) sent_at: Option<DateTime<Utc>>,
    /// The cooperative's duty to hand it over.
    pub(crate) handover: Option<Handover>,
}

impl Annulment {
    /// Whether the cooperative still owes the hand-over.
    pub(super) fn owes_handover(&self) -> bool {
        let handover = self.handover.as_ref();
        handover.is_some_and(|handover| handover.handed_over_at.is_none())
    }

    /// How its extract stands, as errors name it.
    pub(super) fn code(&self) -> &'static str {
        match (&self.sent_at, &self.handover) {
            (Some(_), _) => "SENT",
            (None, None) => "ANNULLED",
            (None, Some(_)) if self.owes_handover() => "HANDOVER_PENDING",
            (None, Some(_)) => "HANDED_OVER",
        }
    }
}

impl CourtCase {
    /// The version as it is sent to clients.
    pub(super) fn etag(&self) -> String {
        format!("\"{}\"", self.version)
    }

    /// Whether the extract on the annulment is on its way.
    pub(crate) fn awaits_extract(&self) -> bool {
        let made = self.annulment.as_ref();
        made.is_some_and(|made| made.sent_at.is_none() && made.handover.is_none())
    }

    /// When the clerk has to look at it.
    pub(super) fn wakes_at(&self) -> Option<DateTime<Utc>> {
        let made = self.annulment.as_ref().filter(|made| made.owes_handover());
        made?.handover.as_ref()?.overdue_at()
    }

    /// The letter with that extract left.
    pub(crate) fn sent(self, at: DateTime<Utc>) -> Moved {
        Moved::by(self, "annulment_sent", at).with(|case| {
            if let Some(made) = &mut case.annulment {
                made.sent_at = Some(at);
            }
        })
    }

    /// The cooperative is to hand it over.
    pub(crate) fn handed_on(self, handover: Handover, at: DateTime<Utc>) -> Moved {
        Moved::by(self, "annulment_handover_owed", at).with(|case| {
            if let Some(made) = &mut case.annulment {
                made.handover = Some(handover);
            }
        })
    }
}

/// A change of a case from one version to the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Moved {
    /// The version that was changed; 0 for a new case.
    pub(super) version_before: i64,
    /// The case as it is to be.
    pub(super) case: CourtCase,
    /// What was done, as the journal names it.
    pub(super) act: &'static str,
    /// When.
    pub(super) at: DateTime<Utc>,
}

impl Moved {
    /// Changes a case by an act.
    pub(super) fn by(case: CourtCase, act: &'static str, at: DateTime<Utc>) -> Self {
        let version_before = case.version;
        let case = CourtCase {
            version: version_before.saturating_add(1),
            ..case
        };
        Self {
            version_before,
            case,
            act,
            at,
        }
    }

    /// What has fallen due by a moment: the term of the hand-over passed.
    pub(super) fn woken(case: CourtCase, at: DateTime<Utc>) -> Option<Self> {
        case.wakes_at().filter(|wakes_at| *wakes_at <= at)?;
        let moved = Self::by(case, "annulment_handover_overdue", at);
        Some(moved.with(|case| {
            let made = case.annulment.as_mut();
            if let Some(handover) = made.and_then(|made| made.handover.as_mut()) {
                handover.overdue = true;
            }
        }))
    }

    /// Changes what it says.
    #[must_use]
    pub(super) fn with(mut self, change: impl FnOnce(&mut CourtCase)) -> Self {
        change(&mut self.case);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_of_an_action_is_stored_under_its_code() {
        for one in Claimant::ALL {
            assert_eq!(Claimant::from_code(one.code()), Some(*one));
        }
        for one in Challenge::ALL {
            assert_eq!(Challenge::from_code(one.code()), Some(*one));
        }
        for one in ActKind::ALL {
            assert_eq!(ActKind::from_code(one.code()), Some(*one));
        }
        assert_eq!(Claimant::from_code("REFUSAL"), None);
    }
}
