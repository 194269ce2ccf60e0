//! How the agreement of an entry stands: what was granted first, and every change granted since, in
//! the order of the entry's versions, each as it was filed or as its slips were corrected since. Nothing
//! of it is kept twice: it is read from what was filed.
mod documents;
mod history;
mod past;
mod rows;

use sea_orm::DatabaseConnection;

pub(crate) use documents::Documents;
pub(crate) use history::{MadeVersion, histories};
pub(crate) use past::{Past, pasts};

use self::rows::{Made, made};
use super::{agreement::Agreement, entry_change::EntryChange};
use crate::{
    kernel::{ApplicationId, EntryId},
    register::{Columns, Origin, columns::Termination},
    store::StoreFault,
    transfer::former::FormerEntry,
};

/// How the agreement of an entry stands by one of its versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    /// The agreement, with everything that changed it.
    pub(crate) agreement: Agreement,
    former: Option<Former>,
    changes: Vec<EntryChange>,
    /// Column 8 of an entry that a court annulled.
    annulled: Option<Termination>,
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
    /// How the agreement stands after it.
    fn after(self, standing: Option<Standing>) -> Result<Standing, StoreFault> {
        match (standing, self) {
            (None, Self::First(first)) => Ok(*first),
            (Some(standing), Self::Change(change)) => Ok(standing.with(change)),
            (None, Self::Change(_)) | (Some(_), Self::First(_)) => Err(StoreFault::corrupt(
                "entry",
                "does not begin with an agreement",
            )),
        }
    }
}

impl Standing {
    /// An agreement that nothing changed yet.
    pub(super) const fn first(agreement: Agreement) -> Self {
        Self {
            agreement,
            former: None,
            changes: Vec::new(),
            annulled: None,
        }
    }

    /// What a former register held.
    fn brought_over((origin, entry): (Origin, FormerEntry)) -> Self {
        Self {
            former: Some(Former {
                origin,
                columns: entry.columns(),
            }),
            ..Self::first(entry.agreement)
        }
    }

    /// The same with one more change.
    #[must_use]
    pub(super) fn with(mut self, change: EntryChange) -> Self {
        self.agreement = change.applied_to(self.agreement);
        self.changes.push(change);
        self
    }

    /// The same, annulled by a court if it was.
    fn annulled(self, annulled: Option<Termination>) -> Self {
        Self { annulled, ..self }
    }

    /// How it was annulled, if it was.
    fn annulment(&self) -> Option<&Termination> {
        self.annulled.as_ref()
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
        if self.annulled.is_some() {
            columns.termination.clone_from(&self.annulled);
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
    documents_at(reads, entry, version).await?.standing()
}

/// The documents of an entry, as they read by one of its versions.
pub(crate) async fn documents_at(
    reads: &DatabaseConnection,
    entry: EntryId,
    version: i32,
) -> Result<Documents, StoreFault> {
    read(made(reads, entry, version).await?)
}

/// How the agreement stood when the grant of an application had changed its entry.
pub(super) async fn standing_by(
    reads: &DatabaseConnection,
    entry: EntryId,
    application: ApplicationId,
) -> Result<Standing, StoreFault> {
    let made = made(reads, entry, i32::MAX).await?;
    let own = made.iter().position(|(id, ..)| *id == application.get());
    let own = own.ok_or_else(|| StoreFault::corrupt("application", "made no version"))?;
    read(made.into_iter().take(own.saturating_add(1)))?.standing()
}

fn read(made: impl IntoIterator<Item = Made>) -> Result<Documents, StoreFault> {
    let mut documents = Documents::default();
    for one in made {
        documents.add(one)?;
    }
    Ok(documents)
}
