//! What became of the agreements on a share: each version of their entries, with what made it and what
//! that changed. It never keeps anything: it is read from what was filed.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::DatabaseConnection;
use uuid::Uuid;

use super::{
    Documents, Standing, Step,
    rows::{MadeRow, made_of_all},
};
use crate::{
    application::{agreement::Shareholder, procedure::Procedure},
    kernel::{ApplicationId, CorrectionId, CourtCaseId, EntryId},
    store::StoreFault,
};

/// A version of an entry, with what made it and what that changed.
pub(crate) struct MadeVersion {
    pub(crate) entry: EntryId,
    pub(crate) version: i32,
    pub(crate) entered_at: DateTime<Utc>,
    pub(crate) application: ApplicationId,
    /// The correction that made it, if it was no grant: of the document of the application.
    pub(crate) correction: Option<CorrectionId>,
    /// The case in court that annulled the entry by it.
    pub(crate) court_case: Option<CourtCaseId>,
    /// None if the version was brought over, or a court annulled the entry by it.
    pub(crate) procedure: Option<Procedure>,
    pub(crate) document_number: String,
    pub(crate) document_on: NaiveDate,
    /// The parts of the agreement that read otherwise than before.
    pub(crate) changed_parts: Vec<&'static str>,
    /// Who is the shareholder from then on.
    pub(crate) shareholder: Shareholder,
    pub(crate) signed_content: Vec<u8>,
}

/// Every version of some entries, in the order in which they were registered; of one moment, in the
/// order of the entries.
pub(crate) async fn histories(
    reads: &DatabaseConnection,
    entries: &[Uuid],
) -> Result<Vec<MadeVersion>, StoreFault> {
    let mut rows = made_of_all(reads, entries).await?;
    // Few, and no index has them in this order.
    let place = |id: Uuid| entries.iter().position(|entry| *entry == id);
    rows.sort_unstable_by_key(|row| (place(row.entry), row.version));
    let mut made = Vec::new();
    let mut history = History::default();
    let mut of = None;
    for row in rows {
        if of.replace(row.entry) != Some(row.entry) {
            history = History::default();
        }
        made.push(history.next(row)?);
    }
    made.sort_by_key(|version| version.entered_at);
    Ok(made)
}

/// Number and date of the document by which a version was made.
fn document_of(step: &Step) -> (String, NaiveDate) {
    match step {
        Step::First(first) => (
            first.agreement.number.to_string(),
            first.agreement.concluded_on,
        ),
        Step::Change(change) => (change.document_number().to_string(), change.document_on()),
    }
}

/// The history of one entry, as far as it was read.
#[derive(Default)]
struct History {
    documents: Documents,
    stands: Option<Standing>,
}

impl History {
    fn next(&mut self, row: MadeRow) -> Result<MadeVersion, StoreFault> {
        let (by, (procedure, ..)) = &row.made;
        let (by, procedure) = (*by, procedure.as_deref().and_then(Procedure::from_code));
        self.documents.add(row.made)?;
        let before = self.stands.take();
        let (document, after) = if row.court_case.is_some() {
            let after = self.documents.standing()?;
            let end = after.annulment().cloned();
            let end = end.ok_or_else(|| StoreFault::corrupt("entry version", "annuls nothing"))?;
            ((end.number, end.on), after)
        } else {
            let step = self.documents.step(by)?;
            let document = document_of(&step);
            let after = match row.correction {
                // What came after the corrected document counts as before.
                Some(_) => self.documents.standing()?,
                None => step.after(before.clone())?,
            };
            (document, after)
        };
        let (document_number, document_on) = document;
        let procedure = procedure.filter(|_| row.court_case.is_none());
        let changed = |before: Standing| before.agreement.parts_unlike(&after.agreement);
        let made = MadeVersion {
            entry: row.entry.into(),
            version: row.version,
            entered_at: row.entered_at,
            application: by.into(),
            correction: row.correction.map(Into::into),
            court_case: row.court_case.map(Into::into),
            procedure,
            document_number,
            document_on,
            changed_parts: before.map_or_else(Vec::new, changed),
            shareholder: after.agreement.shareholder.clone(),
            signed_content: row.signed_content,
        };
        self.stands = Some(after);
        Ok(made)
    }
}
