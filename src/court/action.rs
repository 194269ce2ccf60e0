//! An action as the provider tells it, read whole: everything missing or wrong is told at once.
//! It never asks who sues by name.

use chrono::NaiveDate;

use super::{model::Action, wire};
use crate::{
    application::agreement::parse::text,
    kernel::{ApplicationId, ComplaintId, Problem, parse_date},
    pb::registry::v1 as pb,
    rpc::FieldErrors,
};

/// Reads an action as of `today`.
pub(super) fn action(
    pb: &pb::CourtAction,
    today: NaiveDate,
    errors: &mut FieldErrors,
) -> Option<Action> {
    let application = errors.required("application_id", &pb.application_id, ApplicationId::parse);
    let complaint = complaint(pb, errors);
    let claimant = choice("claimant", pb.claimant, wire::claimant_of, errors);
    let challenge = choice("challenge", pb.challenge, wire::challenge_of, errors);
    let court = text(errors, "court", &pb.court);
    let case_number = text(errors, "case_number", &pb.case_number);
    let filed_on = errors.required("filed_on", &pb.filed_on, |given| past(given, today));
    let served_on = errors.required("served_on", &pb.served_on, |given| past(given, today));
    if filed_on > served_on && served_on.is_some() {
        errors.add("served_on", "must not be before the filing");
    }
    Some(Action {
        application: application?,
        complaint: complaint?,
        claimant: claimant?,
        challenge: challenge?,
        court: court?,
        case_number: case_number?,
        filed_on: filed_on?,
        served_on: served_on?,
        reached_directly: pb.reached_directly,
    })
}

#[expect(
    clippy::option_option,
    reason = "left out and wrong are two things, as with `FieldErrors::optional`"
)]
fn complaint(pb: &pb::CourtAction, errors: &mut FieldErrors) -> Option<Option<ComplaintId>> {
    let complaint = errors.optional("complaint_id", &pb.complaint_id, ComplaintId::parse)?;
    if complaint.is_some() && pb.reached_directly {
        let problem = "must be left out of an action that reached the court directly";
        errors.add("complaint_id", problem);
        return None;
    }
    Some(complaint)
}

/// Reads a required choice.
pub(super) fn choice<P: TryFrom<i32>, T>(
    path: &str,
    given: i32,
    of: impl FnOnce(P) -> Option<T>,
    errors: &mut FieldErrors,
) -> Option<T> {
    match P::try_from(given) {
        Ok(value) => errors.present(path, of(value)),
        Err(_unknown) => errors.read(path, Err(Problem::new("must be a known choice"))),
    }
}

/// Reads a day that has come.
pub(super) fn past(given: &str, today: NaiveDate) -> Result<NaiveDate, Problem> {
    let day = parse_date(given)?;
    if day > today {
        return Err(Problem::new("must not be in the future"));
    }
    Ok(day)
}
