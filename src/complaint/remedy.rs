//! What is done to an application or an entry for the sake of a complaint (cl. 14; APPK 91, 100).
//! There is nothing here that could take from anybody: a refusal is taken back, or what was done already is
//! named.

use sea_orm::DatabaseConnection;

use super::{
    codes::{Outcome, Subject},
    model::{Complaint, Remedy},
};
use crate::{
    application::{Objection, Office, Stage, model::Step, reopen::reopened},
    correction::{self, Correction},
    kernel::{CorrectionId, Personal},
    store::StoreFault,
};

/// What may be decided on a complaint of a subject. Nothing else is: to annul an extract, or to order that a
/// refusal be acted upon, would leave who complains with less, or with the refusal.
pub(super) const fn may_be_decided(outcome: Outcome, subject: Subject) -> bool {
    match (outcome, subject) {
        (Outcome::Satisfied, _)
        | (Outcome::Annulled, Subject::Overdue | Subject::Extract)
        | (Outcome::AnnulledWithNewDecision, Subject::Overdue | Subject::Action)
        | (Outcome::OrderedToAct, Subject::Refusal) => false,
        (Outcome::Rejected | Outcome::LeftWithoutReview, _)
        | (Outcome::Annulled, Subject::Refusal | Subject::Action)
        | (Outcome::AnnulledWithNewDecision, Subject::Refusal | Subject::Extract)
        | (Outcome::OrderedToAct, Subject::Overdue | Subject::Action | Subject::Extract) => true,
    }
}

/// Reads a correction that may be named.
pub(super) async fn load_correction(
    reads: &DatabaseConnection,
    named: Option<CorrectionId>,
) -> Result<Option<Correction>, StoreFault> {
    match named {
        Some(id) => correction::rows::correction_by_id(reads, id).await,
        None => Ok(None),
    }
}

/// Takes the refusal back that is complained of, and no other; or names what became of it since.
pub(super) fn of_refusal(
    office: &Office,
    complaint: &Complaint,
    step: Step,
) -> Result<(Step, Remedy), Objection> {
    let application = &step.application;
    // Annulled upon another complaint: it is decided anew, or was withdrawn meanwhile.
    if application.decided_at.is_none() {
        return Ok((step, Remedy::DecidedAnew(None)));
    }
    let is_refused = application.stage == Stage::Refused;
    if !is_refused || application.decided_at != complaint.refused_at {
        return Ok((step, Remedy::DecidedMeanwhile));
    }
    let (step, annulled) = reopened(office, step)?;
    let remedy = Remedy::DecidedAnew(annulled.map(Personal::new));
    Ok((step, remedy))
}

/// That the application was decided since. One that was withdrawn was not: nobody did what is demanded.
pub(super) fn of_delay(step: &Step) -> Result<Remedy, Objection> {
    let decided_at = step.application.decided_at;
    decided_at
        .map(|_| Remedy::DecidedMeanwhile)
        .ok_or(Objection::NotSatisfiedYet)
}

/// That the entry was corrected since the complaint.
pub(super) fn of_extract(
    complaint: &Complaint,
    step: &Step,
    correction: Option<Correction>,
) -> Result<Remedy, Objection> {
    let since = complaint.received_at;
    let is_made = |correction: &Correction| {
        let is_of_entry = step.application.entry == Some(correction.entry);
        let made_at = correction.decided_at.filter(|at| *at >= since);
        is_of_entry && correction.entry_version.is_some() && made_at.is_some()
    };
    let made = correction.filter(is_made);
    made.map(|correction| Remedy::EntryCorrected(correction.id))
        .ok_or(Objection::NotSatisfiedYet)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_outcome_takes_an_extract_away_or_leaves_a_refusal_that_was_found_wrong() {
        for subject in Subject::ALL {
            let possible: Vec<Outcome> = Outcome::ALL
                .iter()
                .copied()
                .filter(|outcome| may_be_decided(*outcome, *subject))
                .collect();
            let expected = match subject {
                Subject::Refusal => vec![Outcome::Annulled, Outcome::AnnulledWithNewDecision],
                Subject::Overdue => vec![Outcome::OrderedToAct],
                Subject::Action => vec![Outcome::Annulled, Outcome::OrderedToAct],
                Subject::Extract => {
                    vec![Outcome::AnnulledWithNewDecision, Outcome::OrderedToAct]
                }
            };
            let always = [Outcome::Rejected, Outcome::LeftWithoutReview];
            assert_eq!(
                possible,
                [expected, always.to_vec()].concat(),
                "{subject:?}"
            );
        }
    }
}
