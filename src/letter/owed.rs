//! Whom the shareholder's extract is owed by: an application that was granted, a correction that was made,
//! or a case in court that annulled the entry. Each ends with the letter, or with the hand-over by the cooperative (cl. 11, D-15; APPK 82).
//! It never sends anything.

use chrono::{DateTime, Utc};
use sea_orm::DatabaseConnection;
use uuid::Uuid;

use crate::{
    application::{
        Objection, Office, Stage,
        addressed::step_changes,
        handover,
        model::{Application, HandoverReason, Step},
        rows::application_by_id,
    },
    correction::{self, Correction, Moved},
    court::{self, CourtCase},
    kernel::{ApplicationId, CorrectionId, CourtCaseId, Moment},
    store::{Changes, Origin, StoreFault},
};

/// Who owes an extract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Debtor {
    /// An application.
    Application(ApplicationId),
    /// A correction.
    Correction(CorrectionId),
    /// A case in court.
    CourtCase(CourtCaseId),
}

/// What owes an extract, as it stands.
#[derive(Clone, Debug)]
pub(crate) enum Owed {
    /// An application.
    Application(Box<Application>),
    /// A correction.
    Correction(Box<Correction>),
    /// A case in court.
    CourtCase(Box<CourtCase>),
}

/// What becomes of it when the extract has left, or has to be handed over.
#[derive(Clone, Debug)]
pub(crate) enum Ended {
    /// Of an application.
    Application(Box<Step>),
    /// Of a correction.
    Correction(Box<Moved>),
    /// Of a case in court.
    CourtCase(Box<court::Moved>),
}

impl Debtor {
    /// The one of a row that names an application, and a correction or a case in court if it is of one.
    pub(crate) fn of(
        application: Uuid,
        correction: Option<Uuid>,
        court_case: Option<Uuid>,
    ) -> Self {
        match (correction, court_case) {
            (None, None) => Self::Application(application.into()),
            (Some(correction), _) => Self::Correction(correction.into()),
            (None, Some(case)) => Self::CourtCase(case.into()),
        }
    }

    /// By this its letters are told from all others.
    pub(crate) const fn id(self) -> Uuid {
        match self {
            Self::Application(id) => id.get(),
            Self::Correction(id) => id.get(),
            Self::CourtCase(id) => id.get(),
        }
    }

    /// What a row of a letter says of a correction besides.
    pub(super) const fn correction(self) -> Option<Uuid> {
        match self {
            Self::Application(_) | Self::CourtCase(_) => None,
            Self::Correction(id) => Some(id.get()),
        }
    }

    /// What it says of a case in court.
    pub(super) const fn court_case(self) -> Option<Uuid> {
        match self {
            Self::Application(_) | Self::Correction(_) => None,
            Self::CourtCase(id) => Some(id.get()),
        }
    }

    /// Reads how it stands.
    pub(crate) async fn load(self, reads: &DatabaseConnection) -> Result<Option<Owed>, StoreFault> {
        Ok(match self {
            Self::Application(id) => application_by_id(reads, id)
                .await?
                .map(|application| Owed::Application(Box::new(application))),
            Self::Correction(id) => correction::rows::correction_by_id(reads, id)
                .await?
                .map(|correction| Owed::Correction(Box::new(correction))),
            Self::CourtCase(id) => court::rows::case_by_id(reads, id)
                .await?
                .map(|case| Owed::CourtCase(Box::new(case))),
        })
    }
}

impl Owed {
    /// Whether the extract is still awaited.
    pub(crate) fn is_open(&self) -> bool {
        match self {
            Self::Application(application) => application.stage == Stage::Granted,
            Self::Correction(correction) => correction.awaits_extract(),
            Self::CourtCase(case) => case.awaits_extract(),
        }
    }

    /// Who it is.
    pub(crate) fn debtor(&self) -> Debtor {
        match self {
            Self::Application(application) => Debtor::Application(application.id),
            Self::Correction(correction) => Debtor::Correction(correction.id),
            Self::CourtCase(case) => Debtor::CourtCase(case.id),
        }
    }

    /// The letter left.
    pub(super) fn sent(self, at: DateTime<Utc>) -> Ended {
        match self {
            Self::Application(application) => {
                let step = Step::of(*application, at).reach(Stage::ExtractSent);
                Ended::Application(Box::new(step))
            }
            Self::Correction(correction) => Ended::Correction(Box::new(correction.sent(at))),
            Self::CourtCase(case) => Ended::CourtCase(Box::new(case.sent(at))),
        }
    }

    /// The cooperative is to hand the extract over.
    pub(crate) fn handed_on(
        self,
        office: &Office,
        reason: HandoverReason,
        moment: Moment,
    ) -> Result<Ended, Objection> {
        match self {
            Self::Application(application) => {
                let step = handover::begin(office, *application, reason, moment)?;
                Ok(Ended::Application(Box::new(step)))
            }
            Self::Correction(correction) => {
                let handover = handover::duty(office, reason, moment)?;
                let moved = correction.handed_on(handover, moment.instant);
                Ok(Ended::Correction(Box::new(moved)))
            }
            Self::CourtCase(case) => {
                let handover = handover::duty(office, reason, moment)?;
                let moved = case.handed_on(handover, moment.instant);
                Ok(Ended::CourtCase(Box::new(moved)))
            }
        }
    }
}

impl Ended {
    /// The rows and facts of it.
    pub(crate) fn changes(&self, office: &Office, origin: Origin) -> Result<Changes, StoreFault> {
        match self {
            Self::Application(step) => step_changes(office, step, origin),
            Self::Correction(moved) => correction::moved_changes(moved, origin),
            Self::CourtCase(moved) => Ok(court::moved_changes(moved, origin)),
        }
    }
}
