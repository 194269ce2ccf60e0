//! A complaint goes on, with the case, to the reviewing body that it is addressed to (cl. 14; O-38, D-16).
//! It never goes to a body that nobody named, and never twice.

use std::sync::Arc;

use sea_orm::DatabaseConnection;

use super::{
    addressed::{
        Address, Addressed, Decided, Loaded, Standing, is_visible, post_of, require_state,
    },
    codes::{Act, Addressee, State},
    model::{Complaint, Forwarding, Moved},
    moving::{Moving, told},
    terms,
};
use crate::{
    application::{ComplaintStage, Objection, Office},
    authz::{ForwardComplaint, Permit},
    case_file,
    kernel::{Bin, Moment},
    pb::registry::v1 as pb,
    provider::Provider,
    rpc::Malformed,
    store::StoreFault,
};

/// The command to forward a complaint.
pub(super) struct Forward(Addressed<ForwardComplaint>);

impl Forward {
    pub(super) fn parse(
        office: Arc<Office>,
        permit: Permit<ForwardComplaint>,
        message: &pb::ForwardComplaintRequest,
    ) -> Result<Self, Malformed> {
        let address = Address {
            request_id: &message.request_id,
            id: &message.complaint_id,
            etag: &message.etag,
        };
        Addressed::only(office, permit, message, &address).map(Self)
    }

    /// The body that reviews it; none for what the provider decides itself.
    fn reviewer(&self, complaint: &Complaint, provider: &Provider) -> Result<Bin, Objection> {
        let named = match complaint.addressee {
            Addressee::Provider => return Err(Objection::AddressedOtherwise),
            Addressee::HigherBody => provider.higher_body_bin.clone(),
            Addressee::QualityAuthority => self.0.office.quality_authority.clone(),
        };
        named.ok_or(Objection::ReviewingBodyUnknown)
    }
}

impl Moving for Forward {
    type Action = ForwardComplaint;
    type Told = pb::ForwardComplaintResponse;
    /// The hash of the case file that goes with it.
    type Beside = Option<String>;

    fn addressed(&self) -> &Addressed<ForwardComplaint> {
        &self.0
    }

    async fn beside(
        &self,
        _: &DatabaseConnection,
        loaded: &Loaded,
    ) -> Result<Option<String>, StoreFault> {
        let (office, permit) = (&self.0.office, &self.0.permit);
        let complaint = &loaded.complaint;
        // What will be refused makes nothing: not even a case file that nobody is given.
        let is_shown = is_visible(complaint, &permit.scope(), office);
        if !is_shown || complaint.state != State::Registered {
            return Ok(None);
        }
        let by = permit.caller().name.as_str();
        let kept = case_file::keep(office, &loaded.application, by);
        Box::pin(kept).await.map(Some)
    }

    fn moved(
        &self,
        standing: Standing,
        case_file_sha256: Option<String>,
        moment: Moment,
    ) -> Result<Decided, Objection> {
        let Standing { complaint, step } = standing;
        require_state(&complaint, &[State::Registered])?;
        let office = &self.0.office;
        let provider = office.decider(&complaint.provider_id)?;
        let to = self.reviewer(&complaint, &provider)?;
        let (calendar, at) = (office.calendar(), moment.instant);
        let due_at = terms::of_review(&calendar, provider.hours, complaint.addressee, at)?;
        let moved = Moved::by(complaint, Act::Forwarded, at)
            .to(State::Forwarded)
            .with(|complaint| {
                complaint.due_at = due_at;
                calendar
                    .version()
                    .clone_into(&mut complaint.calendar_version);
                // Of the provider's silence its act and its stage tell; this is another body's term.
                complaint.silent_at = None;
                complaint.forwarding = Some(Forwarding {
                    at,
                    to,
                    case_file_sha256,
                });
            })
            .telling(ComplaintStage::Forwarded);
        let post = post_of(self.0.permit.caller(), &provider, moment);
        Ok(Decided::of(moved, step, Some(&post)))
    }

    told!(ForwardComplaintResponse);
}
