//! An officer records what a machine cannot tell (cl. 8(1), O-20).
//! It never overrides what the register itself holds.

use std::sync::Arc;

use super::{
    acts::Act,
    take::{IN_WORK, require_taken},
};
use crate::{
    application::{
        Objection, Office, Stage,
        addressed::{Address, Addressed, require_stage},
        checks::{self, CheckCode, Outcome, Verdict},
        model::{Application, Step},
        stepping::Stepping,
    },
    authz::{Permit, RecordCheck as RecordCheckAction},
    kernel::{Localized, Moment},
    pb::registry::v1 as pb,
    rpc::{FieldErrors, Malformed},
    store::{Changes, StoreFault},
};

const NOTE_CHARACTERS_MAX: usize = 1000;

/// The command to record a check.
pub(super) struct RecordCheck {
    addressed: Addressed<RecordCheckAction>,
    check: CheckCode,
    outcome: Outcome,
    note: Option<Localized>,
}

impl RecordCheck {
    pub(super) fn parse(
        office: Arc<Office>,
        permit: Permit<RecordCheckAction>,
        message: &pb::RecordCheckRequest,
    ) -> Result<Self, Malformed> {
        let mut errors = FieldErrors::new();
        let address = Address {
            request_id: &message.request_id,
            id: &message.application_id,
            etag: &message.etag,
        };
        let addressed = Addressed::parse(office, permit, message, &address, &mut errors);
        let check = errors.required("check", &message.check, CheckCode::parse);
        let outcome = outcome(message, &mut errors);
        let note = message
            .note
            .as_ref()
            .and_then(|note| errors.localized::<NOTE_CHARACTERS_MAX>("note", Some(note)));
        if outcome == Some(Outcome::Failed) && message.note.is_none() {
            errors.missing("note");
        }
        match (addressed, check, outcome) {
            (Some(addressed), Some(check), Some(outcome)) => errors.into_result(Self {
                addressed,
                check,
                outcome,
                note,
            }),
            _ => Err(errors.into_malformed()),
        }
    }
}

fn outcome(message: &pb::RecordCheckRequest, errors: &mut FieldErrors) -> Option<Outcome> {
    match pb::CheckOutcome::try_from(message.outcome) {
        Ok(pb::CheckOutcome::Passed) => Some(Outcome::Passed),
        Ok(pb::CheckOutcome::Failed) => Some(Outcome::Failed),
        Ok(pb::CheckOutcome::NotApplicable) => Some(Outcome::NotApplicable),
        Ok(pb::CheckOutcome::Unspecified) => {
            errors.missing("outcome");
            None
        }
        Ok(pb::CheckOutcome::NeedsOfficer) | Err(_) => {
            errors.add("outcome", "must be PASSED, FAILED or NOT_APPLICABLE");
            None
        }
    }
}

impl Stepping for RecordCheck {
    type Action = RecordCheckAction;
    type Told = pb::RecordCheckResponse;

    fn addressed(&self) -> &Addressed<RecordCheckAction> {
        &self.addressed
    }

    fn step(&self, application: Application, moment: Moment) -> Result<Step, Objection> {
        require_stage(&application, IN_WORK)?;
        let caller = self.addressed.permit.caller();
        require_taken(&application, caller.name.as_str())?;
        let office = &self.addressed.office;
        let rules = office.rules_of(&application)?;
        let recorded = checks::Recorded {
            procedure: application.procedure,
            form: application.form,
            check: self.check,
            outcome: self.outcome,
            note: self.note.clone(),
            officer: caller.name.to_string(),
            at: moment.instant,
        };
        let findings = checks::recorded(&application.findings, &recorded, &rules)
            .map_err(|checks::NotOfficers| Objection::NotOfficersCheck)?;
        let all_passed = checks::verdict(&findings) == Verdict::AllPassed;
        let is_confirmed =
            application.is_confirmed_by_officer(&*office.decider(&application.provider_id)?);
        let stage = application.stage;
        let post = officer_post();
        let step = Step::of(application, moment.instant)
            .with(|application| application.findings = findings);
        Ok(match (stage, all_passed) {
            (Stage::InReview, true) if !is_confirmed => {
                step.reach_by(Stage::AwaitingSignature, &post)
            }
            (Stage::AwaitingSignature, false) => step.reach_by(Stage::InReview, &post),
            _ => step,
        })
    }

    fn beside(&self, step: &Step, changes: Changes) -> Result<Changes, StoreFault> {
        let act = Act::CheckRecorded {
            check: self.check,
            outcome: self.outcome,
            note: self.note.as_ref(),
        };
        act.keep(&self.addressed, step, changes)
    }

    fn told(application: pb::Application) -> pb::RecordCheckResponse {
        pb::RecordCheckResponse {
            application: Some(application),
            replayed: false,
        }
    }
}

/// The post of whoever reviews for the provider.
pub(crate) fn officer_post() -> Localized {
    Localized::of(
        "Көрсетілетін қызметті берушінің қызметшісі",
        "Служащий услугодателя",
        "Officer of the service provider",
    )
}
