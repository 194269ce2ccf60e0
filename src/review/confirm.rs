//! An officer confirms that nothing stands in the way of a grant, where the provider lets an officer
//! decide on contracts (cl. 8(2), 9). It never grants: the head signs (O-52).

use std::sync::Arc;

use super::{acts::Act, record_check::officer_post, take::require_taken};
use crate::{
    application::{
        Objection, Office, Stage,
        addressed::{Address, Addressed, require_stage},
        checks,
        model::{Application, Step},
        stepping::Stepping,
    },
    authz::{ConfirmReview, Permit},
    kernel::Moment,
    pb::registry::v1 as pb,
    rpc::Malformed,
    store::{Changes, StoreFault},
};

/// The command to confirm a review.
pub(super) struct Confirm(Addressed<ConfirmReview>);

impl Confirm {
    pub(super) fn parse(
        office: Arc<Office>,
        permit: Permit<ConfirmReview>,
        message: &pb::ConfirmReviewRequest,
    ) -> Result<Self, Malformed> {
        let address = Address {
            request_id: &message.request_id,
            id: &message.application_id,
            etag: &message.etag,
        };
        Addressed::only(office, permit, message, &address).map(Self)
    }
}

impl Stepping for Confirm {
    type Action = ConfirmReview;
    type Told = pb::ConfirmReviewResponse;

    fn addressed(&self) -> &Addressed<ConfirmReview> {
        &self.0
    }

    /// Whatever the provider has set by now: what waits for an officer goes on by one.
    fn step(&self, application: Application, moment: Moment) -> Result<Step, Objection> {
        require_stage(&application, &[Stage::InReview])?;
        require_taken(&application, self.0.permit.caller().name.as_str())?;
        let unmet = checks::unmet(&application.findings);
        if !unmet.is_empty() {
            return Err(Objection::ChecksNotPassed(unmet));
        }
        Ok(Step::of(application, moment.instant)
            .reach_by(Stage::AwaitingSignature, &officer_post()))
    }

    fn beside(&self, step: &Step, changes: Changes) -> Result<Changes, StoreFault> {
        Act::Confirmed.keep(&self.0, step, changes)
    }

    fn told(application: pb::Application) -> pb::ConfirmReviewResponse {
        pb::ConfirmReviewResponse {
            application: Some(application),
            replayed: false,
        }
    }
}
