//! An act of a court, read whole: everything missing or wrong is told at once.
//! It never says whether the entry is such that the act can have its effect.

use chrono::{DateTime, NaiveDate, Utc};

use super::{
    action::{choice, past},
    effect::Effect,
    model::ActKind,
    wire,
};
use crate::{
    application::{agreement::parse::text, model::DecidedRefusal},
    kernel::{DocumentId, Personal, Text},
    pb::registry::v1 as pb,
    rpc::FieldErrors,
};

/// An act of a court.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Act {
    pub(crate) kind: ActKind,
    /// The court, if it is another than the action was filed with.
    pub(crate) court: Option<Text<200>>,
    pub(crate) number: Text<100>,
    pub(crate) decided_on: NaiveDate,
    pub(crate) in_force_on: Option<NaiveDate>,
    pub(crate) document: DocumentId,
    pub(crate) effect: Effect,
}

/// An act as it was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RecordedAct {
    pub(crate) act: Act,
    /// SHA-256 of the document, hexadecimal.
    pub(crate) sha256: String,
    /// The refusal that it annulled.
    pub(crate) annulled_refusal: Option<Personal<DecidedRefusal>>,
    pub(crate) recorded_at: DateTime<Utc>,
    pub(crate) recorded_by: String,
}

/// Reads an act as of `today`.
pub(super) fn act(pb: &pb::CourtAct, today: NaiveDate, errors: &mut FieldErrors) -> Option<Act> {
    let kind = choice("kind", pb.kind, wire::act_kind_of, errors);
    let court = errors.optional("court", pb.court.trim(), Text::parse);
    let number = text(errors, "number", &pb.number);
    let decided_on = errors.required("decided_on", &pb.decided_on, |given| past(given, today));
    let in_force_on = errors.optional("in_force_on", &pb.in_force_on, |given| past(given, today));
    let document = errors.required("document_id", &pb.document_id, DocumentId::parse);
    let effect = choice("effect", pb.effect, wire::effect_of, errors);
    match (in_force_on, decided_on, effect) {
        (Some(Some(in_force_on)), Some(decided_on), _) if in_force_on < decided_on => {
            errors.add("in_force_on", "must not be before the decision");
        }
        (Some(None), _, Some(effect)) if effect.needs_force() => {
            errors.missing("in_force_on");
        }
        _ => {}
    }
    if kind == Some(ActKind::InterimMeasure) && effect.is_some_and(Effect::is_final) {
        let problem = "must be none that ends the case, of an interim measure";
        errors.add("effect", problem);
    }
    Some(Act {
        kind: kind?,
        court: court?,
        number: number?,
        decided_on: decided_on?,
        in_force_on: in_force_on?,
        document: document?,
        effect: effect?,
    })
}
