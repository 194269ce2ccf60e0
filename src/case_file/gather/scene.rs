//! What a case is about: the application, the entry with all its versions, and every application that filed
//! a part of it. It never holds more than what was filed as data; scans are named.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Place, queries};
use crate::{
    application::{
        Office,
        model::Application,
        rows::{application_by_id, content},
        standing::{MadeVersion, histories},
    },
    document::{Document, documents_by_ids},
    extract::rows::extract,
    journal,
    kernel::{ApplicationId, DocumentId},
    register::rows::version,
    store::StoreFault,
};

/// All that a case is gathered from.
pub(super) struct Scene {
    pub(super) application: Application,
    /// Each application of the entry, and the one that the case is about, in the order of their filing.
    pub(super) filings: Vec<Filing>,
    pub(super) versions: Vec<version::Model>,
    /// What made each version, in the same order.
    pub(super) made: Vec<MadeVersion>,
    pub(super) extracts: Vec<extract::Model>,
    /// Of which the journal tells facts of the case.
    pub(super) subjects: Vec<Uuid>,
    /// The last of these facts.
    pub(super) as_of: (i64, DateTime<Utc>),
}

/// An application with what it filed.
pub(super) struct Filing {
    pub(super) application: Application,
    pub(super) content: content::Model,
    /// The scan, if it filed one.
    pub(super) document: Option<Document>,
    /// How its files are called.
    pub(super) name: String,
    /// It made a version of the entry.
    pub(super) is_granted: bool,
}

impl Scene {
    /// Reads it, as of a place that was looked at before; none if there is no such application.
    pub(super) async fn load(
        office: &Office,
        id: ApplicationId,
        place: &Place,
    ) -> Result<Option<Self>, StoreFault> {
        let reads = office.store.reads();
        let Some(application) = application_by_id(reads, id).await? else {
            return Ok(None);
        };
        let (versions, made, extracts) = match application.entry {
            None => (Vec::new(), Vec::new(), Vec::new()),
            Some(entry) => (
                queries::versions(reads, entry).await?,
                histories(reads, &[entry.get()]).await?,
                queries::extracts(reads, entry).await?,
            ),
        };
        let granted = made.iter().filter(|version| version.procedure.is_some());
        let granted: BTreeSet<Uuid> = granted.map(|version| version.application.get()).collect();
        let ids: BTreeSet<Uuid> = granted.iter().copied().chain([id.get()]).collect();
        let ids: Vec<Uuid> = ids.into_iter().collect();
        let decided_at = journal::decided_at(reads, place.number).await?;
        let decided_at = decided_at.unwrap_or(application.received_at);
        Ok(Some(Self {
            filings: filings(office, &ids, &granted).await?,
            application,
            versions,
            made,
            extracts,
            subjects: place.subjects.clone(),
            as_of: (place.number, decided_at),
        }))
    }

    /// The filing of an application.
    pub(super) fn filing(&self, application: ApplicationId) -> Option<&Filing> {
        let mut filings = self.filings.iter();
        filings.find(|filing| filing.application.id == application)
    }
}

/// The applications in the order in which they arrived, each with its scan.
async fn filings(
    office: &Office,
    ids: &[Uuid],
    granted: &BTreeSet<Uuid>,
) -> Result<Vec<Filing>, StoreFault> {
    let reads = office.store.reads();
    let mut applications = queries::applications(reads, ids).await?;
    applications.sort_by_key(|(application, _)| (application.received_at, application.id));
    let scans: Vec<DocumentId> = applications
        .iter()
        .filter_map(|(application, _)| application.document)
        .collect();
    let documents = documents_by_ids(reads, &scans).await?.into_iter();
    let mut documents: BTreeMap<DocumentId, Document> =
        documents.map(|document| (document.id, document)).collect();
    let filing = |(place, (application, content)): (usize, (Application, content::Model))| {
        let document = application.document.and_then(|id| documents.remove(&id));
        if application.document.is_some() && document.is_none() {
            return Err(StoreFault::corrupt(
                "application",
                "names a scan that is not there",
            ));
        }
        Ok(Filing {
            name: format!("{place:02}-{}", application.number),
            is_granted: granted.contains(&application.id.get()),
            document,
            application,
            content,
        })
    };
    (1..).zip(applications).map(filing).collect()
}
