//! Reads the grounds that an officer gives, by the rules that the contract states field by field.
//! It never looks at the findings: whether a ground is supported is another question.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::{CourtDecision, Ground, RefusalGround};
use crate::{
    application::checks::CheckCode,
    kernel::{Localized, Personal, Problem, Text, parse_date},
    pb::registry::v1 as pb,
    rpc::FieldErrors,
};

const PATH: &str = "grounds";
const CHECKS_MAX: usize = 30;
const REASONING_CHARACTERS_MAX: usize = 2000;

/// Reads the field `grounds`, and adds all that is missing or wrong to `errors`.
pub fn parse(
    pb_grounds: &[pb::RefusalGround],
    today: NaiveDate,
    errors: &mut FieldErrors,
) -> Option<Vec<RefusalGround>> {
    if pb_grounds.is_empty() {
        errors.missing(PATH);
        return None;
    }
    if pb_grounds.len() > Ground::ALL.len() {
        errors.add(PATH, "must have each ground at most once");
        return None;
    }
    let mut named = BTreeSet::new();
    let grounds: Vec<Option<RefusalGround>> = pb_grounds
        .iter()
        .enumerate()
        .map(|(index, pb)| {
            errors.item(PATH, index, |errors| {
                let ground = ground(pb, today, errors)?;
                if named.insert(ground.code) {
                    return Some(ground);
                }
                errors.read("code", Err(Problem::new("must be named only once")))
            })
        })
        .collect();
    grounds.into_iter().collect()
}

fn ground(
    pb: &pb::RefusalGround,
    today: NaiveDate,
    errors: &mut FieldErrors,
) -> Option<RefusalGround> {
    let code = match pb::RefusalGroundCode::try_from(pb.code) {
        Ok(code) => errors.present("code", super::wire::ground_of(code)),
        Err(_) => errors.read("code", Err(Problem::new("must be a ground of the list"))),
    };
    let failed_checks = failed_checks(&pb.failed_checks, errors);
    let article = errors.optional("article", pb.article.trim(), Text::parse);
    let subject = errors.optional("subject", pb.subject.trim(), Text::parse);
    let court_decision = pb.court_decision.as_ref();
    let court_decision_read = match court_decision {
        None => Some(None),
        Some(pb) => errors
            .at("court_decision", |errors| {
                read_court_decision(pb, today, errors)
            })
            .map(Some),
    };
    let reasoning = reasoning(pb, errors);
    let code = code?;
    belongs(code, pb, errors)?;
    Some(RefusalGround {
        code,
        failed_checks: failed_checks?,
        article: article?,
        subject: subject?,
        court_decision: court_decision_read?,
        reasoning: reasoning?,
    })
}

/// Each ground carries what it must, and nothing of another ground.
fn belongs(code: Ground, pb: &pb::RefusalGround, errors: &mut FieldErrors) -> Option<()> {
    let mut foreign = |path, is_given: bool, is_own: bool| {
        if is_given && !is_own {
            errors.add(path, "does not belong to this ground");
        }
        !is_given || is_own
    };
    let article = foreign(
        "article",
        !pb.article.is_empty(),
        code == Ground::NonComplianceWithHousingLaw,
    );
    let subject = foreign(
        "subject",
        !pb.subject.is_empty(),
        code == Ground::UnreliableData,
    );
    let court = foreign(
        "court_decision",
        pb.court_decision.is_some(),
        code.rests_on_a_court(),
    );
    if code.rests_on_a_court() {
        errors.present("court_decision", pb.court_decision.as_ref())?;
    }
    (article && subject && court).then_some(())
}

fn failed_checks(given: &[String], errors: &mut FieldErrors) -> Option<Vec<CheckCode>> {
    const PATH: &str = "failed_checks";
    if given.len() > CHECKS_MAX {
        errors.add(PATH, format_args!("must have at most {CHECKS_MAX} codes"));
        return None;
    }
    let mut named = BTreeSet::new();
    let checks: Vec<Option<CheckCode>> = given
        .iter()
        .enumerate()
        .map(|(index, code)| {
            errors.item(PATH, index, |errors| {
                let check = errors.required("", code, CheckCode::parse)?;
                if named.insert(check) {
                    return Some(check);
                }
                errors.read("", Err(Problem::new("must be named only once")))
            })
        })
        .collect();
    checks.into_iter().collect()
}

/// Reads a court decision in force as of `today`.
pub fn read_court_decision(
    pb: &pb::CourtDecision,
    today: NaiveDate,
    errors: &mut FieldErrors,
) -> Option<CourtDecision> {
    let past = |given: &str| {
        let date = parse_date(given)?;
        if date > today {
            return Err(Problem::new("must not be in the future"));
        }
        Ok(date)
    };
    let court = errors.required("court", pb.court.trim(), Text::parse);
    let case_number = errors.required("case_number", pb.case_number.trim(), Text::parse);
    let decided_on = errors.required("decided_on", &pb.decided_on, past);
    let in_force_on = errors.required("in_force_on", &pb.in_force_on, |given| {
        let date = past(given)?;
        if decided_on.is_some_and(|decided_on| date < decided_on) {
            return Err(Problem::new("must not be before the decision"));
        }
        Ok(date)
    });
    Some(CourtDecision {
        court: court?,
        case_number: case_number?,
        decided_on: decided_on?,
        in_force_on: in_force_on?,
    })
}

/// Reasoning may only be left out where failed checks speak.
#[expect(
    clippy::option_option,
    reason = "left out and wrong are two things, as with `FieldErrors::optional`"
)]
fn reasoning(
    pb: &pb::RefusalGround,
    errors: &mut FieldErrors,
) -> Option<Option<Personal<Localized>>> {
    let Some(text) = &pb.reasoning else {
        if pb.failed_checks.is_empty() {
            errors.missing("reasoning");
            return None;
        }
        return Some(None);
    };
    let text = errors.localized::<REASONING_CHARACTERS_MAX>("reasoning", Some(text))?;
    Some(Some(Personal::new(text)))
}
