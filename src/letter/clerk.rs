//! The clerk who sends letters (cl. 11, O-31), each with the extract as it was formed.
//! The clerk never sends without a formed extract, and never puts personal data into the log.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::{
    LetterPolicy,
    rows::{letter, letters_to_send, next_letter_at},
    tried::Tried,
};
use crate::{
    application::{
        Office,
        agreement::Mailbox,
        content::read_agreement,
        rows::{application_by_id, content_of},
    },
    deadlines::{Clerk, settled},
    extract::{object_key, queries::printed, rows::extract_of},
    kernel::ApplicationId,
    mail::{ExtractNotice, Letter, MailFault, Mailer, extract_letter},
    register::{SignedContent, rows::entry_version},
    store::{StoreFault, faults},
};

/// How many letters are taken from the queue at once.
const BATCH: u64 = 20;

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
        let application: ApplicationId = row.application_id.into();
        let letter = self.written(&row).await?;
        let outcome = self.mailer.send(&letter).await;
        faults::point("letter.sent");
        let fault = outcome.err();
        if let Some(fault) = &fault {
            self.log(application, fault);
        }
        let command = Tried {
            office: Arc::clone(&self.office),
            policy: self.policy,
            application,
            fault,
        };
        settled(self.office.store.execute(&command).await)
    }

    fn log(&self, application: ApplicationId, fault: &MailFault) {
        let attempts_max = self.policy.attempts_max;
        tracing::warn!(%application, %fault, attempts_max, "a letter was not taken");
    }

    async fn written(&self, row: &letter::Model) -> Result<Letter, StoreFault> {
        let reads = self.office.store.reads();
        let missing = |what| StoreFault::corrupt("letter", what);
        let id: ApplicationId = row.application_id.into();
        let application = application_by_id(reads, id)
            .await?
            .ok_or_else(|| missing("has no application"))?;
        let agreement = read_agreement(&content_of(reads, id).await?, &application)?;
        let Mailbox::Address(to) = agreement.shareholder.mailbox else {
            return Err(missing("has no address"));
        };
        let entry = row.entry_id.into();
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
            entry_number: &content.entry_number,
            provider: &content.provider.name,
            verification_code: &printed(&extract.verification_code),
        };
        Ok(extract_letter(
            row.application_id,
            to,
            agreement.shareholder.language,
            extract.formed_at.unwrap_or(version.entered_at),
            notice,
            pdf.ok_or_else(|| missing("has no PDF"))?,
        ))
    }
}

#[async_trait]
impl Clerk for LetterClerk {
    fn name(&self) -> &'static str {
        "letters"
    }

    async fn work(&self) -> Result<usize, StoreFault> {
        let now = self.office.now().instant;
        let mut done: usize = 0;
        for row in letters_to_send(self.office.store.reads(), now, BATCH).await? {
            done = done.saturating_add(self.send(row).await?);
        }
        Ok(done)
    }

    async fn next_at(&self) -> Result<Option<DateTime<Utc>>, StoreFault> {
        next_letter_at(self.office.store.reads(), self.office.now().instant).await
    }
}
