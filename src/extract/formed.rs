//! An extract was formed, or could not be: what follows for the application (cl. 11).
//! It never renders: it records.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::DatabaseConnection;

use super::rows::{PENDING, READY, extract, extract_of};
use crate::{
    application::{
        Objection, Office, Procedure, agreement::Mailbox, model::HandoverReason,
        standing::standing_at,
    },
    kernel::{EntryId, Moment},
    letter::{self, Debtor, Ended, Owed, Recipient},
    store::{Changes, Command, Fence, Origin, RequestKey, StoreFault, Update},
};

/// The longest pause between two attempts to form an extract.
const PAUSE_SECONDS_MAX: i64 = 300;

/// The system's command to record a formed extract.
pub(crate) struct Formed {
    pub(crate) office: Arc<Office>,
    pub(crate) extract: extract::Model,
    pub(crate) fence: Fence,
    pub(crate) sha256: String,
    pub(crate) size_bytes: i64,
}

/// Of what that is decided.
pub(crate) struct Loaded {
    extract: extract::Model,
    owed: Owed,
    has_mailbox: bool,
    has_former_mailbox: bool,
}

/// What follows from a formed extract.
pub(crate) struct Ready {
    moment: Moment,
    extract: extract::Model,
    then: Then,
    /// Who assigned the right of claim is told, too, if there is a mailbox for it.
    former: Option<Debtor>,
}

enum Then {
    /// A letter is to be sent.
    Mail(Debtor),
    /// The cooperative is to hand it over.
    HandOver(Ended),
}

impl Command for Formed {
    type Loaded = Option<Loaded>;
    type Decided = Ready;
    type Refusal = Objection;
    type Answer = ();

    fn request(&self) -> Option<&RequestKey> {
        None
    }

    fn fence(&self) -> Option<Fence> {
        Some(self.fence)
    }

    async fn load(
        &self,
        reads: &DatabaseConnection,
        _moment: Moment,
    ) -> Result<Self::Loaded, StoreFault> {
        let (entry, version) = (self.extract.entry_id.into(), self.extract.entry_version);
        let (correction, court_case) = (self.extract.correction_id, self.extract.court_case_id);
        let debtor = Debtor::of(self.extract.application_id, correction, court_case);
        let (Some(extract), Some(owed)) = (
            extract_of(reads, entry, version).await?,
            debtor.load(reads).await?,
        ) else {
            return Ok(None);
        };
        let is_assignment = match &owed {
            Owed::Application(application) => application.procedure == Procedure::Assignment,
            Owed::Correction(_) | Owed::CourtCase(_) => false,
        };
        let has_former_mailbox =
            is_assignment && has_mailbox(reads, entry, version.saturating_sub(1)).await?;
        Ok(Some(Loaded {
            extract,
            owed,
            has_mailbox: has_mailbox(reads, entry, version).await?,
            has_former_mailbox,
        }))
    }

    fn decide(&self, loaded: Self::Loaded, moment: Moment) -> Result<Ready, Objection> {
        let Loaded {
            extract,
            owed,
            has_mailbox,
            has_former_mailbox,
        } = loaded
            .filter(|loaded| loaded.extract.state == PENDING && loaded.owed.is_open())
            .ok_or(Objection::NothingToDo)?;
        let former = has_former_mailbox.then_some(owed.debtor());
        let then = if has_mailbox {
            Then::Mail(owed.debtor())
        } else {
            let reason = HandoverReason::NoEmail;
            Then::HandOver(owed.handed_on(&self.office, reason, moment)?)
        };
        let extract = extract::Model {
            state: READY.to_owned(),
            sha256: Some(self.sha256.clone()),
            size_bytes: Some(self.size_bytes),
            formed_at: Some(moment.instant),
            attempts: extract.attempts.saturating_add(1),
            fault: None,
            version: extract.version.saturating_add(1),
            ..extract
        };
        Ok(Ready {
            moment,
            extract,
            then,
            former,
        })
    }

    fn changes(&self, ready: &Ready) -> Result<Changes, StoreFault> {
        let origin = Origin::of_system("form_extract", ready.moment);
        let before = ready.extract.version.saturating_sub(1);
        let changes = match &ready.then {
            Then::Mail(debtor) => letter::owed(
                Changes::by(origin),
                *debtor,
                Recipient::Shareholder,
                &ready.extract,
                ready.moment,
            ),
            Then::HandOver(ended) => ended.changes(&self.office, origin)?,
        };
        let changes = match ready.former {
            Some(debtor) => letter::owed(
                changes,
                debtor,
                Recipient::FormerShareholder,
                &ready.extract,
                ready.moment,
            ),
            None => changes,
        };
        Ok(changes.update(Update::of(&ready.extract, before)))
    }

    fn answer(&self, _decided: Ready) {}
}

/// Whether the shareholder of a version has an e-mail address.
async fn has_mailbox(
    reads: &DatabaseConnection,
    entry: EntryId,
    version: i32,
) -> Result<bool, StoreFault> {
    let standing = standing_at(reads, entry, version).await?;
    let mailbox = standing.agreement.shareholder.mailbox;
    Ok(matches!(mailbox, Mailbox::Address(_)))
}

/// The system's command to record that an extract could not be formed; it is tried again, for ever.
pub(crate) struct NotFormed {
    pub(crate) extract: extract::Model,
    pub(crate) fence: Fence,
    pub(crate) fault: String,
}

impl Command for NotFormed {
    type Loaded = Option<extract::Model>;
    type Decided = (extract::Model, Moment);
    type Refusal = Objection;
    type Answer = ();

    fn request(&self) -> Option<&RequestKey> {
        None
    }

    fn fence(&self) -> Option<Fence> {
        Some(self.fence)
    }

    async fn load(
        &self,
        reads: &DatabaseConnection,
        _moment: Moment,
    ) -> Result<Self::Loaded, StoreFault> {
        extract_of(
            reads,
            self.extract.entry_id.into(),
            self.extract.entry_version,
        )
        .await
    }

    fn decide(&self, loaded: Self::Loaded, moment: Moment) -> Result<Self::Decided, Objection> {
        let extract = loaded
            .filter(|extract| extract.state == PENDING)
            .ok_or(Objection::NothingToDo)?;
        let attempts = extract.attempts.saturating_add(1);
        let extract = extract::Model {
            attempts,
            next_attempt_at: next_attempt_at(moment.instant, attempts),
            fault: Some(self.fault.clone()),
            version: extract.version.saturating_add(1),
            ..extract
        };
        Ok((extract, moment))
    }

    fn changes(&self, (extract, moment): &Self::Decided) -> Result<Changes, StoreFault> {
        let before = extract.version.saturating_sub(1);
        Ok(Changes::by(Origin::of_system("form_extract", *moment))
            .update(Update::of(extract, before)))
    }

    fn answer(&self, _decided: Self::Decided) {}
}

/// 1, 2, 4 … seconds, at most five minutes.
fn next_attempt_at(now: DateTime<Utc>, attempts: i32) -> DateTime<Utc> {
    let exponent = u32::try_from(attempts.saturating_sub(1)).unwrap_or_default();
    let seconds = 2_i64.saturating_pow(exponent).min(PAUSE_SECONDS_MAX);
    now.checked_add_signed(TimeDelta::seconds(seconds))
        .unwrap_or(now)
}
