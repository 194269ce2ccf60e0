//! A change of the Rules, a notice of it to one addressee, and how that moves: told, late, reminded,
//! acknowledged (cl. 4). It never does input or output.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::policy::Body;
use crate::{
    application::model::just_after,
    calendar::Act,
    kernel::{Bin, DocumentId, Email, InformedBody, Localized, NoticeId, Personal, RulesChangeId},
    provider::Provider,
};

/// Each addressee is told within this many working days of the publication (cl. 4).
pub(super) const TERM_WORKING_DAYS: u32 = 3;
/// However near the due moment is, a mail server has so long a rest between two attempts.
const SHORTEST_PAUSE: TimeDelta = TimeDelta::minutes(1);

/// A change of the Rules, as it was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RulesChange {
    /// Made from its act, so that none is told twice.
    pub id: RulesChangeId,
    /// What changes the Rules.
    pub act: Act,
    /// The day of the official publication.
    pub published_on: NaiveDate,
    /// The first day on which it is in force.
    pub in_force_on: NaiveDate,
    /// What changes; English may be empty.
    pub text: Localized,
    /// The act and what belongs to it.
    pub files: Vec<ChangeFile>,
    /// Version of the rule set that it carries.
    pub rule_set: Option<String>,
    /// When it was told here.
    pub announced_at: DateTime<Utc>,
    /// The account that told it.
    pub announced_by: String,
    /// When every addressee must have been told.
    pub due_at: DateTime<Utc>,
    /// The calendar by which that was reckoned (I-5).
    pub calendar_version: String,
    /// How many got a notice.
    pub addressee_count: i32,
}

/// A file of a change, as it was uploaded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeFile {
    /// Names it.
    pub id: DocumentId,
    /// Its name: the authorized body publishes it, so it is nobody's secret.
    pub name: String,
    /// SHA-256, hexadecimal.
    pub sha256: String,
    /// Its size, bytes.
    pub size_bytes: i64,
}

/// Whom a notice is for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Addressee {
    /// The provider of an id.
    Provider(String),
    /// A body beside the providers.
    Body(InformedBody),
}

/// A notice of a change to one addressee.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Its id.
    pub id: NoticeId,
    /// The change.
    pub change: RulesChangeId,
    /// Whom it is for.
    pub addressee: Addressee,
    /// Its BIN, as it was.
    pub bin: Bin,
    /// Its name, as it was.
    pub name: Localized,
    /// Where letters go; none if nowhere.
    pub email: Option<Personal<Email>>,
    /// Grows with every change.
    pub version: i64,
    /// When the change was told here.
    pub announced_at: DateTime<Utc>,
    /// When the addressee must have been told.
    pub due_at: DateTime<Utc>,
    /// That moment passed, and it had not.
    pub overdue: bool,
    /// When it was told, and by what.
    pub told: Option<Told>,
    /// When it acknowledged, and by which account.
    pub acknowledged: Option<(DateTime<Utc>, String)>,
    /// Until when it has to acknowledge not to be late: a letter told it so long before. None before that.
    pub acknowledgement_due_at: Option<DateTime<Utc>>,
    /// When it is reminded; none if that was, or is not to be any more.
    pub remind_at: Option<DateTime<Utc>>,
    /// The last letter.
    pub letter: Option<NoticeLetter>,
}

/// That an addressee was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    /// When.
    pub at: DateTime<Utc>,
    /// By what.
    pub by: Telling,
}

/// By what an addressee was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Telling {
    /// A mail server answered for the letter.
    Mail,
    /// It acknowledged first.
    Acknowledgement,
}

/// The letter of a notice: the notice itself, or a reminder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoticeLetter {
    /// The how manieth it is; from 1.
    pub number: i32,
    /// Since when it is to be sent.
    pub owed_at: DateTime<Utc>,
    /// Attempts to send it.
    pub attempts: i32,
    /// How it stands.
    pub state: LetterState,
}

/// How a letter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LetterState {
    /// To be sent at a moment.
    Waiting(DateTime<Utc>),
    /// A mail server answered for it.
    Taken,
    /// Given up.
    Failed,
    /// The addressee acknowledged before it left.
    Dropped,
}

/// An attempt to send a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Attempt {
    /// Which letter.
    pub(super) letter: i32,
    /// The how manieth of it; from 1.
    pub(super) number: i32,
    /// When.
    pub(super) at: DateTime<Utc>,
    /// A mail server answered for the letter.
    pub(super) taken: bool,
    /// Codes of the answer, or what failed, without personal data.
    pub(super) answer: String,
}

impl Addressee {
    /// The name in the store; what tells a provider's is no part of an id.
    pub fn key(&self) -> String {
        match self {
            Self::Provider(id) => format!("PROVIDER/{id}"),
            Self::Body(body) => body.code().to_owned(),
        }
    }

    /// Finds the addressee of a name.
    pub fn from_key(key: &str) -> Option<Self> {
        match key.split_once('/') {
            Some(("PROVIDER", id)) => Some(Self::Provider(id.to_owned())),
            Some(_) => None,
            None => InformedBody::from_code(key).map(Self::Body),
        }
    }
}

impl Telling {
    /// The name in the store.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Mail => "MAIL",
            Self::Acknowledgement => "ACKNOWLEDGEMENT",
        }
    }

    /// Finds it by its code.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Mail, Self::Acknowledgement]
            .into_iter()
            .find(|telling| telling.code() == code)
    }
}

impl LetterState {
    /// The name in the store.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Waiting(_) => "WAITING",
            Self::Taken => "TAKEN",
            Self::Failed => "FAILED",
            Self::Dropped => "DROPPED",
        }
    }

    /// When it is to be sent.
    pub const fn next_attempt_at(self) -> Option<DateTime<Utc>> {
        match self {
            Self::Waiting(at) => Some(at),
            Self::Taken | Self::Failed | Self::Dropped => None,
        }
    }
}

/// Who is told, and how it is reached now.
#[derive(Clone, Debug)]
pub(super) struct Reached {
    pub(super) addressee: Addressee,
    pub(super) bin: Bin,
    pub(super) name: Localized,
    pub(super) email: Option<Email>,
}

impl Reached {
    /// A provider.
    pub(super) fn provider(provider: &Provider) -> Self {
        Self {
            addressee: Addressee::Provider(provider.id.clone()),
            bin: provider.bin.clone(),
            name: provider.name.clone(),
            email: provider.notice_email.clone(),
        }
    }

    /// A body beside the providers.
    pub(super) fn body(body: &Body) -> Self {
        Self {
            addressee: Addressee::Body(body.body),
            bin: body.bin.clone(),
            name: body.name.clone(),
            email: Some(body.email.clone()),
        }
    }
}

impl Notice {
    /// The notice of a change to somebody; a letter is to be sent at once if there is an address.
    pub(super) fn of(
        id: NoticeId,
        change: &RulesChange,
        reached: Reached,
        remind_at: Option<DateTime<Utc>>,
    ) -> Self {
        let mut notice = Self {
            id,
            change: change.id,
            addressee: reached.addressee,
            bin: reached.bin,
            name: reached.name,
            email: reached.email.map(Personal::new),
            version: 1,
            announced_at: change.announced_at,
            due_at: change.due_at,
            overdue: false,
            told: None,
            acknowledged: None,
            acknowledgement_due_at: None,
            remind_at,
            letter: None,
        };
        notice.owe_letter(change.announced_at);
        notice
    }

    /// The version as it is sent to clients.
    pub fn etag(&self) -> String {
        format!("\"{}\"", self.version)
    }

    /// How many letters it has had.
    pub fn letter_count(&self) -> i32 {
        self.letter.map_or(0, |letter| letter.number)
    }

    /// When its letter is to be sent.
    pub fn next_attempt_at(&self) -> Option<DateTime<Utc>> {
        self.letter?.state.next_attempt_at()
    }

    /// When the clerk has to look at it: to remind, or to mark that it is late. What is done at the due
    /// moment is in time, the next microsecond is late.
    pub fn wakes_at(&self) -> Option<DateTime<Utc>> {
        [self.remind_at, self.late_at()].into_iter().flatten().min()
    }

    pub(super) fn late_at(&self) -> Option<DateTime<Utc>> {
        just_after(self.due_at).filter(|_| !self.overdue && self.told.is_none())
    }

    /// Until when somebody waits for the addressee to be told, or to acknowledge.
    pub fn waits_until(&self) -> Option<DateTime<Utc>> {
        let is_waited_for = self.acknowledged.is_none();
        is_waited_for.then(|| self.acknowledgement_due_at.unwrap_or(self.due_at))
    }

    /// The addressee is late to acknowledge; nobody is whom no letter told.
    pub fn is_acknowledgement_late(&self, now: DateTime<Utc>) -> bool {
        let acknowledged_at = self.acknowledged.as_ref().map(|(at, _)| *at);
        let at = acknowledged_at.unwrap_or(now);
        self.acknowledgement_due_at
            .is_some_and(|acknowledgement_due_at| at > acknowledgement_due_at)
    }

    /// When its letter is tried again, if the next attempt would otherwise be at `again_at`. No pause passes
    /// over the due moment as long as the addressee can be told in time: it is half of what is left then, or the
    /// shortest one.
    pub(super) fn tried_again_at(
        &self,
        now: DateTime<Utc>,
        again_at: DateTime<Utc>,
    ) -> DateTime<Utc> {
        let left = self.due_at.signed_duration_since(now);
        let half = left.checked_div(2).unwrap_or_default();
        let sooner = now.checked_add_signed(half.max(SHORTEST_PAUSE));
        match sooner.filter(|sooner| *sooner < self.due_at) {
            Some(sooner) if self.is_still_in_time(now) && self.due_at < again_at => sooner,
            _ => again_at,
        }
    }

    /// The addressee was not told, and it is not too late.
    pub(super) fn is_still_in_time(&self, now: DateTime<Utc>) -> bool {
        self.told.is_none() && now < self.due_at
    }

    /// The addressee was told after the due moment.
    pub fn is_told_late(&self) -> bool {
        self.told.is_some_and(|told| told.at > self.due_at)
    }

    /// Nothing is on its way to the addressee, and it was not told.
    pub fn is_unreachable(&self) -> bool {
        self.told.is_none() && self.next_attempt_at().is_none()
    }

    /// Has one more letter sent; not without an address, not while another is on its way, and not to who
    /// acknowledged.
    pub(super) fn owe_letter(&mut self, at: DateTime<Utc>) -> bool {
        let is_owed =
            self.email.is_some() && self.acknowledged.is_none() && self.next_attempt_at().is_none();
        if is_owed {
            self.letter = Some(NoticeLetter {
                number: self.letter_count().saturating_add(1),
                owed_at: at,
                attempts: 0,
                state: LetterState::Waiting(at),
            });
        }
        is_owed
    }

    pub(super) fn tell(&mut self, told: Told) -> bool {
        let is_first = self.told.is_none();
        self.told = self.told.or(Some(told));
        is_first
    }
}

#[cfg(test)]
mod tests;
