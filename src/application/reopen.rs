//! A refusal is annulled upon a complaint, and the application is decided anew (cl. 14; APPK 91, 100).
//! It never touches what was granted: there is nothing in a refusal that could be taken from anybody.

use super::{
    Office,
    addressed::require_stage,
    model::{DecidedRefusal, Step},
    objection::Objection,
    stage::Stage,
    terms::Terms,
};

/// Takes the refusal back: the application stands as on the day of its registration, its term begins anew at
/// this moment, and the checks run again. Gives the refusal that was, for the record of the complaint.
pub(crate) fn reopened(
    office: &Office,
    mut step: Step,
) -> Result<(Step, Option<DecidedRefusal>), Objection> {
    require_stage(&step.application, &[Stage::Refused])?;
    let provider = office.decider(&step.application.provider_id)?;
    let (calendar, at) = (office.calendar(), step.at);
    let terms = Terms::of_registration(&calendar, &provider, step.application.form, at)?;
    let annulled = step.application.refusal.take();
    let step = step.with(|application| {
        application.reopened_at = Some(at);
        application.due_at = terms.due_at;
        application.near_due_at = terms.near_due_at;
        calendar
            .version()
            .clone_into(&mut application.calendar_version);
        application.near_due = false;
        application.overdue = false;
        application.officer = None;
        application.checked_at = None;
        application.findings.clear();
        application.decided_at = None;
    });
    Ok((step.reach(Stage::Registered), annulled))
}
