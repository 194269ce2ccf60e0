//! How the agreement of an entry stands: what was granted first, and every change granted since, in
//! the order of the entry's versions. Nothing of it is kept twice: it is read from what was filed.
mod history;
mod rows;

use sea_orm::DatabaseConnection;

pub(crate) use history::{MadeVersion, histories};

use self::rows::{Made, made};
use super::{
    agreement::Agreement, content::read_subject, entry_change::EntryChange, procedure::Procedure,
    subject::Subject,
};
use crate::{
    kernel::{ApplicationId, EntryId},
    register::Columns,
    store::StoreFault,
};

/// How the agreement of an entry stands by one of its versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    /// The agreement, with everything that changed it.
    pub(crate) agreement: Agreement,
    changes: Vec<EntryChange>,
}

impl Standing {
    /// An agreement that nothing changed yet.
    pub(super) const fn first(agreement: Agreement) -> Self {
        Self {
            agreement,
            changes: Vec::new(),
        }
    }

    /// The same with one more change.
    #[must_use]
    pub(super) fn with(mut self, change: EntryChange) -> Self {
        self.agreement = change.applied_to(self.agreement);
        self.changes.push(change);
        self
    }

    /// The eight columns of Annex 1.
    pub(crate) fn columns(&self) -> Columns {
        let mut columns = self.agreement.columns();
        for change in &self.changes {
            change.record(&mut columns);
        }
        columns
    }
}

/// How the agreement stands by a version of its entry.
pub(crate) async fn standing_at(
    reads: &DatabaseConnection,
    entry: EntryId,
    version: i32,
) -> Result<Standing, StoreFault> {
    folded(made(reads, entry, version).await?)
}

/// How the agreement stood when the grant of an application had changed its entry.
pub(super) async fn standing_by(
    reads: &DatabaseConnection,
    entry: EntryId,
    application: ApplicationId,
) -> Result<Standing, StoreFault> {
    let made = made(reads, entry, i32::MAX).await?;
    let last = made.iter().position(|(id, ..)| *id == application.get());
    let last = last.ok_or_else(|| StoreFault::corrupt("application", "made no version"))?;
    folded(made.into_iter().take(last.saturating_add(1)))
}

fn folded(made: impl IntoIterator<Item = Made>) -> Result<Standing, StoreFault> {
    let corrupt = || StoreFault::corrupt("entry", "does not begin with an agreement");
    let mut standing: Option<Standing> = None;
    for (_, procedure, received_at, bytes) in made {
        let procedure = Procedure::from_code(&procedure).ok_or_else(corrupt)?;
        let subject = read_subject(procedure, &bytes, received_at)?;
        standing = Some(match (standing, subject) {
            (None, Subject::Agreement(agreement)) => Standing::first(*agreement),
            (Some(standing), Subject::Change(change)) => standing.with(change),
            (None, Subject::Change(_)) | (Some(_), Subject::Agreement(_)) => return Err(corrupt()),
        });
    }
    standing.ok_or_else(corrupt)
}
