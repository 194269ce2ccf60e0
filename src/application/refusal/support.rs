//! Whether each ground rests on something: failed checks, an article, a subject, a court (cl. 9, D-7).
//! It never weighs an officer's reasoning, only what stands beside it.

use super::{Ground, RefusalGround};
use crate::{
    application::checks::{CheckCode, Finding, Outcome},
    rpc::{FieldError, FieldErrors},
};

/// Says of every ground what it lacks, by the paths of the field `grounds`.
pub fn support(grounds: &[RefusalGround], findings: &[Finding]) -> Result<(), Vec<FieldError>> {
    let mut errors = FieldErrors::new();
    for (index, ground) in grounds.iter().enumerate() {
        errors.item("grounds", index, |errors| {
            let supporting = supporting(ground, findings, errors);
            rests_on_something(ground, &supporting, errors);
        });
    }
    if errors.is_empty() {
        return Ok(());
    }
    Err(errors.into_malformed().violations().to_vec())
}

/// The findings of the named checks that support the ground; of each other one, why it does not.
fn supporting<'a>(
    ground: &RefusalGround,
    findings: &'a [Finding],
    errors: &mut FieldErrors,
) -> Vec<&'a Finding> {
    let mut supporting = Vec::new();
    for (index, check) in ground.failed_checks.iter().enumerate() {
        let finding = findings.iter().find(|finding| finding.check == *check);
        errors.item("failed_checks", index, |errors| match finding {
            Some(finding) if finding.supports(ground.code) => supporting.push(finding),
            Some(finding) if finding.outcome == Outcome::Failed => {
                errors.add("", "must be a check that supports this ground");
            }
            Some(_) | None => errors.add("", "must be a check that failed"),
        });
    }
    supporting
}

fn rests_on_something(ground: &RefusalGround, supporting: &[&Finding], errors: &mut FieldErrors) {
    match ground.code {
        Ground::UnreliableData => {
            if ground.failed_checks.is_empty() && ground.subject.is_none() {
                errors.add("subject", "is required where no failed check is named");
            }
        }
        Ground::NonComplianceWithHousingLaw => {
            let is_cited = supporting.iter().any(|finding| finding.article.is_some());
            if !is_cited && ground.article.is_none() {
                errors.add("article", "is required where no failed check cites one");
            }
        }
        Ground::CourtProhibition | Ground::CourtDeprivationOfRight => {
            errors.present("court_decision", ground.court_decision.as_ref());
        }
        Ground::NoConsent => {
            if !ground.failed_checks.contains(&CheckCode::C19) {
                errors.add(
                    "failed_checks",
                    "must name C19, which tells what is missing",
                );
            }
        }
    }
}
