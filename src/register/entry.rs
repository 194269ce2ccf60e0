//! Entering a granted agreement into the register: what the head signs is what enters (cl. 9, 11).
//! It never decides whether to grant, and never holds data of the shareholder.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{
    Columns,
    rows::{entry, share_claim, version},
};
use crate::{
    kernel::{ApplicationId, Bin, EntryId, Localized},
    store::{Changes, Guard, Insert, StoreFault},
};

/// Names the format of the signed text, should it ever change.
const FORMAT: &str = "tizilim.registry.v1.entry";
/// An entry that stands.
pub(crate) const LIVE: &str = "LIVE";

/// What the head signs: the whole of one version of an entry. Its JSON is the signed text, so the
/// order of the fields is part of the format.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedContent {
    /// Names the format.
    pub format: String,
    /// Number of the entry.
    pub entry_number: String,
    /// Version of the entry.
    pub entry_version: i32,
    /// Number of the application that is granted.
    pub application_number: String,
    /// SHA-256 of what the parties signed, hexadecimal.
    pub agreement_sha256: String,
    /// Who grants.
    pub provider: SignedProvider,
    /// The eight columns of Annex 1.
    pub columns: Columns,
}

/// The provider and its head, as they stood when the head signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedProvider {
    /// Id.
    pub id: String,
    /// BIN.
    pub bin: String,
    /// Name.
    pub name: Localized,
    /// Post of the head.
    pub head_post: Localized,
    /// Name of the head.
    pub head_name: String,
}

impl SignedContent {
    /// The first version of the entry that a granted application leads to.
    pub fn first(
        entry_number: String,
        application_number: String,
        agreement_sha256: String,
        provider: SignedProvider,
        columns: Columns,
    ) -> Self {
        Self {
            format: FORMAT.to_owned(),
            entry_number,
            entry_version: 1,
            application_number,
            agreement_sha256,
            provider,
            columns,
        }
    }

    /// The exact bytes that the head signs.
    pub fn to_bytes(&self) -> Result<Vec<u8>, StoreFault> {
        serde_json::to_vec(self).map_err(|error| StoreFault::json("content to sign", error))
    }

    /// Reads signed bytes back.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StoreFault> {
        serde_json::from_slice(bytes).map_err(|error| StoreFault::json("signed content", error))
    }
}

/// An entry about to be made, with its first version and the claim on its share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEntry {
    /// Its id.
    pub id: EntryId,
    /// The cooperative.
    pub cooperative: Bin,
    /// The application that is granted.
    pub application: ApplicationId,
    /// Identity of the share.
    pub share_key: String,
    /// Identity of the agreement.
    pub agreement_key: String,
    /// What is entered.
    pub content: SignedContent,
    /// The bytes that the head signed.
    pub signed_content: Vec<u8>,
    /// The head's detached CMS over them.
    pub head_signature: Vec<u8>,
    /// When.
    pub entered_at: DateTime<Utc>,
}

impl NewEntry {
    /// Adds the rows of the entry; the claim is the guard that keeps the share from being given
    /// twice (I-2), the entry's own keys keep the agreement from being registered twice (C21).
    pub(crate) fn enter(&self, changes: Changes) -> Changes {
        let claim = share_claim::Model {
            share_key: self.share_key.clone(),
            entry_id: self.id.get(),
            claimed_at: self.entered_at,
        };
        let version = version::Model {
            entry_id: self.id.get(),
            version: self.content.entry_version,
            application_id: self.application.get(),
            entered_at: self.entered_at,
            signed_content: self.signed_content.clone(),
            head_signature: self.head_signature.clone(),
        };
        changes
            .insert(Insert::guarded(&claim, Guard::ShareClaim))
            .insert(Insert::guarded(&self.row(), Guard::Agreement))
            .insert(Insert::of(&version))
    }

    fn row(&self) -> entry::Model {
        entry::Model {
            id: self.id.get(),
            number: self.content.entry_number.clone(),
            version: i64::from(self.content.entry_version),
            state: LIVE.to_owned(),
            provider_id: self.content.provider.id.clone(),
            cooperative_bin: self.cooperative.to_string(),
            share_key: self.share_key.clone(),
            agreement_key: self.agreement_key.clone(),
            agreement_sha256: self.content.agreement_sha256.clone(),
        }
    }
}
