//! An officer takes an application; from then on only that account records checks and refuses.
//! It never takes an application away from another account.

use std::sync::Arc;

use super::acts::Act;
use crate::{
    application::{
        Objection, Office, Stage,
        addressed::{Address, Addressed, require_stage},
        model::{Application, Step},
        stepping::Stepping,
    },
    authz::{Permit, TakeApplication},
    kernel::Moment,
    pb::registry::v1 as pb,
    rpc::Malformed,
    store::{Changes, StoreFault},
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
            id: &message.application_id,
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

impl Stepping for Take {
    type Action = TakeApplication;
    type Told = pb::TakeApplicationResponse;

    fn addressed(&self) -> &Addressed<TakeApplication> {
        &self.0
    }

    fn step(&self, application: Application, moment: Moment) -> Result<Step, Objection> {
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

    fn beside(&self, step: &Step, changes: Changes) -> Result<Changes, StoreFault> {
        Act::Taken.keep(&self.0, step, changes)
    }

    fn told(application: pb::Application) -> pb::TakeApplicationResponse {
        pb::TakeApplicationResponse {
            application: Some(application),
            replayed: false,
        }
    }
}
