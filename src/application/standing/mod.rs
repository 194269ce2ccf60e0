//! How the agreement of an entry stands: what was granted first, and every change granted since, in
//! the order of the entry's versions. Nothing of it is kept twice: it is read from what was filed.
mod history;
mod rows;

use sea_orm::DatabaseConnection;

pub(crate) use history::{MadeVersion, histories};

use self::rows::{Made, Source, made};
use super::{
    agreement::Agreement, content::read_subject, entry_change::EntryChange, procedure::Procedure,
    subject::Subject,
};
use crate::{
    kernel::{ApplicationId, EntryId},
    register::{Columns, Origin},
    store::StoreFault,
    transfer::former::Import,
};

/// How the agreement of an entry stands by one of its versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    /// The agreement, with everything that changed it.
    pub(crate) agreement: Agreement,
    former: Option<Former>,
    changes: Vec<EntryChange>,
}

/// What an entry that was brought over had already, and from where.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Former {
    origin: Origin,
    columns: Columns,
}

/// What a version was made of.
enum Step {
    /// An agreement, or what the former register held of it.
    First(Box<Standing>),
    /// A change of what stood.
    Change(EntryChange),
}

impl Step {
    fn read((procedure, received_at, filed, import): &Source) -> Result<Self, StoreFault> {
        if let Some(import) = import {
            let (origin, entry) = Import::read(import)?;
            return Ok(Self::First(Box::new(Standing {
                former: Some(Former {
                    origin,
                    columns: entry.columns(),
                }),
                ..Standing::first(entry.agreement)
            })));
        }
        let (Some(procedure), Some(received_at), Some(filed)) = (procedure, received_at, filed)
        else {
            return Err(StoreFault::corrupt("entry version", "was made by nothing"));
        };
        let procedure = Procedure::from_code(procedure)
            .ok_or_else(|| StoreFault::corrupt("application", "is of no known procedure"))?;
        Ok(match read_subject(procedure, filed, *received_at)? {
            Subject::Agreement(agreement) => Self::First(Box::new(Standing::first(*agreement))),
            Subject::Change(change) => Self::Change(change),
        })
    }
}

impl Standing {
    /// An agreement that nothing changed yet.
    pub(super) const fn first(agreement: Agreement) -> Self {
        Self {
            agreement,
            former: None,
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
        if let Some(former) = &self.former {
            columns.amendments.clone_from(&former.columns.amendments);
            columns.termination.clone_from(&former.columns.termination);
        }
        for change in &self.changes {
            change.record(&mut columns);
        }
        columns
    }

    /// The former register that the entry was brought over from, if it was.
    pub(crate) fn origin(&self) -> Option<&Origin> {
        self.former.as_ref().map(|former| &former.origin)
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
    for (_, source) in made {
        standing = Some(match (standing, Step::read(&source)?) {
            (None, Step::First(first)) => *first,
            (Some(standing), Step::Change(change)) => standing.with(change),
            (None, Step::Change(_)) | (Some(_), Step::First(_)) => return Err(corrupt()),
        });
    }
    standing.ok_or_else(corrupt)
}
