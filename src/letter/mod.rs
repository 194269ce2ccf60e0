//! Letters that carry an extract to the shareholder (cl. 11, O-31): owed, tried, sent or given up.
//! An attempt is recorded after it was made, so that a crash repeats a letter and never loses one.

mod clerk;
mod owed;
mod recipient;
mod rows;
mod tried;

pub use clerk::LetterClerk;
pub(crate) use owed::{Debtor, Ended, Owed};
pub(crate) use recipient::Recipient;

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    extract::rows::extract,
    kernel::Moment,
    store::{Changes, Insert},
};

/// How often and how fast a letter is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LetterPolicy {
    /// Attempts until the letter is given up.
    pub attempts_max: u32,
    /// Pause after the first attempt, seconds; doubled after each.
    pub first_retry_seconds: u32,
    /// The longest pause, seconds.
    pub retry_seconds_max: u32,
}

impl LetterPolicy {
    /// When a letter is tried again after so many attempts; none if it is given up.
    pub(crate) fn again_at(self, now: DateTime<Utc>, attempts: i32) -> Option<DateTime<Utc>> {
        let is_tried_on = i64::from(attempts) < i64::from(self.attempts_max);
        is_tried_on.then(|| self.next_attempt_at(now, attempts))
    }

    /// The same, without an end.
    pub(crate) const fn never_given_up(self) -> Self {
        Self {
            attempts_max: u32::MAX,
            ..self
        }
    }

    fn next_attempt_at(self, now: DateTime<Utc>, attempts: i32) -> DateTime<Utc> {
        let exponent = u32::try_from(attempts.saturating_sub(1)).unwrap_or_default();
        let seconds = i64::from(self.first_retry_seconds)
            .saturating_mul(2_i64.saturating_pow(exponent))
            .min(i64::from(self.retry_seconds_max));
        now.checked_add_signed(TimeDelta::seconds(seconds))
            .unwrap_or(now)
    }
}

/// Adds the row that makes the letter be sent.
pub(crate) fn owed(
    changes: Changes,
    debtor: Debtor,
    recipient: Recipient,
    extract: &extract::Model,
    moment: Moment,
) -> Changes {
    changes.insert(Insert::of(&rows::letter::Model {
        application_id: debtor.id(),
        recipient: recipient.code().to_owned(),
        entry_id: extract.entry_id,
        entry_version: extract.entry_version,
        state: rows::PENDING.to_owned(),
        attempts: 0,
        next_attempt_at: moment.instant,
        sent_at: None,
        version: 1,
        correction_id: debtor.correction(),
        court_case_id: debtor.court_case(),
    }))
}

pub(crate) use rows::{count_pending, letters_of};
