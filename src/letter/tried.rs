//! An attempt to send a letter was made: what follows for the letter and the application (cl. 11).
//! It never sends: it records.

use std::sync::Arc;

use sea_orm::DatabaseConnection;

use super::{
    Debtor, Ended, LetterPolicy, Owed, Recipient,
    rows::{FAILED, PENDING, SENT, attempt, letter, letter_of},
};
use crate::{
    application::{Objection, Office, model::HandoverReason},
    kernel::Moment,
    mail::MailFault,
    store::{Changes, Command, Insert, Origin, RequestKey, StoreFault, Update},
};

/// What the journal calls it.
pub(super) const SEND_LETTER: &str = "send_letter";

/// The system's command to record an attempt.
pub(super) struct Tried {
    pub(super) office: Arc<Office>,
    /// Of this attempt, so that it is recorded once.
    pub(super) request: RequestKey,
    pub(super) policy: LetterPolicy,
    pub(super) debtor: Debtor,
    pub(super) recipient: Recipient,
    pub(super) fault: Option<MailFault>,
}

/// What follows from an attempt.
pub(super) struct Recorded {
    moment: Moment,
    letter: letter::Model,
    attempt: attempt::Model,
    ended: Option<Ended>,
}

impl Tried {
    /// The attempt, as one after which the letter is tried on: for when no hand-over can fall due.
    pub(super) fn put_off(self) -> Self {
        let fault = self.fault.map(|fault| MailFault::Transient {
            reason: fault.to_string(),
        });
        Self {
            policy: self.policy.never_given_up(),
            fault,
            ..self
        }
    }

    /// Sent, to be tried again, or given up.
    fn outcome(&self, attempts: i32) -> &'static str {
        match &self.fault {
            None => SENT,
            Some(MailFault::Permanent { .. }) => FAILED,
            Some(MailFault::Transient { .. })
                if i64::from(attempts) >= i64::from(self.policy.attempts_max) =>
            {
                FAILED
            }
            Some(MailFault::Transient { .. }) => PENDING,
        }
    }

    /// What becomes of what owed the extract: only the shareholder's own letter ends it.
    fn ended(&self, state: &str, owed: Owed, moment: Moment) -> Result<Option<Ended>, Objection> {
        if !owed.is_open() || self.recipient != Recipient::Shareholder {
            return Ok(None);
        }
        match state {
            SENT => Ok(Some(owed.sent(moment.instant))),
            FAILED => {
                let reason = HandoverReason::DeliveryFailed;
                owed.handed_on(&self.office, reason, moment).map(Some)
            }
            _ => Ok(None),
        }
    }
}

impl Command for Tried {
    type Loaded = Option<(letter::Model, Owed)>;
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
        let letter = letter_of(reads, self.debtor, self.recipient).await?;
        Ok(letter.zip(self.debtor.load(reads).await?))
    }

    fn decide(&self, loaded: Self::Loaded, moment: Moment) -> Result<Recorded, Objection> {
        let (letter, owed) = loaded
            .filter(|(letter, _)| letter.state == PENDING)
            .ok_or(Objection::NothingToDo)?;
        let attempts = letter.attempts.saturating_add(1);
        let state = self.outcome(attempts);
        let ended = self.ended(state, owed, moment)?;
        let attempt = attempt::Model {
            application_id: letter.application_id,
            recipient: letter.recipient.clone(),
            attempt: attempts,
            at: moment.instant,
            fault: self.fault.as_ref().map(ToString::to_string),
        };
        let letter = letter::Model {
            state: state.to_owned(),
            attempts,
            next_attempt_at: self.policy.next_attempt_at(moment.instant, attempts),
            sent_at: (state == SENT).then_some(moment.instant),
            version: letter.version.saturating_add(1),
            ..letter
        };
        Ok(Recorded {
            moment,
            letter,
            attempt,
            ended,
        })
    }

    fn changes(&self, recorded: &Recorded) -> Result<Changes, StoreFault> {
        let origin = Origin::of_system(SEND_LETTER, recorded.moment);
        let changes = match &recorded.ended {
            Some(ended) => ended.changes(&self.office, origin)?,
            None => Changes::by(origin),
        };
        let before = recorded.letter.version.saturating_sub(1);
        Ok(changes
            .update(Update::of(&recorded.letter, before))
            .insert(Insert::of(&recorded.attempt)))
    }

    fn answer(&self, _decided: Recorded) {}
}
