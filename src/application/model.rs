//! An application and how it moves: every change is a [`Step`] from one version to the next.
//! It never does input or output, and never moves without saying which stage was reached.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::{
    checks::Finding,
    form::Form,
    procedure::Procedure,
    refusal::RefusalGround,
    stage::{ComplaintStage, Stage, StageCode},
};
use crate::{
    kernel::{ApplicationId, Bin, DocumentId, EntryId, Localized},
    provider::{ContractDecision, Provider},
};

/// An application, without what was filed with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Application {
    /// Its id.
    pub id: ApplicationId,
    /// Its number for people.
    pub number: String,
    /// Grows with every change.
    pub version: i64,
    /// Where it stands.
    pub stage: Stage,
    /// How many stages and marks it has had: the sequence of the last one.
    pub stage_count: i32,
    /// What is asked for.
    pub procedure: Procedure,
    /// In which form it was filed.
    pub form: Form,
    /// Who decides.
    pub provider_id: String,
    /// The service recipient.
    pub cooperative: Bin,
    /// Name of the caller that filed it.
    pub filed_by: String,
    /// Identity of the share.
    pub share_key: String,
    /// Identity of the document that is to be registered: of an agreement BIN, number and date (C21).
    pub agreement_key: String,
    /// SHA-256 of the signed bytes, hexadecimal.
    pub agreement_sha256: String,
    /// The scan, for a copy.
    pub document: Option<DocumentId>,
    /// The refused application that this one repeats (cl. 10).
    pub refused_application: Option<ApplicationId>,
    /// When it was stored.
    pub received_at: DateTime<Utc>,
    /// When it was, or will be, registered (cl. 7, D-1).
    pub registered_at: DateTime<Utc>,
    /// When its refusal was annulled, so that it is decided anew in a term of its own (cl. 14).
    pub reopened_at: Option<DateTime<Utc>>,
    /// When the decision is due (cl. 8, D-3).
    pub due_at: DateTime<Utc>,
    /// From when on it is near its due moment.
    pub near_due_at: DateTime<Utc>,
    /// The calendar by which these were reckoned (I-5).
    pub calendar_version: String,
    /// It was marked as near its due moment; what is overdue was near it before.
    pub near_due: bool,
    /// The due moment passed without a decision (D-22).
    pub overdue: bool,
    /// Filed late (D-8).
    pub filed_late: bool,
    /// The account that took it.
    pub officer: Option<String>,
    /// When the automatic checks last ran.
    pub checked_at: Option<DateTime<Utc>>,
    /// What the checks found.
    pub findings: Vec<Finding>,
    /// The refusal.
    pub refusal: Option<DecidedRefusal>,
    /// When it was granted or refused.
    pub decided_at: Option<DateTime<Utc>>,
    /// The register entry: that it led to, or that it is to change.
    pub entry: Option<EntryId>,
    /// The duty to hand the extract over.
    pub handover: Option<Handover>,
}

/// How near an undecided application is to its due moment: for the provider, and no stage of the law.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DueMark {
    /// There is time.
    OnTime,
    /// So few working minutes are left as its provider wants to be warned of.
    NearDue,
    /// The due moment passed (D-22).
    Overdue,
}

impl DueMark {
    /// Every mark, in the order in which they are reached.
    pub const ALL: [Self; 3] = [Self::OnTime, Self::NearDue, Self::Overdue];
}

/// A refusal as it was decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecidedRefusal {
    /// The grounds.
    pub grounds: Vec<RefusalGround>,
    /// The whole text.
    pub text: Localized,
}

/// The duty to hand the extract over in person (cl. 11, D-15).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handover {
    /// Why mail did not do.
    pub reason: HandoverReason,
    /// Since when the cooperative knows.
    pub known_at: DateTime<Utc>,
    /// When it is due.
    pub due_at: DateTime<Utc>,
    /// When it was done.
    pub handed_over_at: Option<DateTime<Utc>>,
    /// The term passed before it was confirmed.
    pub overdue: bool,
}

impl Handover {
    /// When it becomes overdue, if it is not confirmed before; none once it is.
    pub fn overdue_at(&self) -> Option<DateTime<Utc>> {
        just_after(self.due_at).filter(|_| !self.overdue)
    }
}

/// Why the extract is handed over in person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HandoverReason {
    /// The agreement says that the shareholder has no e-mail.
    NoEmail,
    /// Every attempt to deliver failed.
    DeliveryFailed,
}

impl HandoverReason {
    /// The name in the store.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoEmail => "NO_EMAIL",
            Self::DeliveryFailed => "DELIVERY_FAILED",
        }
    }

    /// Finds the reason of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::NoEmail, Self::DeliveryFailed]
            .into_iter()
            .find(|reason| reason.code() == code)
    }
}

/// A stage or mark that was reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reached {
    /// Which.
    pub code: StageCode,
    /// Its number within the application.
    pub sequence: i32,
    /// When.
    pub at: DateTime<Utc>,
    /// Post of the official who acted; `None` for the system and the cooperative.
    pub official: Option<Localized>,
    /// The mark as it stood then.
    pub overdue: bool,
    /// The complaint, if something became of one.
    pub complaint: Option<Complained>,
}

/// What a stage tells of a complaint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complained {
    /// Its number.
    pub number: String,
    /// When the next act on it is due; none once it is closed.
    pub due_at: Option<DateTime<Utc>>,
    /// What was decided; none before.
    pub outcome: Option<&'static str>,
}

/// A change of an application from one version to the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The version that was changed; 0 for a new application.
    pub version_before: i64,
    /// The application as it is to be.
    pub application: Application,
    /// The stages and marks reached, in order.
    pub reached: Vec<Reached>,
    /// When the change takes place.
    pub at: DateTime<Utc>,
}

impl Step {
    /// Begins a change. Whatever befalls an application whose due moment has passed, it is marked first:
    /// no decision is quicker than the mark (D-22).
    pub fn of(application: Application, at: DateTime<Utc>) -> Self {
        let version_before = application.version;
        let overdue_at = application
            .overdue_at()
            .filter(|overdue_at| *overdue_at <= at);
        let application = Application {
            version: version_before.saturating_add(1),
            ..application
        };
        let step = Self {
            version_before,
            application,
            reached: Vec::new(),
            at,
        };
        match overdue_at {
            Some(overdue_at) => step.mark_overdue(overdue_at),
            None => step,
        }
    }

    /// Changes what is no stage.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Application)) -> Self {
        change(&mut self.application);
        self
    }

    /// Reaches a stage; the system or the cooperative acts.
    #[must_use]
    pub fn reach(self, stage: Stage) -> Self {
        let at = self.at;
        self.reach_at(stage, at)
    }

    /// Reaches a stage at its legal moment, even if the change is made later.
    #[must_use]
    pub fn reach_at(self, stage: Stage, at: DateTime<Utc>) -> Self {
        self.reached(StageCode::Reached(stage), at, None, None)
    }

    /// Tells what became of a complaint; the application stays where it is.
    #[must_use]
    pub fn complain(
        self,
        stage: ComplaintStage,
        at: DateTime<Utc>,
        official: Option<&Localized>,
        complaint: Complained,
    ) -> Self {
        let code = StageCode::Complaint(stage);
        self.reached(code, at, official.cloned(), Some(complaint))
    }

    /// Reaches a stage by the act of an official.
    #[must_use]
    pub fn reach_by(self, stage: Stage, post: &Localized) -> Self {
        let at = self.at;
        self.reached(StageCode::Reached(stage), at, Some(post.clone()), None)
    }

    /// Marks the application as near its due moment; nobody but the provider is told.
    #[must_use]
    pub const fn mark_near_due(mut self) -> Self {
        self.application.near_due = true;
        self
    }

    /// Marks the hand-over as overdue; nobody but who looks at the application is told.
    #[must_use]
    pub const fn mark_handover_overdue(mut self) -> Self {
        if let Some(handover) = &mut self.application.handover {
            handover.overdue = true;
        }
        self
    }

    /// Marks the application overdue, as of the moment it became so; its stage stays (D-22).
    fn mark_overdue(mut self, at: DateTime<Utc>) -> Self {
        self.application.near_due = true;
        self.application.overdue = true;
        self.reached(StageCode::Overdue, at, None, None)
    }

    /// States the stage once more, because something changed that is told with it.
    #[must_use]
    pub fn restate(self) -> Self {
        let (stage, at) = (self.application.stage, self.at);
        self.reached(StageCode::Reached(stage), at, None, None)
    }

    fn reached(
        mut self,
        code: StageCode,
        at: DateTime<Utc>,
        official: Option<Localized>,
        complaint: Option<Complained>,
    ) -> Self {
        let application = &mut self.application;
        application.stage_count = application.stage_count.saturating_add(1);
        if let StageCode::Reached(stage) = code {
            application.stage = stage;
        }
        self.reached.push(Reached {
            code,
            sequence: application.stage_count,
            at,
            official,
            overdue: application.overdue,
            complaint,
        });
        self
    }
}

/// What is done at a due moment is in time, the next microsecond is late.
pub(crate) fn just_after(due_at: DateTime<Utc>) -> Option<DateTime<Utc>> {
    due_at.checked_add_signed(TimeDelta::microseconds(1))
}

impl Application {
    /// The version as it is sent to clients.
    pub fn etag(&self) -> String {
        format!("\"{}\"", self.version)
    }

    /// When the term of its decision begins.
    pub fn term_begins_at(&self) -> DateTime<Utc> {
        self.reopened_at.unwrap_or(self.registered_at)
    }

    /// Whether an officer must confirm it when it passed every check, before it awaits the signature.
    pub fn is_confirmed_by_officer(&self, provider: &Provider) -> bool {
        match (self.form, provider.contract_decision) {
            (Form::ElectronicContract, ContractDecision::Officer) => true,
            (Form::ElectronicContract, ContractDecision::Automatic) | (Form::ElectronicCopy, _) => {
                false
            }
        }
    }

    /// Whether only the officer who has it may refuse it: whatever an officer decides on.
    pub fn is_officers(&self, provider: &Provider) -> bool {
        self.form == Form::ElectronicCopy || self.is_confirmed_by_officer(provider)
    }

    /// Its mark, while it is undecided.
    pub const fn due_mark(&self) -> Option<DueMark> {
        match (self.is_undecided(), self.overdue, self.near_due) {
            (false, _, _) => None,
            (true, true, _) => Some(DueMark::Overdue),
            (true, false, true) => Some(DueMark::NearDue),
            (true, false, false) => Some(DueMark::OnTime),
        }
    }

    /// When its mark changes next.
    pub fn next_mark_at(&self) -> Option<DateTime<Utc>> {
        if self.stage == Stage::HandoverPending {
            return self.handover.as_ref().and_then(Handover::overdue_at);
        }
        let near_due_at = Some(self.near_due_at).filter(|_| !self.near_due);
        self.overdue_at()
            .map(|overdue_at| near_due_at.unwrap_or(overdue_at))
    }

    /// When it becomes overdue, if it is not decided before. None once it is, or can be no more.
    fn overdue_at(&self) -> Option<DateTime<Utc>> {
        just_after(self.due_at).filter(|_| self.is_running() && !self.overdue)
    }

    /// Whether it is registered, and the decision is still to be made.
    const fn is_running(&self) -> bool {
        self.is_undecided() && !matches!(self.stage, Stage::Received)
    }

    /// Whether the decision is still to be made.
    pub const fn is_undecided(&self) -> bool {
        match self.stage {
            Stage::Received | Stage::Registered | Stage::InReview | Stage::AwaitingSignature => {
                true
            }
            Stage::Granted
            | Stage::Refused
            | Stage::ExtractSent
            | Stage::HandoverPending
            | Stage::ExtractHandedOver
            | Stage::Withdrawn => false,
        }
    }
}
