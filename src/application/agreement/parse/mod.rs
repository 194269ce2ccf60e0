//! Reads an agreement from a message, by the rules that the contract states field by field.
//! It never stops at the first violation (D-9), and never takes an unknown value for a known one.

pub(crate) mod parties;
pub(crate) mod premises;
pub(in crate::application) mod terms;

use std::ops::RangeInclusive;

use chrono::{Datelike as _, NaiveDate};

use super::Agreement;
use crate::{
    kernel::{Problem, Text, parse_date},
    pb::registry::v1 as pb,
    rpc::FieldErrors,
};

/// How many shares a member can have in one cooperative.
pub(in crate::application) const MEMBER_SHARES: RangeInclusive<i32> = 1..=1000;

impl Agreement {
    /// Reads an agreement as of `today`, and adds all that is missing or wrong to `errors`.
    pub fn parse(
        pb_agreement: &pb::ParticipationAgreement,
        today: NaiveDate,
        errors: &mut FieldErrors,
    ) -> Option<Self> {
        let pb = pb_agreement;
        let number = text(errors, "agreement_number", &pb.agreement_number);
        let concluded_on = errors.required("concluded_on", &pb.concluded_on, past_day(today));
        let cooperative = section(
            errors,
            "cooperative",
            pb.cooperative.as_ref(),
            parties::cooperative,
        );
        let shareholder = section(
            errors,
            "shareholder",
            pb.shareholder.as_ref(),
            |pb, errors| parties::shareholder(pb, today, errors),
        );
        let construction_object = section(
            errors,
            "construction_object",
            pb.construction_object.as_ref(),
            premises::construction_object,
        );
        let share = section(errors, "share", pb.share.as_ref(), premises::share);
        let member_share_count = count(
            errors,
            "member_share_count",
            pb.member_share_count,
            MEMBER_SHARES,
        );
        let contribution = section(
            errors,
            "contribution",
            pb.contribution.as_ref(),
            terms::contribution,
        );
        let transfer_on = errors.required("transfer_on", &pb.transfer_on, day);
        let admission =
            optional_section(errors, "admission", pb.admission.as_ref(), terms::admission);
        let consent = optional_section(errors, "consent", pb.consent.as_ref(), terms::consent);
        Some(Self {
            number: number?,
            concluded_on: concluded_on?,
            cooperative: cooperative?,
            shareholder: shareholder?,
            construction_object: construction_object?,
            share: share?,
            member_share_count: member_share_count?,
            contribution: Some(contribution?),
            transfer_on: Some(transfer_on?),
            admission: admission?,
            consent: consent?.unwrap_or_default(),
        })
    }
}

/// Reads a required part.
pub(crate) fn section<'a, P, T>(
    errors: &mut FieldErrors,
    path: &str,
    part: Option<&'a P>,
    read: impl FnOnce(&'a P, &mut FieldErrors) -> Option<T>,
) -> Option<T> {
    let part = errors.present(path, part)?;
    errors.at(path, |errors| read(part, errors))
}

/// Reads a part that may be left out: `Some(None)` if it is, `None` if it is wrong.
#[expect(
    clippy::option_option,
    reason = "left out and wrong are two things, as with `FieldErrors::optional`"
)]
pub(in crate::application) fn optional_section<'a, P, T>(
    errors: &mut FieldErrors,
    path: &str,
    part: Option<&'a P>,
    read: impl FnOnce(&'a P, &mut FieldErrors) -> Option<T>,
) -> Option<Option<T>> {
    match part {
        None => Some(None),
        Some(part) => errors.at(path, |errors| read(part, errors)).map(Some),
    }
}

/// Reads a required text; one of spaces alone is as good as none.
pub(crate) fn text<const MAX: usize>(
    errors: &mut FieldErrors,
    path: &str,
    given: &str,
) -> Option<Text<MAX>> {
    errors.required(path, given.trim(), Text::parse)
}

/// Reads a text that may be left out.
#[expect(
    clippy::option_option,
    reason = "left out and wrong are two things, as with `FieldErrors::optional`"
)]
fn optional_text<const MAX: usize>(
    errors: &mut FieldErrors,
    path: &str,
    given: &str,
) -> Option<Option<Text<MAX>>> {
    errors.optional(path, given.trim(), Text::parse)
}

/// Reads a required number within bounds; zero out of bounds is what proto3 sends for none.
pub(in crate::application) fn count(
    errors: &mut FieldErrors,
    path: &str,
    given: i32,
    bounds: RangeInclusive<i32>,
) -> Option<i32> {
    if given == 0 && !bounds.contains(&0) {
        errors.missing(path);
        return None;
    }
    errors.read(path, within(given, &bounds))
}

fn within(given: i32, bounds: &RangeInclusive<i32>) -> Result<i32, Problem> {
    if bounds.contains(&given) {
        return Ok(given);
    }
    let (least, most) = (bounds.start(), bounds.end());
    Err(Problem::stated(match *most {
        i32::MAX => format!("must be at least {least}"),
        _ => format!("must be from {least} to {most}"),
    }))
}

/// A date that an agreement of our time can name.
pub(crate) fn day(given: &str) -> Result<NaiveDate, Problem> {
    let date = parse_date(given)?;
    if (1900..=2100).contains(&date.year()) {
        Ok(date)
    } else {
        Err(Problem::new("must have a year from 1900 to 2100"))
    }
}

/// A date that has come.
pub(crate) fn past_day(today: NaiveDate) -> impl Fn(&str) -> Result<NaiveDate, Problem> {
    move |given| {
        let date = day(given)?;
        if date > today {
            return Err(Problem::new("must not be in the future"));
        }
        Ok(date)
    }
}
