//! The duty of the cooperative to hand the extract over in person (cl. 11, O-32, D-15).
//! It begins when the cooperative is told by the stage; it never begins twice.

use super::{
    Office,
    model::{Application, Handover, HandoverReason, Step},
    objection::Objection,
    stage::Stage,
};
use crate::kernel::Moment;

/// The cooperative hands over within this many working days.
const HANDOVER_WORKING_DAYS: u32 = 3;

/// Begins the duty.
pub(crate) fn begin(
    office: &Office,
    application: Application,
    reason: HandoverReason,
    moment: Moment,
) -> Result<Step, Objection> {
    let due = office
        .calendar()
        .end_of_term(moment.today, HANDOVER_WORKING_DAYS)?;
    let handover = Handover {
        reason,
        known_at: moment.instant,
        due_at: due.at,
        handed_over_at: None,
    };
    Ok(Step::of(application, moment.instant)
        .with(|application| application.handover = Some(handover))
        .reach(Stage::HandoverPending))
}
