//! The clerk of notices (cl. 4): marks what is late, reminds, and sends the letters, each with the files of
//! the change. The clerk never sends a letter again before it is on record what became of the last attempt.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::{
    attempted::{Attempted, SEND_NOTICE},
    change::rows::change_by_id,
    model::{ChangeFile, Notice, NoticeLetter, RulesChange},
    policy::NoticePolicy,
    rows::{notice, notice_by_id, to_send},
    wake::Wake,
};
use crate::{
    application::Office,
    deadlines::{Clerk, Timer, one_by_one, settled},
    kernel::{NoticeId, SYSTEM},
    letter::LetterPolicy,
    mail::{Attachment, Letter, MailFault, Mailer, RulesNotice, rules_letter},
    rpc::status::Chain,
    store::{Lease, Stop, StoreFault, faults, waiting::to_wake},
};

/// How many notices whose moment has come are taken from the queue at once.
const BATCH: u64 = 128;
/// How many letters are looked at to send one: so many that cannot be read keep none back.
const LETTERS: u64 = 16;
/// Pause before a record that failed is tried again.
const RECORD_PAUSE: Duration = Duration::from_secs(1);

/// The clerk of notices.
#[derive(Debug)]
pub struct NoticeClerk {
    office: Arc<Office>,
    mailer: Arc<dyn Mailer>,
    letters: LetterPolicy,
    policy: Arc<NoticePolicy>,
}

impl NoticeClerk {
    /// A clerk with a mailer.
    pub const fn of(
        office: Arc<Office>,
        mailer: Arc<dyn Mailer>,
        letters: LetterPolicy,
        policy: Arc<NoticePolicy>,
    ) -> Self {
        Self {
            office,
            mailer,
            letters,
            policy,
        }
    }

    async fn wake(&self, lease: &Lease) -> Result<usize, StoreFault> {
        let (store, now) = (&self.office.store, self.office.now().instant);
        let looking = to_wake::<notice::Entity, NoticeId>(store.reads(), now, BATCH);
        let ids = store.in_time("look for notices", looking).await?;
        one_by_one(ids, lease, |id, fence| async move {
            let wake = Wake {
                references: self.office.references.clone(),
                policy: Arc::clone(&self.policy),
                id,
                fence,
            };
            settled(store.execute(&wake).await)
        })
        .await
    }

    async fn send(&self, id: NoticeId) -> Result<usize, StoreFault> {
        let store = &self.office.store;
        let reading = notice_by_id(store.reads(), id);
        let Some(notice) = store.in_time("read a notice", reading).await? else {
            return Ok(0);
        };
        let Some(letter) = notice.letter else {
            return Ok(0);
        };
        let written = store.in_time("write a notice", self.written(&notice, letter));
        let outcome = match written.await {
            Ok(letter) => self.mailer.send(&letter).await,
            // Counted as an attempt, so that it does not keep the others waiting.
            Err(fault) if fault.is_of_one_object() => Err(MailFault::Transient {
                reason: fault.to_string(),
            }),
            Err(fault) => return Err(fault),
        };
        let at = self.office.now().instant;
        faults::point("notice.sent");
        if let Err(fault) = &outcome {
            let fault = Chain(fault);
            tracing::warn!(notice = %id, %fault, "a notice of a change of the Rules was not taken");
        }
        self.record(&Attempted {
            request: self.office.record_key(SYSTEM, SEND_NOTICE),
            office: Arc::clone(&self.office),
            policy: Arc::clone(&self.policy),
            letters: self.letters,
            id,
            letter: letter.number,
            at,
            outcome,
        })
        .await
    }

    /// The letter may have left: until that is on record nothing else is sent, or a database that takes no
    /// changes would let the same letter leave again and again. It is recorded without the lease: were it
    /// lost meanwhile, the next holder must learn of it all the same.
    async fn record(&self, attempted: &Attempted) -> Result<usize, StoreFault> {
        loop {
            match self.office.store.execute(attempted).await {
                Err(Stop::TryAgain { .. } | Stop::Full { .. }) => {}
                Err(Stop::Fault(fault)) if !fault.is_of_one_object() => {
                    let (notice, fault) = (attempted.id, Chain(&fault));
                    tracing::error!(%notice, %fault, "an attempt to send a notice is not on record yet");
                }
                outcome => return settled(outcome),
            }
            tokio::time::sleep(RECORD_PAUSE).await;
        }
    }

    async fn written(&self, notice: &Notice, letter: NoticeLetter) -> Result<Letter, StoreFault> {
        let missing = |what| StoreFault::corrupt("notice", what);
        let change = change_by_id(self.office.store.reads(), notice.change).await?;
        let change = change.ok_or_else(|| missing("is of no change"))?;
        let to = notice.email.clone();
        let to = to.ok_or_else(|| missing("has no address"))?;
        let attachments = self.attachments(&change).await?;
        let told = RulesNotice {
            title: &change.act.title,
            number: change.act.number.as_str(),
            dated_on: change.act.dated_on,
            published_on: change.published_on,
            in_force_on: change.in_force_on,
            text: &change.text,
            notice: notice.id.get(),
            is_reminder: notice.told.is_some(),
        };
        let id = letter_id(notice, letter.number);
        Ok(rules_letter(id, to, letter.owed_at, told, attachments))
    }

    async fn attachments(&self, change: &RulesChange) -> Result<Vec<Attachment>, StoreFault> {
        let mut attachments = Vec::new();
        for file in &change.files {
            attachments.push(Attachment {
                file_name: file.name.clone(),
                bytes: bytes_of(&self.office, file).await?,
            });
        }
        Ok(attachments)
    }
}

/// A file as it was uploaded, or not at all.
pub(super) async fn bytes_of(office: &Office, file: &ChangeFile) -> Result<Vec<u8>, StoreFault> {
    let bytes = office.documents.read(file.id).await?;
    if hex::encode(Sha256::digest(&bytes)) == file.sha256 {
        Ok(bytes)
    } else {
        Err(StoreFault::corrupt(
            "document",
            "its bytes are not as they were uploaded",
        ))
    }
}

/// The same whenever the letter is sent, so that a mailbox knows a repeat: the id of the notice, which for a
/// later letter differs in the last bits.
fn letter_id(notice: &Notice, number: i32) -> Uuid {
    let further = u128::from(number.saturating_sub(1).unsigned_abs());
    Uuid::from_u128(notice.id.get().as_u128() ^ further)
}

#[async_trait]
impl Clerk for NoticeClerk {
    fn name(&self) -> &'static str {
        "notices"
    }

    fn timers(&self) -> &'static [Timer] {
        &[Timer::Notices, Timer::NoticeLetters]
    }

    async fn work(&self, lease: &Lease) -> Result<usize, StoreFault> {
        let done = self.wake(lease).await?;
        let (store, now) = (&self.office.store, self.office.now().instant);
        let looking = to_send(store.reads(), now, LETTERS);
        let ids = store.in_time("look for notices to send", looking).await?;
        // A mail server may be slow: one letter at a time, so that the clerk can be stopped between two.
        for id in ids {
            let sent = one_by_one(vec![id], lease, |id, _fence| self.send(id)).await?;
            if sent > 0 {
                return Ok(done.saturating_add(sent));
            }
        }
        Ok(done)
    }
}
