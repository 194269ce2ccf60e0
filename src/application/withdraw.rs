//! Withdrawal by the cooperative before the decision (O-71).
//! It never takes back what was decided.

use std::sync::Arc;

use super::{
    Office,
    addressed::{Address, Addressed, require_stage},
    model::{Application, Step},
    objection::Objection,
    stage::Stage,
    stepping::Stepping,
};
use crate::{
    authz::{Permit, WithdrawApplication},
    kernel::Moment,
    pb::registry::v1 as pb,
    rpc::Malformed,
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
            id: &message.application_id,
            etag: &message.etag,
        };
        Addressed::only(office, permit, message, &address).map(Self)
    }
}

impl Stepping for Withdraw {
    type Action = WithdrawApplication;
    type Told = pb::WithdrawApplicationResponse;

    fn addressed(&self) -> &Addressed<WithdrawApplication> {
        &self.0
    }

    fn step(&self, application: Application, moment: Moment) -> Result<Step, Objection> {
        require_stage(&application, UNDECIDED)?;
        Ok(Step::of(application, moment.instant).reach(Stage::Withdrawn))
    }

    fn told(application: pb::Application) -> pb::WithdrawApplicationResponse {
        pb::WithdrawApplicationResponse {
            application: Some(application),
            replayed: false,
        }
    }
}
