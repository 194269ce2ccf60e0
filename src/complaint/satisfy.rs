//! The provider satisfies a complaint fully, so that nothing is forwarded or left to decide (cl. 14; O-39).
//! It never satisfies by words alone where the register can see that nothing was done, nor lets who did what is
//! complained of end that with words.

use std::sync::Arc;

use sea_orm::DatabaseConnection;

use super::{
    addressed::{
        Address, Addressed, Decided, Loaded, Standing, post_of, require_state, told, wrong,
    },
    codes::{Act, Addressee, Outcome, State, Subject},
    impartial::{Deciders, is_head},
    model::{Complaint, Decision, Moved, Remedy},
    moving::{self, Moving},
    remedy,
};
use crate::{
    application::{
        ComplaintStage, Objection, Office,
        model::{Application, Step},
    },
    authz::{Permit, SatisfyComplaint},
    correction::Correction,
    kernel::{CorrectionId, Localized, Moment},
    pb::registry::v1 as pb,
    rpc::{FieldErrors, Malformed},
    store::StoreFault,
};

/// The command to satisfy a complaint.
pub(super) struct Satisfy {
    addressed: Addressed<SatisfyComplaint>,
    reasons: Localized,
    correction: Option<CorrectionId>,
}

impl Satisfy {
    pub(super) fn parse(
        office: Arc<Office>,
        permit: Permit<SatisfyComplaint>,
        message: &pb::SatisfyComplaintRequest,
    ) -> Result<Self, Malformed> {
        let mut errors = FieldErrors::new();
        let address = Address {
            request_id: &message.request_id,
            id: &message.complaint_id,
            etag: &message.etag,
        };
        let addressed = Addressed::parse(office, permit, message, &address, &mut errors);
        let reasons = errors.localized::<2000>("reasons", message.reasons.as_ref());
        let correction = message.correction_id.as_str();
        let correction = errors.optional("correction_id", correction, CorrectionId::parse);
        match (addressed, reasons, correction) {
            (Some(addressed), Some(reasons), Some(correction)) => errors.into_result(Self {
                addressed,
                reasons,
                correction,
            }),
            _ => Err(errors.into_malformed()),
        }
    }

    /// Clause 14 has the very official satisfy what goes to another body, and that is for the head to say; what
    /// the provider itself decides (cl. 15), and what words alone satisfy, is for another than who did it.
    fn check_caller(
        &self,
        complaint: &Complaint,
        application: &Application,
        deciders: &Deciders,
    ) -> Result<(), Objection> {
        let caller = self.addressed.permit.caller();
        let is_own = complaint.addressee == Addressee::Provider;
        if is_own || complaint.subject == Subject::Action {
            deciders.require_other(caller, application)?;
        }
        if is_own || is_head(caller) {
            Ok(())
        } else {
            Err(Objection::NotVisible)
        }
    }

    /// What satisfies it, by what is complained of.
    fn remedy(
        &self,
        complaint: &Complaint,
        step: Step,
        correction: Option<Correction>,
    ) -> Result<(Step, Remedy), Objection> {
        if complaint.subject != Subject::Extract && self.correction.is_some() {
            let problem = "does not belong to what is complained of";
            return Err(wrong("correction_id", problem));
        }
        Ok(match complaint.subject {
            Subject::Refusal => remedy::of_refusal(&self.addressed.office, complaint, step)?,
            Subject::Overdue => {
                let remedy = remedy::of_delay(&step)?;
                (step, remedy)
            }
            Subject::Extract => {
                let remedy = remedy::of_extract(complaint, &step, correction)?;
                (step, remedy)
            }
            Subject::Action => (step, Remedy::Acted),
        })
    }
}

impl Moving for Satisfy {
    type Action = SatisfyComplaint;
    type Told = pb::SatisfyComplaintResponse;
    type Beside = (Option<Correction>, Deciders);

    fn addressed(&self) -> &Addressed<SatisfyComplaint> {
        &self.addressed
    }

    async fn beside(
        &self,
        reads: &DatabaseConnection,
        loaded: &Loaded,
    ) -> Result<Self::Beside, StoreFault> {
        let correction = remedy::load_correction(reads, self.correction).await?;
        let deciders = Deciders::of(reads, &loaded.application).await?;
        Ok((correction, deciders))
    }

    fn moved(
        &self,
        standing: Standing,
        (correction, deciders): Self::Beside,
        moment: Moment,
    ) -> Result<Decided, Objection> {
        let Standing { complaint, step } = standing;
        require_state(&complaint, &[State::Registered])?;
        self.check_caller(&complaint, &step.application, &deciders)?;
        let is_to_go_on = complaint.addressee != Addressee::Provider;
        if is_to_go_on && moment.instant > complaint.due_at {
            return Err(Objection::TermPassed);
        }
        let provider = self.addressed.office.decider(&complaint.provider_id)?;
        let at = moment.instant;
        let post = post_of(self.addressed.permit.caller(), &provider, moment);
        // The stages are told in this order: the complaint is satisfied, and what follows from that.
        let moved = Moved::by(complaint, Act::Satisfied, at)
            .to(State::Satisfied)
            .with(|complaint| complaint.decision = Some(Decision::of(Outcome::Satisfied, at)))
            .saying(self.reasons.clone())
            .telling(ComplaintStage::Satisfied);
        let step = told(&moved, step, Some(&post));
        let (step, remedy) = self.remedy(&moved.complaint, step, correction)?;
        Ok(Decided::with(moved.remedied(Some(remedy)), step))
    }

    moving::told!(SatisfyComplaintResponse);
}
