//! What of the queue is asked for. A list that names nothing asks for any.
//! It never looks at what is stored.

use std::collections::BTreeSet;

use crate::{
    application::{Form, Procedure, Stage, model::DueMark, wire},
    kernel::Text,
    pb::registry::v1 as pb,
    rpc::FieldErrors,
};

/// What a row must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Filter {
    pub(super) marks: BTreeSet<DueMark>,
    pub(super) stages: BTreeSet<Stage>,
    pub(super) procedures: BTreeSet<Procedure>,
    pub(super) forms: BTreeSet<Form>,
    pub(super) holder: Holder,
}

/// Who has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Holder {
    /// Whoever.
    Anyone,
    /// Nobody took it.
    Nobody,
    /// The account of that name.
    Account(String),
}

/// Where an application of the queue stands.
pub(super) const QUEUED: [Stage; 3] =
    [Stage::Registered, Stage::InReview, Stage::AwaitingSignature];

impl Filter {
    /// Whatever is in the queue.
    #[cfg(test)]
    pub(super) const fn any() -> Self {
        Self {
            marks: BTreeSet::new(),
            stages: BTreeSet::new(),
            procedures: BTreeSet::new(),
            forms: BTreeSet::new(),
            holder: Holder::Anyone,
        }
    }

    pub(super) fn parse(
        message: &pb::ListReviewQueueRequest,
        caller: &str,
        errors: &mut FieldErrors,
    ) -> Option<Self> {
        let marks = choices("due_marks", &message.due_marks, errors, |mark, errors| {
            let mark = mark_of(mark);
            if mark.is_none() {
                errors.add("", "must be ON_TIME, NEAR_DUE or OVERDUE");
            }
            mark
        });
        let stages = choices("stages", &message.stages, errors, |stage, errors| {
            let mut queued = QUEUED.into_iter();
            let stage = queued.find(|queued| i32::from(wire::stage(*queued)) == stage);
            if stage.is_none() {
                errors.add("", "must be REGISTERED, IN_REVIEW or AWAITING_SIGNATURE");
            }
            stage
        });
        let given = &message.procedures;
        let procedures = choices("procedures", given, errors, |procedure, errors| {
            let known = pb::Procedure::try_from(procedure).ok();
            let procedure = known.and_then(wire::procedure_of);
            if procedure.is_none() {
                errors.add("", "must be a known procedure");
            }
            procedure
        });
        let forms = choices("forms", &message.forms, errors, |form, errors| {
            let mut all = Form::ALL.into_iter();
            let form = all.find(|known| i32::from(wire::form(*known)) == form);
            if form.is_none() {
                errors.add("", "must be a known form");
            }
            form
        });
        Some(Self {
            marks,
            stages,
            procedures,
            forms,
            holder: holder(message, caller, errors)?,
        })
    }
}

/// Reads a list of choices, so that everything wrong in it is told.
fn choices<T: Ord>(
    path: &str,
    given: &[i32],
    errors: &mut FieldErrors,
    read: impl Fn(i32, &mut FieldErrors) -> Option<T>,
) -> BTreeSet<T> {
    let mut chosen = BTreeSet::new();
    for (index, choice) in given.iter().enumerate() {
        chosen.extend(errors.item(path, index, |errors| read(*choice, errors)));
    }
    chosen
}

fn mark_of(mark: i32) -> Option<DueMark> {
    let mut all = DueMark::ALL.into_iter();
    all.find(|known| i32::from(wire::due_mark(*known)) == mark)
}

fn holder(
    message: &pb::ListReviewQueueRequest,
    caller: &str,
    errors: &mut FieldErrors,
) -> Option<Holder> {
    let officer = errors.optional("officer", &message.officer, Text::<64>::parse);
    let asked = match pb::ReviewHolder::try_from(message.holder) {
        Ok(pb::ReviewHolder::Unspecified) => Holder::Anyone,
        Ok(pb::ReviewHolder::Caller) => Holder::Account(caller.to_owned()),
        Ok(pb::ReviewHolder::Nobody) => Holder::Nobody,
        Err(_unknown) => {
            errors.add("holder", "must be CALLER or NOBODY");
            return None;
        }
    };
    match (officer?, asked) {
        (Some(officer), Holder::Anyone) => Some(Holder::Account(officer.into())),
        (Some(_), Holder::Nobody | Holder::Account(_)) => {
            errors.add("officer", "must not be given together with holder");
            None
        }
        (None, asked) => Some(asked),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(message: &pb::ListReviewQueueRequest) -> Result<Filter, Vec<(String, String)>> {
        let mut errors = FieldErrors::new();
        let filter = Filter::parse(message, "officer", &mut errors);
        let malformed = match errors.into_result(filter) {
            Ok(Some(filter)) => return Ok(filter),
            Ok(None) => panic!("nothing is wrong, and nothing was read"),
            Err(malformed) => malformed,
        };
        let found = malformed.violations().iter();
        Err(found
            .map(|error| (error.path.clone(), error.problem.clone()))
            .collect())
    }

    #[test]
    fn an_empty_question_asks_for_any() {
        assert_eq!(
            read(&pb::ListReviewQueueRequest::default()),
            Ok(Filter::any())
        );
    }

    #[test]
    fn the_callers_own_are_those_of_its_account() {
        let own = pb::ListReviewQueueRequest {
            holder: pb::ReviewHolder::Caller.into(),
            ..Default::default()
        };
        let named = pb::ListReviewQueueRequest {
            officer: "officer".to_owned(),
            ..Default::default()
        };
        assert_eq!(read(&own), read(&named));
        assert_eq!(
            read(&own).unwrap().holder,
            Holder::Account("officer".to_owned())
        );
    }

    #[test]
    fn everything_wrong_in_a_question_is_told() {
        let wrong = pb::ListReviewQueueRequest {
            due_marks: vec![pb::DueMark::NearDue.into(), 0],
            stages: vec![pb::ApplicationStage::Granted.into()],
            procedures: vec![99],
            forms: vec![0],
            holder: pb::ReviewHolder::Nobody.into(),
            officer: "another".to_owned(),
            ..Default::default()
        };
        let told = read(&wrong).unwrap_err();
        let paths: Vec<_> = told.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(
            paths,
            [
                "due_marks[1]",
                "stages[0]",
                "procedures[0]",
                "forms[0]",
                "officer"
            ]
        );
        let unknown = pb::ListReviewQueueRequest {
            holder: 7,
            ..Default::default()
        };
        assert_eq!(read(&unknown).unwrap_err()[0].0, "holder");
    }
}
