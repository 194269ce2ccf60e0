//! Entering what another register held before (ADR 18): a first version that nobody signed here, and
//! the claim that its share is left with. It never decides whether to enter it, and never writes over an
//! entry that stands.

use chrono::{DateTime, Utc};

use super::{
    ClaimState, EntryState, Listing, SignedContent,
    rows::{entry, share_claim, version},
};
use crate::{
    kernel::{Bin, EntryId},
    store::{Changes, Guard, Insert, StoreFault, Update},
};

/// An entry about to be brought over.
pub(crate) struct ImportedEntry {
    pub(crate) entry: EntryId,
    pub(crate) cooperative: Bin,
    /// Identity of the share.
    pub(crate) share_key: String,
    /// Identity of the agreement.
    pub(crate) document_key: String,
    pub(crate) content: SignedContent,
    pub(crate) entered_at: DateTime<Utc>,
    pub(crate) listing: Listing,
}

/// The claim on a share as it stands after an import.
pub(crate) struct ImportedClaim {
    pub(crate) share_key: String,
    /// The entry that made it.
    pub(crate) entry: EntryId,
    pub(crate) state: ClaimState,
    /// Its version until now; none if nobody ever claimed the share.
    pub(crate) before: Option<i64>,
    pub(crate) changed_at: DateTime<Utc>,
}

impl ImportedEntry {
    /// Adds the rows of the entry. The version's own keys keep an agreement from being registered twice
    /// (C21); of the claim an [`ImportedClaim`] takes care, one for all entries of the share.
    pub(crate) fn enter(&self, changes: Changes) -> Result<Changes, StoreFault> {
        let row = entry::Model {
            id: self.entry.get(),
            number: self.content.entry_number.clone(),
            version: i64::from(self.content.entry_version),
            state: EntryState::of(&self.content.columns).code().to_owned(),
            provider_id: self.content.provider.id.clone(),
            cooperative_bin: self.cooperative.to_string(),
            share_key: self.share_key.clone(),
        };
        let version = version::Model {
            entry_id: row.id,
            version: self.content.entry_version,
            application_id: row.id,
            document_key: self.document_key.clone(),
            document_sha256: self.content.agreement_sha256.clone(),
            entered_at: self.entered_at,
            signed_content: self.content.to_bytes()?,
            head_signature: Vec::new(),
            correction_id: None,
            court_case_id: None,
        };
        Ok(changes
            .insert(Insert::guarded(&row, Guard::Number))
            .insert(Insert::guarded(&version, Guard::Agreement))
            .insert(Insert::of(&self.listing.row(&row))))
    }
}

impl ImportedClaim {
    /// Adds the claim: the guard that keeps a share from being given twice (I-2).
    pub(crate) fn enter(&self, changes: Changes) -> Changes {
        let claim = share_claim::Model {
            share_key: self.share_key.clone(),
            entry_id: self.entry.get(),
            state: self.state.code().to_owned(),
            changed_at: self.changed_at,
            version: self.before.unwrap_or_default().saturating_add(1),
            suspended_by: None,
        };
        match self.before {
            None => changes.insert(Insert::guarded(&claim, Guard::ShareClaim)),
            Some(before) => changes.update(Update::guarded(&claim, before, Guard::ShareClaim)),
        }
    }
}
