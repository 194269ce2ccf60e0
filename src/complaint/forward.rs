//! A complaint goes on, with the case, to the reviewing body that it is addressed to (cl. 14; O-38, D-16).
//! It never goes to a body that nobody named, and never twice.

use std::sync::Arc;

use sea_orm::DatabaseConnection;

use super::{
    addressed::{Address, Addressed, Decided, Loaded, Standing, post_of, require_state},
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
    store::{Stop, StoreFault},
};

/// The command to forward a complaint.
pub(super) struct Forward {
    addressed: Addressed<ForwardComplaint>,
    /// The hash of the case file that goes with it.
    case_file_sha256: Option<String>,
}

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
        Ok(Self {
            addressed: Addressed::only(office, permit, message, &address)?,
            case_file_sha256: None,
        })
    }

    /// Keeps the case file that goes with the complaint. What will be refused, or was done before, makes none.
    pub(super) async fn with_case_file(self) -> Result<Self, Stop<Objection>> {
        let Addressed { office, permit, .. } = &self.addressed;
        let loading = self.addressed.load(office.store.reads());
        let loading = office.store.in_time("read a complaint", loading);
        let Ok(loaded) = self.addressed.checked(loading.await?) else {
            return Ok(self);
        };
        // As the decision will find it, whether or not the clerk has come to it.
        let (complaint, _) = Moved::caught_up(loaded.complaint, office.now().instant);
        let provider = office.decider(&complaint.provider_id);
        let has_reviewer =
            provider.is_ok_and(|provider| self.reviewer(&complaint, &provider).is_ok());
        if complaint.state != State::Registered || !has_reviewer {
            return Ok(self);
        }
        let by = permit.caller().name.as_str();
        let kept = Box::pin(case_file::keep(office, loaded.application, by)).await?;
        Ok(Self {
            case_file_sha256: Some(kept),
            ..self
        })
    }

    /// The body that reviews it; none for what the provider decides itself.
    fn reviewer(&self, complaint: &Complaint, provider: &Provider) -> Result<Bin, Objection> {
        let named = match complaint.addressee {
            Addressee::Provider => return Err(Objection::AddressedOtherwise),
            Addressee::HigherBody => provider.higher_body_bin.clone(),
            Addressee::QualityAuthority => self.addressed.office.quality_authority.clone(),
        };
        named.ok_or(Objection::ReviewingBodyUnknown)
    }
}

impl Moving for Forward {
    type Action = ForwardComplaint;
    type Told = pb::ForwardComplaintResponse;
    type Beside = ();

    fn addressed(&self) -> &Addressed<ForwardComplaint> {
        &self.addressed
    }

    async fn beside(&self, _: &DatabaseConnection, _: &Loaded) -> Result<(), StoreFault> {
        Ok(())
    }

    fn moved(&self, standing: Standing, (): (), moment: Moment) -> Result<Decided, Objection> {
        let Standing { complaint, step } = standing;
        require_state(&complaint, &[State::Registered])?;
        let office = &self.addressed.office;
        let provider = office.decider(&complaint.provider_id)?;
        let to = self.reviewer(&complaint, &provider)?;
        // It was another complaint, or another version, whose case was to be kept.
        let case_file_sha256 = self.case_file_sha256.clone();
        let case_file_sha256 = Some(case_file_sha256.ok_or(Objection::StaleEtag)?);
        let (calendar, at) = (office.calendar(), moment.instant);
        let due_at = terms::of_review(&calendar, provider.hours, complaint.addressee, at)?;
        let moved = Moved::by(complaint, Act::Forwarded, at)
            .to(State::Forwarded)
            .with(|complaint| {
                complaint.due_at = due_at;
                calendar
                    .version()
                    .clone_into(&mut complaint.calendar_version);
                complaint.forwarding = Some(Forwarding {
                    at,
                    to,
                    case_file_sha256,
                });
            })
            .telling(ComplaintStage::Forwarded);
        let post = post_of(self.addressed.permit.caller(), &provider, moment);
        Ok(Decided::of(moved, step, Some(&post)))
    }

    told!(ForwardComplaintResponse);
}
