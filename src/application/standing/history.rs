//! What became of the agreements on a share: each version of their entries, with what made it and what
//! that changed. It never keeps anything: it is read from what was filed.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::DatabaseConnection;
use uuid::Uuid;

use super::rows::{MadeRow, made_of_all};
use crate::{
    application::{
        agreement::{Agreement, Shareholder},
        content::read_subject,
        procedure::Procedure,
        subject::Subject,
    },
    kernel::{ApplicationId, EntryId},
    store::StoreFault,
};

/// A version of an entry, with what made it and what that changed.
pub(crate) struct MadeVersion {
    pub(crate) entry: EntryId,
    pub(crate) entered_at: DateTime<Utc>,
    pub(crate) application: ApplicationId,
    pub(crate) procedure: Procedure,
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
    rows.sort_unstable_by_key(|(entry, version, ..)| (place(*entry), *version));
    let mut made = Vec::new();
    for of_entry in rows.chunk_by(|(one, ..), (other, ..)| one == other) {
        made.extend(history(of_entry)?);
    }
    made.sort_by_key(|version| version.entered_at);
    Ok(made)
}

fn history(rows: &[MadeRow]) -> Result<Vec<MadeVersion>, StoreFault> {
    let corrupt = || StoreFault::corrupt("entry", "does not begin with an agreement");
    let mut before: Option<Agreement> = None;
    let mut made = Vec::new();
    for (entry, _, entered_at, signed_content, application, procedure, received_at, filed) in rows {
        let procedure = Procedure::from_code(procedure).ok_or_else(corrupt)?;
        let subject = read_subject(procedure, filed, *received_at)?;
        let document_on = subject.document_on();
        let document_number = subject.document_number().to_string();
        let (agreement, changed_parts) = match (before, subject) {
            (None, Subject::Agreement(agreement)) => (*agreement, Vec::new()),
            (Some(before), Subject::Change(change)) => {
                let after = change.applied_to(before.clone());
                let changed = before.parts_unlike(&after);
                (after, changed)
            }
            (None, Subject::Change(_)) | (Some(_), Subject::Agreement(_)) => return Err(corrupt()),
        };
        made.push(MadeVersion {
            entry: (*entry).into(),
            entered_at: *entered_at,
            application: (*application).into(),
            procedure,
            document_number,
            document_on,
            changed_parts,
            shareholder: agreement.shareholder.clone(),
            signed_content: signed_content.clone(),
        });
        before = Some(agreement);
    }
    Ok(made)
}
