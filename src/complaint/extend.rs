//! The term of a complaint's decision is extended once, with reasons (D-18; services law, article 25(4)).
//! It never extends the term to forward one, nor a term that passed, nor for who did what is complained of.

use std::sync::Arc;

use sea_orm::DatabaseConnection;

use super::{
    addressed::{Address, Addressed, Decided, Loaded, Standing, require_decider},
    codes::Act,
    impartial::Deciders,
    model::{Extension, Moved},
    moving::{Moving, told},
    terms,
};
use crate::{
    application::{ComplaintStage, Objection, Office},
    authz::{ExtendComplaint, Permit},
    kernel::{Localized, Moment},
    pb::registry::v1 as pb,
    rpc::{FieldErrors, Malformed},
    store::StoreFault,
};

/// A term is extended by at most this many working days.
const WORKING_DAYS_MAX: i32 = 10;

/// The command to extend the term of a complaint.
pub(super) struct Extend {
    addressed: Addressed<ExtendComplaint>,
    working_days: i32,
    reasons: Localized,
}

impl Extend {
    pub(super) fn parse(
        office: Arc<Office>,
        permit: Permit<ExtendComplaint>,
        message: &pb::ExtendComplaintRequest,
    ) -> Result<Self, Malformed> {
        let mut errors = FieldErrors::new();
        let address = Address {
            request_id: &message.request_id,
            id: &message.complaint_id,
            etag: &message.etag,
        };
        let addressed = Addressed::parse(office, permit, message, &address, &mut errors);
        let working_days = message.working_days;
        match working_days {
            0 => errors.missing("working_days"),
            1..=WORKING_DAYS_MAX => {}
            _ => errors.add(
                "working_days",
                format_args!("must be from 1 to {WORKING_DAYS_MAX}"),
            ),
        }
        let reasons = errors.localized::<2000>("reasons", message.reasons.as_ref());
        match (addressed, reasons) {
            (Some(addressed), Some(reasons)) => errors.into_result(Self {
                addressed,
                working_days,
                reasons,
            }),
            _ => Err(errors.into_malformed()),
        }
    }
}

impl Moving for Extend {
    type Action = ExtendComplaint;
    type Told = pb::ExtendComplaintResponse;
    type Beside = Deciders;

    fn addressed(&self) -> &Addressed<ExtendComplaint> {
        &self.addressed
    }

    async fn beside(
        &self,
        reads: &DatabaseConnection,
        loaded: &Loaded,
    ) -> Result<Deciders, StoreFault> {
        Deciders::of(reads, &loaded.application).await
    }

    fn moved(
        &self,
        standing: Standing,
        deciders: Deciders,
        moment: Moment,
    ) -> Result<Decided, Objection> {
        let Standing { complaint, step } = standing;
        let caller = self.addressed.permit.caller();
        require_decider(&complaint, caller.party)?;
        deciders.require_other(caller, &step.application)?;
        if complaint.extension.is_some() {
            return Err(Objection::ExtendedAlready);
        }
        if moment.instant > complaint.due_at {
            return Err(Objection::TermPassed);
        }
        let office = &self.addressed.office;
        let provider = office.decider(&complaint.provider_id)?;
        let (calendar, hours, at) = (office.calendar(), provider.hours, moment.instant);
        let working_days = self.working_days.unsigned_abs();
        let due_at = terms::extended(&calendar, hours, complaint.due_at, working_days)?;
        let told_due_at = terms::of_telling(&calendar, hours, at)?;
        let moved = Moved::by(complaint, Act::Extended, at)
            .with(|complaint| {
                complaint.due_at = due_at;
                calendar
                    .version()
                    .clone_into(&mut complaint.calendar_version);
                complaint.extension = Some(Extension {
                    at,
                    working_days: self.working_days,
                    told_due_at,
                    told_on: None,
                });
            })
            .saying(self.reasons.clone())
            .telling(ComplaintStage::Extended);
        Ok(Decided::of(moved, step, None))
    }

    told!(ExtendComplaintResponse);
}
