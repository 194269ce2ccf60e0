//! An officer takes an application; from then on only that account records checks and refuses.
//! It never takes an application away from another account.

use std::sync::Arc;

use sea_orm::DatabaseConnection;
use serde_json::json;

use crate::{
    application::{
        Objection, Office, Stage,
        addressed::{Address, Addressed, require_stage},
        fact::act,
        model::{Application, Step},
        wire,
    },
    authz::{Permit, TakeApplication},
    kernel::Moment,
    pb::registry::v1 as pb,
    rpc::Malformed,
    store::{Changes, Command, RequestKey, StoreFault},
};

/// Where an officer works on an application.
pub(super) const IN_WORK: &[Stage] = &[Stage::InReview, Stage::AwaitingSignature];

/// The command to take an application.
pub(super) struct Take(Addressed<TakeApplication>);

impl Take {
    pub(super) fn parse(
        office: Arc<Office>,
        permit: Permit<TakeApplication>,
        message: &pb::TakeApplicationRequest,
    ) -> Result<Self, Malformed> {
        let address = Address {
            request_id: &message.request_id,
            application_id: &message.application_id,
            etag: &message.etag,
        };
        Addressed::only(office, permit, message, &address).map(Self)
    }
}

/// The application must be taken, and by this account.
pub(super) fn require_taken(application: &Application, account: &str) -> Result<(), Objection> {
    match application.officer.as_deref() {
        Some(officer) if officer == account => Ok(()),
        Some(_) => Err(Objection::TakenByAnother),
        None => Err(Objection::NotTaken),
    }
}

impl Command for Take {
    type Loaded = Option<Application>;
    type Decided = Step;
    type Refusal = Objection;
    type Answer = pb::TakeApplicationResponse;

    fn request(&self) -> Option<&RequestKey> {
        Some(&self.0.request)
    }

    async fn load(
        &self,
        reads: &DatabaseConnection,
        _moment: Moment,
    ) -> Result<Self::Loaded, StoreFault> {
        self.0.load(reads).await
    }

    fn decide(&self, loaded: Self::Loaded, moment: Moment) -> Result<Step, Objection> {
        let application = self.0.checked(loaded)?;
        require_stage(&application, IN_WORK)?;
        let account = self.0.permit.caller().name.as_str();
        if application
            .officer
            .as_ref()
            .is_some_and(|officer| officer != account)
        {
            return Err(Objection::TakenByAnother);
        }
        Ok(Step::of(application, moment.instant)
            .with(|application| application.officer = Some(account.to_owned())))
    }

    fn changes(&self, step: &Step) -> Result<Changes, StoreFault> {
        let body = json!({ "application_number": step.application.number });
        let fact = act(step.application.id, "application_taken", &body);
        Ok(self.0.changes(step)?.facts([fact]))
    }

    fn answer(&self, step: Step) -> pb::TakeApplicationResponse {
        pb::TakeApplicationResponse {
            application: Some(wire::application(step.application)),
            replayed: false,
        }
    }
}
