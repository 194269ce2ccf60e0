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
