//! How entries stood at any moment: every version of each, with what made it.
//! It never counts what an application's own grant entered: that was not known when it was checked.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sea_orm::DatabaseConnection;
use uuid::Uuid;

use super::{
    Standing, read,
    rows::{MadeRow, made_of_all},
};
use crate::{kernel::ApplicationId, register::SignedContent, store::StoreFault};

/// The versions of an entry, in their order.
pub(crate) struct Past(Vec<MadeRow>);

/// Reads the versions of some entries, in one statement.
pub(crate) async fn pasts(
    reads: &DatabaseConnection,
    entries: &[Uuid],
) -> Result<BTreeMap<Uuid, Past>, StoreFault> {
    let mut rows = made_of_all(reads, entries).await?;
    rows.sort_unstable_by_key(|row| (row.entry, row.version));
    let mut pasts: BTreeMap<Uuid, Past> = BTreeMap::new();
    for row in rows {
        let past = pasts.entry(row.entry);
        past.or_insert_with(|| Past(Vec::new())).0.push(row);
    }
    Ok(pasts)
}

impl Past {
    /// What the last version said that had been entered by a moment; none if nothing had.
    pub(crate) fn content_at(
        &self,
        at: DateTime<Utc>,
        own: ApplicationId,
    ) -> Result<Option<SignedContent>, StoreFault> {
        let last = self.by(at, own).last();
        last.map(|row| SignedContent::from_bytes(&row.signed_content))
            .transpose()
    }

    /// How the agreement stood by then; none if nothing had been entered.
    pub(crate) fn standing_at(
        &self,
        at: DateTime<Utc>,
        own: ApplicationId,
    ) -> Result<Option<Standing>, StoreFault> {
        let made = self.by(at, own);
        if made.is_empty() {
            return Ok(None);
        }
        let made = made.iter().map(|row| row.made.clone());
        read(made)?.standing().map(Some)
    }

    /// By number and not by moment: whatever the clock did, the later version stands.
    fn by(&self, at: DateTime<Utc>, own: ApplicationId) -> &[MadeRow] {
        let made_by_own = |row: &MadeRow| row.made.0 == own.get();
        let before = self.0.iter().position(made_by_own).unwrap_or(self.0.len());
        let before = self.0.get(..before).unwrap_or_default();
        let last = before.iter().rposition(|row| row.entered_at <= at);
        let count = last.map_or(0, |last| last.saturating_add(1));
        before.get(..count).unwrap_or_default()
    }
}
