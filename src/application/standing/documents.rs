//! The documents that made an entry, each as it reads: as it was filed or brought over, or as its slips
//! were corrected since.
//! Which version is looked at decides which corrections count; nothing is written over.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Standing, Step, rows::Made};
use crate::{
    application::{content::read_subject, procedure::Procedure, reading, subject::Subject},
    kernel::ApplicationId,
    register::{SignedContent, columns::Termination},
    store::StoreFault,
    transfer::former::Import,
};

/// A document that an application filed, as it reads.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Filed {
    pub(crate) procedure: Procedure,
    received_at: DateTime<Utc>,
    /// A message of the procedure.
    pub(crate) bytes: Vec<u8>,
}

#[derive(Clone, PartialEq, Eq)]
enum Document {
    Filed(Filed),
    /// What a former register held.
    Import(Vec<u8>),
}

/// The documents of an entry with what brought each, in the order in which they were registered, and the
/// act of a court that annulled it in the end.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Documents {
    brought: Vec<(Uuid, Document)>,
    annulled: Option<Termination>,
}

impl Filed {
    /// What it says, by the rules of the day it was filed: a correction tells how it read then.
    pub(crate) fn subject(&self) -> Result<Subject, StoreFault> {
        read_subject(self.procedure, &self.bytes, self.received_at)
    }
}

impl Document {
    fn step(&self) -> Result<Step, StoreFault> {
        let first = |standing| Step::First(Box::new(standing));
        Ok(match self {
            Self::Import(import) => first(Standing::brought_over(Import::read(import)?)),
            Self::Filed(filed) => match filed.subject()? {
                Subject::Agreement(agreement) => first(Standing::first(*agreement)),
                Subject::Change(change) => Step::Change(change),
            },
        })
    }
}

impl Documents {
    /// Adds what made the next version: a document, the correction of one, or an annulment.
    pub(super) fn add(&mut self, (by, source): Made) -> Result<(), StoreFault> {
        let (procedure, received_at, filed, import, parts, annulling) = source;
        if let Some(signed) = annulling {
            self.annulled = SignedContent::from_bytes(&signed)?.columns.termination;
            return Ok(());
        }
        if let Some(parts) = parts {
            return self.correct(by.into(), &parts);
        }
        let document = match (import, procedure, received_at, filed) {
            (Some(import), ..) => Document::Import(import),
            (None, Some(procedure), Some(received_at), Some(bytes)) => Document::Filed(Filed {
                procedure: Procedure::from_code(&procedure)
                    .ok_or_else(|| corrupt("is of no known procedure"))?,
                received_at,
                bytes,
            }),
            (None, ..) => return Err(corrupt("was made by nothing")),
        };
        self.brought.push((by, document));
        Ok(())
    }

    /// The document that an application filed.
    pub(crate) fn filed(&self, application: ApplicationId) -> Option<&Filed> {
        match self.of(application.get())? {
            Document::Filed(filed) => Some(filed),
            Document::Import(_) => None,
        }
    }

    /// What a document means for the agreement.
    pub(super) fn step(&self, by: Uuid) -> Result<Step, StoreFault> {
        let document = self.of(by);
        document
            .ok_or_else(|| corrupt("was made by nothing"))?
            .step()
    }

    fn of(&self, by: Uuid) -> Option<&Document> {
        let mut documents = self.brought.iter();
        let (_, document) = documents.find(|(other, _)| *other == by)?;
        Some(document)
    }

    /// Lets parts of a document that was filed read otherwise.
    pub(crate) fn correct(
        &mut self,
        application: ApplicationId,
        parts: &[u8],
    ) -> Result<(), StoreFault> {
        let mut documents = self.brought.iter_mut();
        let filed = documents.find_map(|(by, document)| match document {
            Document::Filed(filed) if *by == application.get() => Some(filed),
            Document::Filed(_) | Document::Import(_) => None,
        });
        let filed = filed.ok_or_else(|| corrupt("corrects what nobody filed"))?;
        filed.bytes = reading::corrected(filed.procedure, &filed.bytes, parts)?;
        Ok(())
    }

    /// How the agreement stands by them.
    pub(crate) fn standing(&self) -> Result<Standing, StoreFault> {
        let mut standing = None;
        for (_, document) in &self.brought {
            standing = Some(document.step()?.after(standing)?);
        }
        let standing = standing.ok_or_else(|| corrupt("was made by nothing"))?;
        Ok(standing.annulled(self.annulled.clone()))
    }
}

fn corrupt(problem: &str) -> StoreFault {
    StoreFault::corrupt("entry version", problem)
}

/// Never shows what it says: it is personal data.
impl std::fmt::Debug for Documents {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let brought = self.brought.iter().map(|(by, _)| by);
        f.debug_list().entries(brought).finish()
    }
}
