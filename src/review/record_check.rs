//! An officer records what a machine cannot tell (cl. 8(1), O-20).
//! It never overrides what the register itself holds.

use std::sync::Arc;

use sea_orm::DatabaseConnection;
use serde_json::json;

use super::take::{IN_WORK, require_taken};
use crate::{
    application::{
        Objection, Office, Stage,
        addressed::{Address, Addressed, require_stage},
        checks::{self, CheckCode, Outcome, Verdict},
        fact::act,
        model::{Application, Step},
        wire,
    },
    authz::{Permit, RecordCheck as RecordCheckAction},
    kernel::{Localized, Moment},
    pb::registry::v1 as pb,
    rpc::{FieldErrors, Malformed},
    store::{Changes, Command, RequestKey, StoreFault},
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
            application_id: &message.application_id,
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

impl Command for RecordCheck {
    type Loaded = Option<Application>;
    type Decided = Step;
    type Refusal = Objection;
    type Answer = pb::RecordCheckResponse;

    fn request(&self) -> Option<&RequestKey> {
        Some(&self.addressed.request)
    }

    async fn load(
        &self,
        reads: &DatabaseConnection,
        _moment: Moment,
    ) -> Result<Self::Loaded, StoreFault> {
        self.addressed.load(reads).await
    }

    fn decide(&self, loaded: Self::Loaded, moment: Moment) -> Result<Step, Objection> {
        let application = self.addressed.checked(loaded)?;
        require_stage(&application, IN_WORK)?;
        let caller = self.addressed.permit.caller();
        require_taken(&application, caller.name.as_str())?;
        let recorded = checks::Recorded {
            procedure: application.procedure,
            form: application.form,
            check: self.check,
            outcome: self.outcome,
            note: self.note.clone(),
            officer: caller.name.to_string(),
            at: moment.instant,
        };
        let findings = checks::recorded(
            &application.findings,
            &recorded,
            &self.addressed.office.rules,
        )
        .map_err(|checks::NotOfficers| Objection::NotOfficersCheck)?;
        let all_passed = checks::verdict(&findings) == Verdict::AllPassed;
        let stage = application.stage;
        let post = officer_post();
        let step = Step::of(application, moment.instant)
            .with(|application| application.findings = findings);
        Ok(match (stage, all_passed) {
            (Stage::InReview, true) => step.reach_by(Stage::AwaitingSignature, &post),
            (Stage::AwaitingSignature, false) => step.reach_by(Stage::InReview, &post),
            _ => step,
        })
    }

    fn changes(&self, step: &Step) -> Result<Changes, StoreFault> {
        let body = json!({
            "application_number": step.application.number,
            "check": self.check.code(),
            "outcome": self.outcome.code(),
        });
        let fact = act(step.application.id, "check_recorded", &body);
        Ok(self.addressed.changes(step)?.facts([fact]))
    }

    fn answer(&self, step: Step) -> pb::RecordCheckResponse {
        pb::RecordCheckResponse {
            application: Some(wire::application(step.application)),
            replayed: false,
        }
    }
}

/// The post of whoever reviews for the provider.
pub(super) fn officer_post() -> Localized {
    Localized::of(
        "Көрсетілетін қызметті берушінің қызметшісі",
        "Служащий услугодателя",
        "Officer of the service provider",
    )
}
