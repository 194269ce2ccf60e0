//! A complaint and how it moves: filed, registered, forwarded or satisfied, decided (cl. 14, 15; D-16, D-18).
//! It never does input or output, and never moves without an act that says so.

use chrono::{DateTime, NaiveDate, Utc};

use super::codes::{Act, Addressee, LeftReason, Outcome, State, Subject};
use crate::{
    application::{
        ComplaintStage,
        model::{Complained, DecidedRefusal, just_after},
        refusal::way_to_court,
    },
    kernel::{ApplicationId, Bin, ComplaintId, CorrectionId, Localized, Personal},
};

/// The outcome that is told when a term passed in silence (APPK 91(2), 100(5)).
pub(super) const SILENCE: &str = "SILENCE";

/// The outcome that is told when the term to forward or satisfy it passed: nobody was silent whom it had reached.
pub(super) const NOT_FORWARDED: &str = "NOT_FORWARDED";

/// The outcome that is told when it was withdrawn.
pub(super) const WITHDRAWN: &str = "WITHDRAWN";

/// A complaint, without what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// Its id.
    pub id: ComplaintId,
    /// Its number for people.
    pub number: String,
    /// Grows with every change.
    pub version: i64,
    /// Where it stands.
    pub state: State,
    /// Who is to decide.
    pub addressee: Addressee,
    /// What is complained of.
    pub subject: Subject,
    /// With whom it was filed.
    pub provider_id: String,
    /// Whose application it is about.
    pub cooperative: Bin,
    /// The application.
    pub application: ApplicationId,
    /// Number of the application.
    pub application_number: String,
    /// Of which refusal it complains: the moment of that.
    pub refused_at: Option<DateTime<Utc>>,
    /// Name of the caller that filed it.
    pub filed_by: String,
    /// When it was stored.
    pub received_at: DateTime<Utc>,
    /// When it was, or will be, registered.
    pub registered_at: DateTime<Utc>,
    /// When the next act on it is due.
    pub due_at: DateTime<Utc>,
    /// The calendar by which these were reckoned (I-5).
    pub calendar_version: String,
    /// Filed after its term (D-21).
    pub filed_late: bool,
    /// Since when the silence of whoever is to decide counts as a refusal to satisfy it.
    pub silent_at: Option<DateTime<Utc>>,
    /// Since when it is late to be forwarded or satisfied.
    pub not_forwarded_at: Option<DateTime<Utc>>,
    /// The one extension (D-18).
    pub extension: Option<Extension>,
    /// How it went on to the reviewing body.
    pub forwarding: Option<Forwarding>,
    /// What was decided.
    pub decision: Option<Decision>,
}

/// The extension of a term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    /// When.
    pub at: DateTime<Utc>,
    /// By how many working days.
    pub working_days: i32,
    /// Until when whoever complains is to be told.
    pub told_due_at: DateTime<Utc>,
    /// On which day that was done.
    pub told_on: Option<NaiveDate>,
}

/// How a complaint went on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forwarding {
    /// When.
    pub at: DateTime<Utc>,
    /// To which body.
    pub to: Bin,
    /// SHA-256 of the case file that went with it.
    pub case_file_sha256: Option<String>,
}

/// What was decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// When.
    pub at: DateTime<Utc>,
    /// What.
    pub outcome: Outcome,
    /// Why it was left without review.
    pub left_reason: Option<LeftReason>,
    /// What became of the application or the entry.
    pub remedy: Option<Remedy>,
}

/// What becomes of an application or an entry upon a complaint.
///
/// There is none that refuses, closes or takes back: whatever is decided, a complaint never worsens the
/// position of who complains.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// The refusal, which is kept here, is annulled, and the application decided anew; none is kept if it was
    /// annulled upon another complaint already.
    DecidedAnew(Option<Personal<DecidedRefusal>>),
    /// The application was decided since.
    DecidedMeanwhile,
    /// The entry was corrected.
    EntryCorrected(CorrectionId),
    /// The provider did what was demanded.
    Acted,
}

impl Decision {
    /// Without a remedy so far.
    pub(super) const fn of(outcome: Outcome, at: DateTime<Utc>) -> Self {
        Self {
            at,
            outcome,
            left_reason: None,
            remedy: None,
        }
    }
}

impl Complaint {
    /// The version as it is sent to clients.
    pub fn etag(&self) -> String {
        format!("\"{}\"", self.version)
    }

    /// Until when somebody waits for something of it: by this it stands in the queue.
    pub(super) fn waits_until(&self) -> Option<DateTime<Utc>> {
        if self.state.is_closed() {
            return None;
        }
        let extension = self.extension.as_ref();
        let untold = extension.filter(|extension| extension.told_on.is_none());
        let told_due_at = untold.map(|extension| extension.told_due_at);
        Some(told_due_at.map_or(self.due_at, |told| told.min(self.due_at)))
    }

    /// When the clerk has to look at it: what is done at the due moment is in time, the next microsecond
    /// is late.
    pub(super) fn wakes_at(&self) -> Option<DateTime<Utc>> {
        match self.state {
            State::Received => Some(self.registered_at),
            State::Registered | State::Forwarded => self.late_from(),
            State::Satisfied | State::Decided | State::Withdrawn => None,
        }
    }

    /// When the term that runs passes; none if that is on record.
    fn late_from(&self) -> Option<DateTime<Utc>> {
        just_after(self.due_at).filter(|_| self.late_since().is_none())
    }

    /// Since when whoever has it is late: to decide, or to let it go on to who decides.
    pub(super) const fn late_since(&self) -> Option<DateTime<Utc>> {
        if self.is_to_be_forwarded() {
            self.not_forwarded_at
        } else {
            self.silent_at
        }
    }
}

/// A change of a complaint from one version to the next, with what is told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// The version that was changed; 0 for a new complaint.
    pub version_before: i64,
    /// The complaint as it is to be.
    pub complaint: Complaint,
    /// What was done.
    pub act: Act,
    /// What was said with it; people's words.
    pub text: Option<Personal<Localized>>,
    /// What the application's stages tell.
    pub told: Option<Told>,
    /// When.
    pub at: DateTime<Utc>,
}

/// A stage that tells of a complaint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Which.
    pub stage: ComplaintStage,
    /// As of when.
    pub at: DateTime<Utc>,
    /// What it says.
    pub complaint: Complained,
}

impl Moved {
    /// Changes a complaint by an act.
    pub(super) fn by(complaint: Complaint, act: Act, at: DateTime<Utc>) -> Self {
        let version_before = complaint.version;
        let complaint = Complaint {
            version: version_before.saturating_add(1),
            ..complaint
        };
        Self {
            version_before,
            complaint,
            act,
            text: None,
            told: None,
            at,
        }
    }

    /// To another state.
    #[must_use]
    pub(super) const fn to(mut self, state: State) -> Self {
        self.complaint.state = state;
        self
    }

    /// Changes what is no state.
    #[must_use]
    pub(super) fn with(mut self, change: impl FnOnce(&mut Complaint)) -> Self {
        change(&mut self.complaint);
        self
    }

    /// Says something with it.
    #[must_use]
    pub(super) fn saying(mut self, text: Localized) -> Self {
        self.text = Some(Personal::new(text));
        self
    }

    /// Tells of it in the application's stages, as the complaint stands by now.
    #[must_use]
    pub(super) fn telling(self, stage: ComplaintStage) -> Self {
        let (at, decision) = (self.at, self.complaint.decision.as_ref());
        let outcome = decision.map(|decision| decision.outcome.code());
        self.telling_at(stage, at, outcome)
    }

    /// Tells that it was withdrawn: whoever follows it knows that nothing is waited for.
    #[must_use]
    pub(super) fn telling_withdrawn(self) -> Self {
        let at = self.at;
        self.telling_at(ComplaintStage::Decided, at, Some(WITHDRAWN))
    }

    /// With what became of the application or the entry.
    #[must_use]
    pub(super) fn remedied(mut self, remedy: Option<Remedy>) -> Self {
        if let Some(decision) = &mut self.complaint.decision {
            decision.remedy = remedy;
        }
        self
    }

    fn telling_at(
        mut self,
        stage: ComplaintStage,
        at: DateTime<Utc>,
        outcome: Option<&'static str>,
    ) -> Self {
        let complaint = &self.complaint;
        self.told = Some(Told {
            stage,
            at,
            complaint: Complained {
                number: complaint.number.clone(),
                due_at: Some(complaint.due_at).filter(|_| !complaint.state.is_closed()),
                outcome,
            },
        });
        self
    }

    /// A complaint as it stands at a moment, with what fell due until then and was not done yet, in order.
    pub(super) fn caught_up(mut complaint: Complaint, at: DateTime<Utc>) -> (Complaint, Vec<Self>) {
        let mut passed = Vec::new();
        while let Some(moved) = Self::woken(complaint.clone(), at) {
            complaint = moved.complaint.clone();
            passed.push(moved);
        }
        (complaint, passed)
    }

    /// What the clerk does when the moment of a complaint has come: the registration at the opening, or the
    /// mark that its term passed, as of the moment it did: in silence, or without its being forwarded. Whoever had
    /// it may still act.
    pub(super) fn woken(complaint: Complaint, at: DateTime<Utc>) -> Option<Self> {
        complaint.wakes_at().filter(|wakes_at| *wakes_at <= at)?;
        match complaint.state {
            State::Received => Some(Self::by(complaint, Act::Registered, at).to(State::Registered)),
            State::Registered | State::Forwarded => Self::passed(complaint, at),
            State::Satisfied | State::Decided | State::Withdrawn => None,
        }
    }

    /// The term of a complaint passed. Of silence it is said how to go to court (cl. 16; O-42, O-76).
    fn passed(complaint: Complaint, at: DateTime<Utc>) -> Option<Self> {
        let since = complaint.late_from()?;
        let (moved, outcome) = if complaint.is_to_be_forwarded() {
            let moved = Self::by(complaint, Act::NotForwarded, at)
                .with(|complaint| complaint.not_forwarded_at = Some(since));
            (moved, NOT_FORWARDED)
        } else {
            let moved = Self::by(complaint, Act::Silent, at)
                .with(|complaint| complaint.silent_at = Some(since))
                .saying(way_to_court());
            (moved, SILENCE)
        };
        Some(moved.telling_at(ComplaintStage::Decided, since, Some(outcome)))
    }
}

#[cfg(test)]
mod tests;
