//! An attempt to send a letter of a notice was made: the evidence of it, and what follows.
//! It never sends: it records.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use sea_orm::DatabaseConnection;

use super::{
    acknowledge::moved_changes,
    model::{Attempt, Notice},
    moved::{Moved, Next},
    policy::NoticePolicy,
    rows::{notice_attempt, notice_by_id},
};
use crate::{
    application::{Objection, Office},
    kernel::{Moment, NoticeId},
    letter::LetterPolicy,
    mail::{MailFault, Receipt},
    store::{Changes, Command, Insert, Origin, RequestKey, StoreFault},
};

/// What the journal calls it.
pub(super) const SEND_NOTICE: &str = "send_notice";

/// The system's command to record an attempt.
pub(super) struct Attempted {
    pub(super) office: Arc<Office>,
    /// Of this attempt, so that it is recorded once.
    pub(super) request: RequestKey,
    pub(super) policy: Arc<NoticePolicy>,
    pub(super) letters: LetterPolicy,
    pub(super) id: NoticeId,
    /// Which letter was tried.
    pub(super) letter: i32,
    /// When the answer came, however long the record takes.
    pub(super) at: DateTime<Utc>,
    pub(super) outcome: Result<Receipt, MailFault>,
}

/// What follows from an attempt.
pub(super) struct Recorded {
    moved: Moved,
    attempt: Attempt,
    moment: Moment,
}

impl Command for Attempted {
    type Loaded = Option<Notice>;
    type Decided = Recorded;
    type Refusal = Objection;
    type Answer = ();

    fn request(&self) -> Option<&RequestKey> {
        Some(&self.request)
    }

    async fn load(
        &self,
        reads: &DatabaseConnection,
        _moment: Moment,
    ) -> Result<Self::Loaded, StoreFault> {
        notice_by_id(reads, self.id).await
    }

    /// A letter that another process tried as well, after this one froze, is recorded for both.
    fn decide(&self, loaded: Self::Loaded, moment: Moment) -> Result<Recorded, Objection> {
        let notice = loaded.ok_or(Objection::NothingToDo)?;
        let letter = notice.letter.filter(|letter| letter.number == self.letter);
        let letter = letter.ok_or(Objection::NothingToDo)?;
        let number = letter.attempts.saturating_add(1);
        let attempt = Attempt {
            letter: self.letter,
            number,
            at: self.at,
            taken: self.outcome.is_ok(),
            answer: match &self.outcome {
                Ok(Receipt(answer)) => answer.clone(),
                Err(fault) => fault.to_string(),
            },
        };
        let next = match &self.outcome {
            Ok(_) => Next {
                again_at: None,
                remind_at: self.policy.remind_at(&self.office.calendar(), self.at),
            },
            Err(MailFault::Transient { .. }) => Next {
                again_at: again_at(self.letters, &notice, moment.instant, number),
                remind_at: None,
            },
            Err(MailFault::Permanent { .. }) => Next::default(),
        };
        Ok(Recorded {
            moved: Moved::attempted(notice, &attempt, next),
            attempt,
            moment,
        })
    }

    fn changes(&self, recorded: &Recorded) -> Result<Changes, StoreFault> {
        let attempt = &recorded.attempt;
        let row = notice_attempt::Model {
            notice_id: self.id.get(),
            letter: attempt.letter,
            attempt: attempt.number,
            attempted_at: attempt.at,
            taken: attempt.taken,
            answer: attempt.answer.clone(),
        };
        let changes = moved_changes(
            &recorded.moved,
            Origin::of_system(SEND_NOTICE, recorded.moment),
        )?;
        Ok(changes.insert(Insert::of(&row)))
    }

    fn answer(&self, _decided: Recorded) {}
}

/// When a letter is tried again after so many attempts; none if it is given up, which it is not as long as it
/// can be in time.
pub(super) fn again_at(
    letters: LetterPolicy,
    notice: &Notice,
    now: DateTime<Utc>,
    attempts: i32,
) -> Option<DateTime<Utc>> {
    let letters = if notice.is_still_in_time(now) {
        letters.never_given_up()
    } else {
        letters
    };
    let again_at = letters.again_at(now, attempts)?;
    Some(notice.tried_again_at(now, again_at))
}
