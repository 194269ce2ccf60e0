//! Plays a sequence at the office and in the model at once, and compares what each act is answered.

use std::{collections::BTreeMap, sync::Arc};

use chrono::{DateTime, Utc};
use tizilim::{authn::Caller, kernel::Clock as _, pb::registry::v1 as pb};

use super::{
    acts::{Act, Filing, Work},
    grants::Prepared,
    kept::{Asked, Kind, Outcome},
    law::Law,
    messages::{Answer, Message},
    office::Desk,
};
use crate::harness::instant;

/// How many shares a sequence has.
pub(super) const SHARES: usize = 2;

/// What was answered how often.
pub(super) type Tally = BTreeMap<String, u32>;

/// A difference between the office and the model, in words.
pub(super) type Difference = String;

/// A sequence that is being played.
pub(super) struct Play<'desk> {
    pub(super) desk: &'desk Desk,
    /// Its shares and documents are its own.
    pub(super) number: u32,
    pub(super) law: Law,
    /// Ids of applications and numbers of entries, in the order of the model.
    pub(super) ids: Vec<String>,
    pub(super) entries: Vec<String>,
    pub(super) prepared: Option<(usize, Prepared)>,
    pub(super) last: Option<(Arc<Caller>, Message, Answer)>,
    pub(super) tally: Tally,
}

impl<'desk> Play<'desk> {
    pub(super) fn new(desk: &'desk Desk, number: u32) -> Self {
        Self {
            desk,
            number,
            law: Law::default(),
            ids: Vec::new(),
            entries: Vec::new(),
            prepared: None,
            last: None,
            tally: Tally::new(),
        }
    }

    pub(super) fn now(&self) -> DateTime<Utc> {
        self.desk.clock.now().instant
    }

    /// The number of a share among all that there are.
    pub(super) fn share_no(&self, share: usize) -> u32 {
        self.number * 2 + u32::try_from(share).unwrap() + 1
    }

    /// The application that so many were filed after; none if there is none at all.
    fn index(&self, back: usize) -> Option<usize> {
        let count = self.ids.len();
        count.checked_sub(1).map(|newest| newest - back % count)
    }

    /// One that can be granted, or else any.
    fn to_grant(&self, back: usize) -> Option<usize> {
        let all = (0..self.ids.len()).rev();
        let ready: Vec<usize> = all
            .filter(|index| self.law.prepares(*index).is_ok())
            .collect();
        ready.get(back).copied().or_else(|| self.index(back))
    }

    /// Does it at both.
    pub(super) async fn step(&mut self, act: Act) -> Result<(), Difference> {
        match act {
            Act::File(filing) => self.files(filing).await,
            Act::Repeat => self.repeats().await,
            Act::Reuse => self.reuses().await,
            Act::GrantPrepared => self.grants_prepared().await,
            Act::Race { one, other } => match (self.to_grant(one), self.to_grant(other)) {
                (Some(one), Some(other)) if one != other => self.races(one, other).await,
                _ => Ok(()),
            },
            Act::Grant { application } | Act::Prepare { application } => {
                let Some(index) = self.to_grant(application) else {
                    return Ok(());
                };
                let Some(prepared) = self.prepares(index).await? else {
                    return Ok(());
                };
                if matches!(act, Act::Prepare { .. }) {
                    self.prepared = Some((index, prepared));
                    return Ok(());
                }
                let at = self.now();
                let expected = self.law.grants(index, prepared.version, true, at);
                self.sends_grant(index, prepared, expected).await
            }
            Act::Work { application, work } => match self.index(application) {
                Some(index) => self.works(work, index).await,
                None => Ok(()),
            },
        }
    }

    async fn files(&mut self, filing: Filing) -> Result<(), Difference> {
        let text = |number: usize| format!("{}-{number}", self.number);
        let (of, asked, mut message, number, repeats) = match filing {
            Filing::Agreement {
                cooperative,
                share,
                person,
                consent,
                number,
                repeats,
            } => {
                let asked = Asked::Agreement {
                    share,
                    person,
                    consent,
                };
                let (no, text) = (self.share_no(share), text(number));
                let message = Message::agreement(cooperative, no, person, consent, &text);
                (cooperative, asked, message, number, repeats)
            }
            Filing::Change {
                of_another,
                kind,
                entry,
                person,
                to,
                number,
            } => {
                // Beyond the last there is none.
                let count = self.entries.len();
                let entry = entry
                    .filter(|_| count > 0)
                    .map_or(count, |entry| entry % count);
                let known = self.law.entries.get(entry);
                let holder = known.map_or(0, |entry| entry.stands().holder);
                let own = known.map_or(0, |entry| entry.cooperative);
                let cooperative = if of_another { 1 - own } else { own };
                let person = person.unwrap_or(holder);
                let to = (person + 1 + to % 2) % 3;
                let asked = Asked::Change {
                    kind,
                    entry,
                    person,
                    to,
                };
                let nowhere = "E-260202-0000000".to_owned();
                let entry = self.entries.get(entry).unwrap_or(&nowhere);
                let parties = (person, to);
                let message = Message::change(cooperative, kind, entry, parties, &text(number));
                (cooperative, asked, message, number, None)
            }
        };
        let repeats = repeats.and_then(|back| self.index(back));
        if let (Message::Submit(request), Some(repeated)) = (&mut message, repeats) {
            request
                .refused_application_id
                .clone_from(&self.ids[repeated]);
        }
        let expected = self.law.files(of, asked, number, repeats);
        let by = Arc::clone(&self.desk.cooperatives[of]);
        if let Some(answer) = self.sends(by, message, expected).await? {
            let application = answer.application;
            let moments = [application.registered_at, application.due_at].map(instant);
            self.law.is_due(moments[0], moments[1]);
            self.ids.push(application.application_id);
        }
        Ok(())
    }

    async fn works(&mut self, work: Work, index: usize) -> Result<(), Difference> {
        let read = self.desk.read(&self.ids[index]).await;
        let etag = |is_fresh: bool| {
            let version: u32 = read.etag.trim_matches('"').parse().unwrap();
            format!("\"{}\"", if is_fresh { version } else { version - 1 })
        };
        let id = read.application_id.clone();
        let of = self.law.applications[index].cooperative;
        let officer = |officer: usize| Arc::clone(&self.desk.officers[officer]);
        let (by, message, expected) = match work {
            Work::Withdraw {
                by_its_own,
                is_fresh,
            } => {
                let by = if by_its_own { of } else { 1 - of };
                let caller = Arc::clone(&self.desk.cooperatives[by]);
                let message = Message::withdraw(id, etag(is_fresh));
                (caller, message, self.law.withdraws(by, index, is_fresh))
            }
            Work::Take {
                officer: by,
                is_fresh,
            } => {
                let message = Message::take(id, etag(is_fresh));
                (officer(by), message, self.law.takes(by, index, is_fresh))
            }
            Work::Record { officer: by, holds } => {
                let message = Message::record(id, etag(true), holds);
                (officer(by), message, self.law.records(by, index, holds))
            }
            Work::Refuse {
                officer: by,
                is_fresh,
            } => {
                let message = Message::refuse(id, etag(is_fresh));
                (officer(by), message, self.law.refuses(by, index, is_fresh))
            }
        };
        let answer = self.sends(by, message, expected).await?;
        let Some(answer) = answer else { return Ok(()) };
        let stage = answer.application.stage().as_str_name();
        let expected = self.law.applications[index].stage();
        if stage == format!("APPLICATION_STAGE_{expected}") {
            Ok(())
        } else {
            Err(format!("it stands at {stage}, not {expected}"))
        }
    }

    /// Sends it, and compares the answer with what the model says.
    pub(super) async fn sends(
        &mut self,
        by: Arc<Caller>,
        message: Message,
        expected: Outcome,
    ) -> Result<Option<Answer>, Difference> {
        let sent = self.desk.send(&by, message.clone()).await;
        let told = sent.as_ref().map(|_| ()).map_err(String::as_str);
        self.tell(told);
        if told != expected {
            return Err(format!("it was answered {told:?}, not {expected:?}"));
        }
        let Ok(answer) = sent else { return Ok(None) };
        self.last = Some((by, message, answer.clone()));
        Ok(Some(answer))
    }

    pub(super) fn tell(&mut self, told: Result<(), &str>) {
        let word = told.err().unwrap_or("OK").to_owned();
        *self.tally.entry(word).or_default() += 1;
    }

    /// I-6: a repeat changes nothing and gets the first answer.
    async fn repeats(&mut self) -> Result<(), Difference> {
        let Some((by, message, answer)) = self.last.clone() else {
            return Ok(());
        };
        let first = Answer {
            replayed: true,
            ..answer
        };
        let again = self.desk.send(&by, message).await;
        *self.tally.entry("REPLAYED".to_owned()).or_default() += 1;
        if again.as_ref() == Ok(&first) {
            Ok(())
        } else {
            Err("a repeat was not answered as at first".to_owned())
        }
    }

    async fn reuses(&mut self) -> Result<(), Difference> {
        let Some((by, message, _)) = self.last.clone() else {
            return Ok(());
        };
        let told = self.desk.send(&by, message.altered()).await;
        let told = told.map(|_| ());
        self.tell(told.as_ref().copied().map_err(String::as_str));
        if told == Err("REQUEST_ID_REUSED".to_owned()) {
            Ok(())
        } else {
            Err(format!("an id that was used was answered {told:?}"))
        }
    }
}

/// The procedure of what made a version.
pub(super) const fn procedure(kind: Option<Kind>) -> pb::Procedure {
    match kind {
        None => pb::Procedure::ParticipationAgreement,
        Some(Kind::Amendment) => pb::Procedure::Amendment,
        Some(Kind::Assignment) => pb::Procedure::Assignment,
        Some(Kind::Termination | Kind::Ownership) => pb::Procedure::Deregistration,
    }
}
