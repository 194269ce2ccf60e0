//! Withdrawal by the cooperative before the decision (O-71).
//! It never takes back what was decided.

use std::sync::Arc;

use sea_orm::DatabaseConnection;

use super::{
    Office,
    addressed::{Address, Addressed, require_stage},
    model::{Application, Step},
    objection::Objection,
    stage::Stage,
    wire,
};
use crate::{
    authz::{Permit, WithdrawApplication},
    kernel::Moment,
    pb::registry::v1 as pb,
    rpc::Malformed,
    store::{Changes, Command, RequestKey, StoreFault},
};

/// Where an application is undecided.
const UNDECIDED: &[Stage] = &[
    Stage::Received,
    Stage::Registered,
    Stage::InReview,
    Stage::AwaitingSignature,
];

/// The command to withdraw an application.
pub(crate) struct Withdraw(Addressed<WithdrawApplication>);

impl Withdraw {
    pub(crate) fn parse(
        office: Arc<Office>,
        permit: Permit<WithdrawApplication>,
        message: &pb::WithdrawApplicationRequest,
    ) -> Result<Self, Malformed> {
        let address = Address {
            request_id: &message.request_id,
            application_id: &message.application_id,
            etag: &message.etag,
        };
        Addressed::only(office, permit, message, &address).map(Self)
    }
}

impl Command for Withdraw {
    type Loaded = Option<Application>;
    type Decided = Step;
    type Refusal = Objection;
    type Answer = pb::WithdrawApplicationResponse;

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
        require_stage(&application, UNDECIDED)?;
        Ok(Step::of(application, moment.instant).reach(Stage::Withdrawn))
    }

    fn changes(&self, step: &Step) -> Result<Changes, StoreFault> {
        self.0.changes(step)
    }

    fn answer(&self, step: Step) -> pb::WithdrawApplicationResponse {
        pb::WithdrawApplicationResponse {
            application: Some(wire::application(step.application)),
            replayed: false,
        }
    }
}
