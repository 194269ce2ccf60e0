//! What a case is about: the application, the entry with all its versions, and every application that filed
//! a part of it. It never holds what was filed or entered, only what that is called and where it lies.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::{Place, queries};
use crate::{
    application::{
        Form, Office, Procedure, Stage,
        model::Application,
        rows::application_by_id,
        standing::{MadeVersion, histories},
    },
    document::{Document, documents_by_ids},
    extract::rows::extract,
    journal,
    kernel::{ApplicationId, Bin, CorrectionId, DocumentId, EntryId},
    store::StoreFault,
};

/// How many applications are read at once: each comes with all its findings.
const PIECE: usize = 16;

/// All that a case is gathered from.
pub(super) struct Scene {
    pub(super) application: Application,
    /// Each application of the entry, and the one that the case is about, in the order of their filing.
    pub(super) filings: Vec<Filing>,
    /// Every version of the entry, in their order.
    pub(super) versions: Vec<Version>,
    pub(super) extracts: Vec<extract::Model>,
    /// Of which the journal tells facts of the case.
    pub(super) subjects: Vec<Uuid>,
    /// The last of these facts.
    pub(super) as_of: (i64, DateTime<Utc>),
}

/// An application of the entry.
pub(super) struct Filing {
    pub(super) id: ApplicationId,
    pub(super) number: String,
    pub(super) procedure: Procedure,
    pub(super) form: Form,
    pub(super) cooperative: Bin,
    pub(super) filed_by: String,
    pub(super) received_at: DateTime<Utc>,
    pub(super) registered_at: DateTime<Utc>,
    pub(super) stage: Stage,
    pub(super) signed_sha256: String,
    /// The scan, if it filed one.
    pub(super) document: Option<Document>,
    /// How its files are called.
    pub(super) name: String,
    /// It made a version of the entry.
    pub(super) is_granted: bool,
}

/// A version of the entry, and what made it.
pub(super) struct Version {
    pub(super) entry: EntryId,
    pub(super) number: i32,
    pub(super) application: ApplicationId,
    /// The correction that made it, if it was no grant.
    pub(super) correction: Option<CorrectionId>,
    /// A court annulled the entry by it.
    pub(super) is_annulment: bool,
    /// None if it was brought over, or a court annulled the entry by it.
    pub(super) procedure: Option<Procedure>,
    pub(super) document_number: String,
    pub(super) document_on: NaiveDate,
    /// The parts of the agreement that read otherwise than before.
    pub(super) changed_parts: Vec<&'static str>,
}

impl From<MadeVersion> for Version {
    fn from(made: MadeVersion) -> Self {
        Self {
            entry: made.entry,
            number: made.version,
            application: made.application,
            correction: made.correction,
            is_annulment: made.court_case.is_some(),
            procedure: made.procedure,
            document_number: made.document_number,
            document_on: made.document_on,
            changed_parts: made.changed_parts,
        }
    }
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
        let (versions, extracts) = match application.entry {
            None => (Vec::new(), Vec::new()),
            Some(entry) => (
                histories(reads, &[entry.get()]).await?,
                queries::extracts(reads, entry).await?,
            ),
        };
        let versions = versions.into_iter().map(Version::from);
        let mut versions: Vec<Version> = versions.collect();
        versions.sort_unstable_by_key(|version| version.number);
        let decided_at = journal::decided_at(reads, place.number).await?;
        let decided_at = decided_at.unwrap_or(application.received_at);
        Ok(Some(Self {
            filings: filings(office, id, &versions).await?,
            application,
            versions,
            extracts,
            subjects: place.subjects.clone(),
            as_of: (place.number, decided_at),
        }))
    }

    /// The filing of an application.
    pub(super) fn filing(&self, application: ApplicationId) -> Option<&Filing> {
        let mut filings = self.filings.iter();
        filings.find(|filing| filing.id == application)
    }
}

/// The applications in the order in which they arrived, each with its scan.
async fn filings(
    office: &Office,
    of: ApplicationId,
    versions: &[Version],
) -> Result<Vec<Filing>, StoreFault> {
    let granted = versions
        .iter()
        .filter(|version| version.procedure.is_some());
    let granted: BTreeSet<Uuid> = granted.map(|version| version.application.get()).collect();
    let ids: BTreeSet<Uuid> = granted.iter().copied().chain([of.get()]).collect();
    let ids: Vec<Uuid> = ids.into_iter().collect();
    let mut filings = Vec::with_capacity(ids.len());
    for piece in ids.chunks(PIECE) {
        filings.extend(filings_of(office, piece, &granted).await?);
    }
    // Of two that arrived at one moment, the one that made the earlier version.
    let made = |id: ApplicationId| {
        let mut made = versions
            .iter()
            .filter(|version| version.procedure.is_some());
        let made = made.find(|version| version.application == id);
        made.map_or(i32::MAX, |version| version.number)
    };
    filings.sort_by_key(|filing| (filing.received_at, made(filing.id), filing.id));
    for (place, filing) in (1..).zip(&mut filings) {
        filing.name = format!("{place:02}-{}", filing.number);
    }
    Ok(filings)
}

/// Some of them, which have no place among all of them yet.
async fn filings_of(
    office: &Office,
    ids: &[Uuid],
    granted: &BTreeSet<Uuid>,
) -> Result<Vec<Filing>, StoreFault> {
    let reads = office.store.reads();
    let applications = queries::applications(reads, ids).await?;
    let scans = applications.iter();
    let scans: Vec<DocumentId> = scans.filter_map(|filed| filed.document).collect();
    let documents = documents_by_ids(reads, &scans).await?.into_iter();
    let mut documents: BTreeMap<DocumentId, Document> =
        documents.map(|document| (document.id, document)).collect();
    let filing = |filed: Application| {
        let document = filed.document.and_then(|id| documents.remove(&id));
        if filed.document.is_some() && document.is_none() {
            let problem = "names a scan that is not there";
            return Err(StoreFault::corrupt("application", problem));
        }
        Ok(Filing {
            is_granted: granted.contains(&filed.id.get()),
            id: filed.id,
            name: filed.number.clone(),
            number: filed.number,
            procedure: filed.procedure,
            form: filed.form,
            cooperative: filed.cooperative,
            filed_by: filed.filed_by,
            received_at: filed.received_at,
            registered_at: filed.registered_at,
            stage: filed.stage,
            signed_sha256: filed.agreement_sha256,
            document,
        })
    };
    applications.into_iter().map(filing).collect()
}
