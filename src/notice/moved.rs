//! How a notice moves from one version to the next, with what the journal tells of it (cl. 4).
//! It never does input or output, and no change is quicker than the mark that a notice is late.

use chrono::{DateTime, TimeDelta, Utc};

use super::model::{Attempt, LetterState, Notice, Telling, Told};
use crate::kernel::{Email, Personal};

/// A reminder waits so long for a letter that is still on its way.
const REMINDER_WAITS: TimeDelta = TimeDelta::days(1);

/// What follows from an attempt, as the policy and the calendar reckon it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Next {
    /// When the letter is tried again; none if it is given up.
    pub(super) again_at: Option<DateTime<Utc>>,
    /// When whoever was told by it is reminded; none if the calendar does not say.
    pub(super) remind_at: Option<DateTime<Utc>>,
}

/// A change of a notice from one version to the next, with what the journal tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Moved {
    /// The version that was changed.
    pub(super) version_before: i64,
    /// The notice as it is to be.
    pub(super) notice: Notice,
    /// What was done, as the journal names it.
    pub(super) acts: Vec<&'static str>,
    /// When.
    pub(super) at: DateTime<Utc>,
}

impl Moved {
    /// Begins a change. No change is quicker than the mark: if the due moment has passed, the notice is
    /// late first, whatever follows.
    pub(super) fn of(notice: Notice, at: DateTime<Utc>) -> Self {
        let mut moved = Self {
            version_before: notice.version,
            notice,
            acts: Vec::new(),
            at,
        };
        moved.notice.version = moved.version_before.saturating_add(1);
        if moved.notice.late_at().is_some_and(|late_at| late_at <= at) {
            moved.notice.overdue = true;
            moved.acts.push("notice_overdue");
        }
        moved
    }

    /// What the clerk does when a notice's moment has come: the mark that it is late, a reminder to the
    /// address of now. While a letter is on its way the reminder waits.
    pub(super) fn woken(notice: Notice, email: Option<Email>, at: DateTime<Utc>) -> Option<Self> {
        notice.wakes_at().filter(|wakes_at| *wakes_at <= at)?;
        let mut moved = Self::of(notice, at);
        let notice = &mut moved.notice;
        if notice.remind_at.is_some_and(|remind_at| remind_at <= at) {
            if notice.next_attempt_at().is_some() {
                notice.remind_at = at.checked_add_signed(REMINDER_WAITS);
            } else {
                notice.remind_at = None;
                notice.email = email.map(Personal::new);
                if notice.owe_letter(at) {
                    moved.acts.push("notice_letter_owed");
                }
            }
        }
        Some(moved)
    }

    /// The addressee acknowledges: it needs no letter any more.
    pub(super) fn acknowledged(notice: Notice, by: &str, at: DateTime<Utc>) -> Self {
        let mut moved = Self::of(notice, at);
        let notice = &mut moved.notice;
        notice.acknowledged = Some((at, by.to_owned()));
        notice.remind_at = None;
        if let Some(letter) = &mut notice.letter
            && letter.state.next_attempt_at().is_some()
        {
            letter.state = LetterState::Dropped;
        }
        notice.tell(Told {
            at,
            by: Telling::Acknowledgement,
        });
        moved.acts.push("notice_acknowledged");
        moved
    }

    /// The authorized body has one more letter sent, to the address of now; none if there is nothing to
    /// send.
    pub(super) fn reminded(
        mut notice: Notice,
        email: Option<Email>,
        at: DateTime<Utc>,
    ) -> Option<Self> {
        notice.email = email.map(Personal::new);
        let mut moved = Self::of(notice, at);
        let is_owed = moved.notice.owe_letter(at);
        moved.acts.push("notice_letter_owed");
        is_owed.then_some(moved)
    }

    /// An attempt to send a letter was made. From when a letter tells the addressee of the change, its time to
    /// acknowledge runs.
    pub(super) fn attempted(notice: Notice, attempt: &Attempt, next: Next) -> Self {
        let mut moved = Self::of(notice, attempt.at);
        let notice = &mut moved.notice;
        if let Some(letter) = &mut notice.letter {
            letter.attempts = attempt.number;
            letter.state = match (attempt.taken, next.again_at, letter.state) {
                (true, _, _) => LetterState::Taken,
                (false, Some(again_at), LetterState::Waiting(_)) => LetterState::Waiting(again_at),
                (false, None, LetterState::Waiting(_)) => {
                    moved.acts.push("notice_letter_failed");
                    LetterState::Failed
                }
                // While it was tried, it was acknowledged, or another process sent it or gave it up.
                (
                    false,
                    _,
                    settled @ (LetterState::Taken | LetterState::Failed | LetterState::Dropped),
                ) => settled,
            };
        }
        let told = Told {
            at: attempt.at,
            by: Telling::Mail,
        };
        let notice = &mut moved.notice;
        if attempt.taken && notice.tell(told) {
            notice.remind_at = next.remind_at;
            notice.acknowledgement_due_at = next.remind_at.map(|at| at.max(notice.due_at));
            moved.acts.push("notice_told");
        }
        moved
    }
}
