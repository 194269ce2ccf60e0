//! A complaint is withdrawn before the decision, by the account that filed it: a cooperative does not silence its
//! shareholder. It never takes back what was decided.

use std::sync::Arc;

use sea_orm::DatabaseConnection;

use super::{
    addressed::{Address, Addressed, Decided, Loaded, Standing, require_state},
    codes::{Act, State},
    model::Moved,
    moving::{Moving, told},
};
use crate::{
    application::{Objection, Office},
    authz::{Permit, WithdrawComplaint},
    kernel::Moment,
    pb::registry::v1 as pb,
    rpc::Malformed,
    store::StoreFault,
};

/// Where a complaint is undecided.
const OPEN: &[State] = &[State::Received, State::Registered, State::Forwarded];

/// The command to withdraw a complaint.
pub(super) struct Withdraw(Addressed<WithdrawComplaint>);

impl Withdraw {
    pub(super) fn parse(
        office: Arc<Office>,
        permit: Permit<WithdrawComplaint>,
        message: &pb::WithdrawComplaintRequest,
    ) -> Result<Self, Malformed> {
        let address = Address {
            request_id: &message.request_id,
            id: &message.complaint_id,
            etag: &message.etag,
        };
        Addressed::only(office, permit, message, &address).map(Self)
    }
}

impl Moving for Withdraw {
    type Action = WithdrawComplaint;
    type Told = pb::WithdrawComplaintResponse;
    type Beside = ();

    fn addressed(&self) -> &Addressed<WithdrawComplaint> {
        &self.0
    }

    async fn beside(&self, _: &DatabaseConnection, _: &Loaded) -> Result<(), StoreFault> {
        Ok(())
    }

    fn moved(&self, standing: Standing, (): (), moment: Moment) -> Result<Decided, Objection> {
        let Standing { complaint, step } = standing;
        if complaint.filed_by != self.0.permit.caller().name.as_str() {
            return Err(Objection::NotVisible);
        }
        require_state(&complaint, OPEN)?;
        let moved = Moved::by(complaint, Act::Withdrawn, moment.instant)
            .to(State::Withdrawn)
            .telling_withdrawn();
        Ok(Decided::of(moved, step, None))
    }

    told!(WithdrawComplaintResponse);
}
