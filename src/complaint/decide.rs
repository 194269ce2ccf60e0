//! A complaint is decided, by the provider or by the reviewing body that it went on to (cl. 15; APPK 97, 100).
//! Whoever decided or checked what is complained of never decides about it; no outcome worsens anything.

use std::sync::Arc;

use sea_orm::DatabaseConnection;

use super::{
    addressed::{Address, Addressed, Decided, Loaded, Standing, require_decider, told, wrong},
    codes::{Act, LeftReason, Outcome, State, Subject},
    impartial::Deciders,
    model::{Complaint, Decision, Moved, Remedy},
    moving::{self, Moving},
    remedy,
};
use crate::{
    application::{ComplaintStage, Objection, Office, model::Step, refusal::way_to_court},
    authz::{DecideComplaint, Permit},
    correction::Correction,
    kernel::{CorrectionId, Localized, Moment},
    pb::registry::v1 as pb,
    rpc::{FieldErrors, Malformed},
    store::StoreFault,
};

/// The command to decide on a complaint.
pub(super) struct Decide {
    addressed: Addressed<DecideComplaint>,
    outcome: Outcome,
    left_reason: Option<LeftReason>,
    reasons: Localized,
    correction: Option<CorrectionId>,
}

/// What the decision is made upon beside the complaint.
pub(super) struct Beside {
    correction: Option<Correction>,
    deciders: Deciders,
}

impl Decide {
    pub(super) fn parse(
        office: Arc<Office>,
        permit: Permit<DecideComplaint>,
        message: &pb::DecideComplaintRequest,
    ) -> Result<Self, Malformed> {
        let mut errors = FieldErrors::new();
        let address = Address {
            request_id: &message.request_id,
            id: &message.complaint_id,
            etag: &message.etag,
        };
        let addressed = Addressed::parse(office, permit, message, &address, &mut errors);
        let outcome = outcome(message.outcome, &mut errors);
        let left_reason = left_reason(message.left_reason, outcome, &mut errors);
        let reasons = errors.localized::<2000>("reasons", message.reasons.as_ref());
        let correction = message.correction_id.as_str();
        let correction = errors.optional("correction_id", correction, CorrectionId::parse);
        let (Some(addressed), Some(outcome), Some(reasons), Some(correction)) =
            (addressed, outcome, reasons, correction)
        else {
            return Err(errors.into_malformed());
        };
        errors.into_result(Self {
            addressed,
            outcome,
            left_reason,
            reasons,
            correction,
        })
    }

    /// The outcome must be one that the law knows for what is complained of.
    fn check_outcome(&self, complaint: &Complaint) -> Result<(), Objection> {
        if !remedy::may_be_decided(self.outcome, complaint.subject) {
            let problem = "must be an outcome of this subject";
            return Err(wrong("outcome", problem));
        }
        if self.left_reason == Some(LeftReason::TermMissed) && !complaint.filed_late {
            let problem = "must not be TERM_MISSED of what was filed in time";
            return Err(wrong("left_reason", problem));
        }
        if self.correction.is_some() && !self.names_correction(complaint) {
            let problem = "does not belong to what is complained of";
            return Err(wrong("correction_id", problem));
        }
        Ok(())
    }

    fn names_correction(&self, complaint: &Complaint) -> bool {
        self.outcome == Outcome::AnnulledWithNewDecision && complaint.subject == Subject::Extract
    }

    fn remedy(
        &self,
        complaint: &Complaint,
        step: Step,
        correction: Option<Correction>,
    ) -> Result<(Step, Option<Remedy>), Objection> {
        match (self.outcome, complaint.subject) {
            (Outcome::Annulled | Outcome::AnnulledWithNewDecision, Subject::Refusal) => {
                let (step, remedy) = remedy::of_refusal(&self.addressed.office, complaint, step)?;
                Ok((step, Some(remedy)))
            }
            (Outcome::AnnulledWithNewDecision, Subject::Extract) => {
                let remedy = remedy::of_extract(complaint, &step, correction)?;
                Ok((step, Some(remedy)))
            }
            _ => Ok((step, None)),
        }
    }

    /// What is said: the reasons, and of what is not satisfied how to go to court (cl. 16, O-42).
    fn text(&self) -> Localized {
        match self.outcome {
            Outcome::Rejected | Outcome::LeftWithoutReview => {
                self.reasons.joined("\n\n", &way_to_court())
            }
            Outcome::Satisfied
            | Outcome::Annulled
            | Outcome::AnnulledWithNewDecision
            | Outcome::OrderedToAct => self.reasons.clone(),
        }
    }
}

fn outcome(outcome: i32, errors: &mut FieldErrors) -> Option<Outcome> {
    const PATH: &str = "outcome";
    match pb::ComplaintOutcome::try_from(outcome) {
        Ok(pb::ComplaintOutcome::Unspecified) => {
            errors.missing(PATH);
            None
        }
        Ok(pb::ComplaintOutcome::Satisfied) => Some(Outcome::Satisfied),
        Ok(pb::ComplaintOutcome::Annulled) => Some(Outcome::Annulled),
        Ok(pb::ComplaintOutcome::AnnulledWithNewDecision) => Some(Outcome::AnnulledWithNewDecision),
        Ok(pb::ComplaintOutcome::OrderedToAct) => Some(Outcome::OrderedToAct),
        Ok(pb::ComplaintOutcome::Rejected) => Some(Outcome::Rejected),
        Ok(pb::ComplaintOutcome::LeftWithoutReview) => Some(Outcome::LeftWithoutReview),
        Err(_unknown) => {
            errors.add(PATH, "must be a known outcome");
            None
        }
    }
}

/// Required of what is left without review, and of nothing else.
fn left_reason(
    reason: i32,
    outcome: Option<Outcome>,
    errors: &mut FieldErrors,
) -> Option<LeftReason> {
    const PATH: &str = "left_reason";
    let reason = match pb::ComplaintLeftReason::try_from(reason) {
        Ok(pb::ComplaintLeftReason::Unspecified) => None,
        Ok(pb::ComplaintLeftReason::NoAuthority) => Some(LeftReason::NoAuthority),
        Ok(pb::ComplaintLeftReason::AlreadyDecided) => Some(LeftReason::AlreadyDecided),
        Ok(pb::ComplaintLeftReason::BeforeCourt) => Some(LeftReason::BeforeCourt),
        Ok(pb::ComplaintLeftReason::TermMissed) => Some(LeftReason::TermMissed),
        Ok(pb::ComplaintLeftReason::NotCompetent) => Some(LeftReason::NotCompetent),
        Err(_unknown) => {
            errors.add(PATH, "must be a known reason to leave a complaint");
            return None;
        }
    };
    match (outcome, reason) {
        (Some(Outcome::LeftWithoutReview), None) => errors.missing(PATH),
        (Some(Outcome::LeftWithoutReview) | None, _) | (_, None) => {}
        (Some(_), Some(_)) => errors.add(PATH, "does not belong to this outcome"),
    }
    reason
}

impl Moving for Decide {
    type Action = DecideComplaint;
    type Told = pb::DecideComplaintResponse;
    type Beside = Beside;

    fn addressed(&self) -> &Addressed<DecideComplaint> {
        &self.addressed
    }

    async fn beside(
        &self,
        reads: &DatabaseConnection,
        loaded: &Loaded,
    ) -> Result<Beside, StoreFault> {
        Ok(Beside {
            correction: remedy::load_correction(reads, self.correction).await?,
            deciders: Deciders::of(reads, &loaded.application).await?,
        })
    }

    fn moved(
        &self,
        standing: Standing,
        beside: Beside,
        moment: Moment,
    ) -> Result<Decided, Objection> {
        let Standing { complaint, step } = standing;
        let caller = self.addressed.permit.caller();
        require_decider(&complaint, caller.party)?;
        let deciders = &beside.deciders;
        deciders.require_other(caller, &step.application)?;
        self.check_outcome(&complaint)?;
        let at = moment.instant;
        let decision = Decision {
            left_reason: self.left_reason,
            ..Decision::of(self.outcome, at)
        };
        // The stages are told in this order: the complaint is decided, and what follows from that.
        let moved = Moved::by(complaint, Act::Decided, at)
            .to(State::Decided)
            .with(|complaint| complaint.decision = Some(decision))
            .saying(self.text())
            .telling(ComplaintStage::Decided);
        let step = told(&moved, step, None);
        let (step, remedy) = self.remedy(&moved.complaint, step, beside.correction)?;
        Ok(Decided::with(moved.remedied(remedy), step))
    }

    moving::told!(DecideComplaintResponse);
}
