//! The clerk who sends letters (cl. 11, O-31), each with the extract as it was formed.
//! The clerk never sends without a formed extract, and never puts personal data into the log.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use sha2::{Digest as _, Sha256};

use super::{
    Debtor, LetterPolicy, Owed, Recipient,
    rows::{letter, letters_to_send},
    tried::{SEND_LETTER, Tried},
};
use crate::{
    application::{Objection, Office, Procedure, agreement::Mailbox, standing::standing_at},
    deadlines::{Clerk, Timer, settled},
    extract::{object_key, queries::printed, rows::extract_of},
    kernel::SYSTEM,
    mail::{ExtractNotice, Letter, MailFault, Mailer, Occasion, extract_letter},
    register::{SignedContent, rows::entry_version},
    rpc::status::Chain,
    store::{Lease, Stop, StoreFault, faults},
};

/// A mail server may be slow: one letter at a time, so that the clerk can be stopped between two.
const BATCH: u64 = 1;
/// Pause before a record that failed is tried again.
const RECORD_PAUSE: Duration = Duration::from_secs(1);

/// The clerk of letters.
#[derive(Debug)]
pub struct LetterClerk {
    office: Arc<Office>,
    mailer: Arc<dyn Mailer>,
    policy: LetterPolicy,
}

impl LetterClerk {
    /// A clerk with a mailer.
    pub const fn of(office: Arc<Office>, mailer: Arc<dyn Mailer>, policy: LetterPolicy) -> Self {
        Self {
            office,
            mailer,
            policy,
        }
    }

    async fn send(&self, row: letter::Model) -> Result<usize, StoreFault> {
        let debtor = Debtor::of(row.application_id, row.correction_id, row.court_case_id);
        let recipient = Recipient::from_code(&row.recipient)
            .ok_or_else(|| StoreFault::corrupt("letter", "has no known recipient"))?;
        let writing = self.written(&row, recipient);
        let written = self.office.store.in_time("write a letter", writing);
        let fault = match written.await {
            Ok(letter) => self.mailer.send(&letter).await.err(),
            // Counted as an attempt, so that it does not keep the others waiting.
            Err(fault) if fault.is_of_one_object() => Some(MailFault::Transient {
                reason: fault.to_string(),
            }),
            Err(fault) => return Err(fault),
        };
        faults::point("letter.sent");
        if let Some(fault) = &fault {
            self.log(debtor, fault);
        }
        self.record(Tried {
            request: self.office.record_key(SYSTEM, SEND_LETTER),
            office: Arc::clone(&self.office),
            policy: self.policy,
            debtor,
            recipient,
            fault,
        })
        .await
    }

    /// The letter may have left: until that is on record nothing else is sent, or a database that
    /// takes no changes would let the same letter leave again and again. It is recorded without the
    /// lease: were it lost meanwhile, the next holder must learn of it all the same.
    async fn record(&self, mut tried: Tried) -> Result<usize, StoreFault> {
        loop {
            match self.office.store.execute(&tried).await {
                Err(Stop::TryAgain { .. } | Stop::Full { .. }) => {}
                Err(Stop::Fault(fault)) if !fault.is_of_one_object() => {
                    let (owed_by, fault) = (tried.debtor.id(), Chain(&fault));
                    tracing::error!(%owed_by, %fault, "an attempt to send a letter is not on record yet");
                }
                Err(Stop::Refused(Objection::OutsideCalendar(outside))) => {
                    tracing::error!(%outside, "the calendar must be extended: a letter is tried on");
                    tried = tried.put_off();
                    continue;
                }
                outcome => return settled(outcome),
            }
            tokio::time::sleep(RECORD_PAUSE).await;
        }
    }

    fn log(&self, debtor: Debtor, fault: &MailFault) {
        let (owed_by, attempts_max) = (debtor.id(), self.policy.attempts_max);
        let fault = Chain(fault);
        tracing::warn!(%owed_by, %fault, attempts_max, "a letter was not taken");
    }

    async fn written(
        &self,
        row: &letter::Model,
        recipient: Recipient,
    ) -> Result<Letter, StoreFault> {
        let reads = self.office.store.reads();
        let missing = |what| StoreFault::corrupt("letter", what);
        let debtor = Debtor::of(row.application_id, row.correction_id, row.court_case_id);
        let owed = debtor.load(reads).await?;
        let owed = owed.ok_or_else(|| missing("is owed by nobody"))?;
        let entry = row.entry_id.into();
        let standing = standing_at(reads, entry, recipient.version(row.entry_version)).await?;
        let shareholder = standing.agreement.shareholder;
        let Mailbox::Address(to) = shareholder.mailbox else {
            return Err(missing("has no address"));
        };
        let extract = extract_of(reads, entry, row.entry_version)
            .await?
            .ok_or_else(|| missing("has no extract"))?;
        let version = entry_version(reads, entry, row.entry_version)
            .await?
            .ok_or_else(|| missing("has no entry"))?;
        let content = SignedContent::from_bytes(&version.signed_content)?;
        let key = object_key(entry, row.entry_version);
        let pdf = self.office.documents.get(&key).await?;
        let notice = ExtractNotice {
            occasion: occasion(&owed, recipient),
            entry_number: &content.entry_number,
            provider: &content.provider.name,
            verification_code: &printed(&extract.verification_code),
        };
        Ok(extract_letter(
            recipient.letter_id(debtor),
            to,
            shareholder.language,
            extract.formed_at.unwrap_or(version.entered_at),
            notice,
            pdf.filter(|pdf| extract.sha256 == Some(hex::encode(Sha256::digest(pdf))))
                .ok_or_else(|| missing("has no PDF as it was formed"))?,
        ))
    }
}

fn occasion(owed: &Owed, recipient: Recipient) -> Occasion {
    let application = match owed {
        Owed::Application(application) => application,
        Owed::Correction(_) => return Occasion::Corrected,
        Owed::CourtCase(_) => return Occasion::Annulled,
    };
    match (application.procedure, recipient) {
        (Procedure::ParticipationAgreement, _) => Occasion::Registered,
        (Procedure::Amendment, _) => Occasion::Amended,
        (Procedure::Assignment, Recipient::Shareholder) => Occasion::Acquired,
        (Procedure::Assignment, Recipient::FormerShareholder) => Occasion::Assigned,
        (Procedure::Deregistration, _) => Occasion::Removed,
    }
}

#[async_trait]
impl Clerk for LetterClerk {
    fn name(&self) -> &'static str {
        "letters"
    }

    fn timers(&self) -> &'static [Timer] {
        &[Timer::Letters]
    }

    async fn work(&self, lease: &Lease) -> Result<usize, StoreFault> {
        let now = self.office.now().instant;
        let mut done: usize = 0;
        let store = &self.office.store;
        let looking = letters_to_send(store.reads(), now, BATCH);
        for row in store.in_time("look for letters to send", looking).await? {
            if lease.fence().is_none() {
                break;
            }
            done = done.saturating_add(self.send(row).await?);
        }
        Ok(done)
    }
}
