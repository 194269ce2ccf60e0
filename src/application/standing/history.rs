//! What became of the agreements on a share: each version of their entries, with what made it and what
//! that changed. It never keeps anything: it is read from what was filed.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::DatabaseConnection;
use uuid::Uuid;

use super::{
    Standing, Step,
    rows::{MadeRow, made_of_all},
};
use crate::{
    application::{agreement::Shareholder, procedure::Procedure},
    kernel::{ApplicationId, EntryId},
    store::StoreFault,
};

/// A version of an entry, with what made it and what that changed.
pub(crate) struct MadeVersion {
    pub(crate) entry: EntryId,
    pub(crate) entered_at: DateTime<Utc>,
    pub(crate) application: ApplicationId,
    /// None if the version was brought over.
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
    for of_entry in rows.chunk_by(|one, other| one.entry == other.entry) {
        made.extend(history(of_entry)?);
    }
    made.sort_by_key(|version| version.entered_at);
    Ok(made)
}

fn history(rows: &[MadeRow]) -> Result<Vec<MadeVersion>, StoreFault> {
    let corrupt = || StoreFault::corrupt("entry", "does not begin with an agreement");
    let mut before: Option<Standing> = None;
    let mut made = Vec::new();
    for row in rows {
        let (document_number, document_on, standing, changed_parts) =
            match (before, Step::read(&row.source)?) {
                (None, Step::First(first)) => {
                    let agreement = &first.agreement;
                    let document = (agreement.number.to_string(), agreement.concluded_on);
                    (document.0, document.1, *first, Vec::new())
                }
                (Some(before), Step::Change(change)) => {
                    let document = (change.document_number().to_string(), change.document_on());
                    let after = before.clone().with(change);
                    let changed = before.agreement.parts_unlike(&after.agreement);
                    (document.0, document.1, after, changed)
                }
                (None, Step::Change(_)) | (Some(_), Step::First(_)) => return Err(corrupt()),
            };
        let (procedure, ..) = &row.source;
        made.push(MadeVersion {
            entry: row.entry.into(),
            entered_at: row.entered_at,
            application: row.by.into(),
            procedure: procedure.as_deref().and_then(Procedure::from_code),
            document_number,
            document_on,
            changed_parts,
            shareholder: standing.agreement.shareholder.clone(),
            signed_content: row.signed_content.clone(),
        });
        before = Some(standing);
    }
    Ok(made)
}
