//! A period of days as several questions ask for it: `from_on` and `to_on`, both of them in it.
//! It never is longer than one call may look through.

use chrono::NaiveDate;

use super::FieldErrors;
use crate::kernel::parse_date;

/// How many days a period has at most.
const DAYS_MAX: i64 = 400;

/// Reads a period; none if it is no period, and then that is told.
pub fn period(
    from_on: &str,
    to_on: &str,
    errors: &mut FieldErrors,
) -> Option<(NaiveDate, NaiveDate)> {
    let from = errors.required("from_on", from_on, parse_date);
    let to = errors.required("to_on", to_on, parse_date);
    let (from, to) = (from?, to?);
    let between = to.signed_duration_since(from).num_days();
    if between < 0 {
        errors.add("to_on", "must not be before from_on");
        return None;
    }
    if between >= DAYS_MAX {
        let problem = format_args!("must be less than {DAYS_MAX} days after from_on");
        errors.add("to_on", problem);
        return None;
    }
    Some((from, to))
}
