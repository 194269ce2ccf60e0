//! Entering what is granted into the register: what the head signs is what enters, as a version of its
//! own (cl. 9, 11). It never decides whether to grant, never writes over a version, and never holds
//! data of the shareholder.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use sha2::{Digest as _, Sha256};

use super::{
    Columns, Listing,
    claims::ClaimMoves,
    rows::{Claim, entry, share_claim, version},
    state::EntryState,
};
use crate::{
    kernel::{ApplicationId, Bin, CorrectionId, CourtCaseId, EntryId, Localized},
    provider::Provider,
    store::{Changes, Guard, Insert, StoreFault, Update},
};

/// Names the format of the signed text, should it ever change.
const FORMAT: &str = "tizilim.registry.v1.entry";
/// Names the format of a version that was brought over, and that nobody signed here.
const IMPORTED_FORMAT: &str = "tizilim.registry.v1.imported-entry";

/// What the head signs: the whole of one version of an entry. Its JSON is the signed text, so the
/// order of the fields is part of the format.
///
/// The first version of an imported entry has the same fields; no application and no head are named in
/// it, and nobody signed it.
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
    /// From where the entry was brought over, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// The correction, if the version is made by one; the application is then the one whose document is
    /// corrected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correction: Option<SignedCorrection>,
    /// The act of a court, if the version annuls the entry by one; the application is then the one that the
    /// case is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub court_act: Option<SignedCourtAct>,
}

/// An act of a court, as the head signs it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedCourtAct {
    /// Number of the case here.
    pub court_case_number: String,
    /// The court.
    pub court: String,
    /// Number of the case there.
    pub case_number: String,
    /// Number of the act.
    pub number: String,
    /// Its date.
    pub decided_on: NaiveDate,
    /// When it came into force.
    pub in_force_on: Option<NaiveDate>,
    /// SHA-256 of the act, hexadecimal.
    pub sha256: String,
}

/// The former register that an entry was brought over from, and by whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Origin {
    /// Name of the former register.
    pub source: String,
    /// Number of the entry there.
    pub source_number: String,
    /// When it was registered there.
    pub source_registered_on: NaiveDate,
    /// The act that orders the import.
    pub act: String,
    /// Name of the file that it was read from.
    pub file_name: String,
    /// SHA-256 of that file, hexadecimal.
    pub file_sha256: String,
    /// Line of the file, from 1.
    pub line: i64,
    /// The account that imported it.
    pub imported_by: String,
    /// When.
    pub imported_at: DateTime<Utc>,
}

/// A correction of slips, as the head signs it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedCorrection {
    /// Its number.
    pub number: String,
    /// What it corrects, as paths in the document.
    pub fields: Vec<String>,
    /// The columns of Annex 1 that read otherwise than before, by their numbers.
    pub columns: Vec<u8>,
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

impl SignedProvider {
    /// The provider that keeps what no head of it signed.
    pub(crate) fn without_head(provider: &Provider) -> Self {
        Self {
            id: provider.id.clone(),
            bin: provider.bin.to_string(),
            name: provider.name.clone(),
            head_post: Localized::of("", "", ""),
            head_name: String::new(),
        }
    }

    /// As it stands on a day.
    pub(crate) fn on(provider: &Provider, day: NaiveDate) -> Result<Self, StoreFault> {
        let head = provider
            .head_on(day)
            .ok_or_else(|| StoreFault::corrupt("provider", "has no head"))?;
        Ok(Self {
            id: provider.id.clone(),
            bin: provider.bin.to_string(),
            name: provider.name.clone(),
            head_post: head.post.clone(),
            head_name: head.name.clone(),
        })
    }
}

impl SignedContent {
    /// The name of the format that this code writes.
    pub(crate) fn format() -> String {
        FORMAT.to_owned()
    }

    /// The name of the format of what was brought over.
    pub(crate) fn imported_format() -> String {
        IMPORTED_FORMAT.to_owned()
    }

    /// Whether no application made the version and nobody signed it: it was brought over as it is.
    pub(crate) fn is_imported(&self) -> bool {
        self.format == IMPORTED_FORMAT
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

/// Where a version takes its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// It begins an entry, on a share that nobody ever claimed, or that is free again.
    Entry {
        /// The claim that was given up.
        freed: Option<Claim>,
    },
    /// It follows the version of an entry that stands.
    Version {
        /// The entry as it stands.
        entry: entry::Model,
        /// The claim on its share.
        claim: Claim,
    },
    /// The same, by a correction, which may find that the entry is of another share, or by a court.
    Corrected {
        /// The entry as it stands.
        entry: entry::Model,
        /// What becomes of the claims.
        claims: ClaimMoves,
    },
}

/// A version about to be made, with what becomes of its entry and of the claim on the share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewVersion {
    /// Its entry.
    pub entry: EntryId,
    /// The cooperative.
    pub cooperative: Bin,
    /// The application that is granted, or whose document is corrected, or that the case is about.
    pub application: ApplicationId,
    /// The correction, if it is one.
    pub correction: Option<CorrectionId>,
    /// The case in court that annuls the entry, if one does.
    pub court_case: Option<CourtCaseId>,
    /// Identity of the share.
    pub share_key: String,
    /// Identity of the document that is registered.
    pub document_key: String,
    /// What is entered.
    pub content: SignedContent,
    /// The bytes that the head signed.
    pub signed_content: Vec<u8>,
    /// The head's detached CMS over them.
    pub head_signature: Vec<u8>,
    /// When.
    pub entered_at: DateTime<Utc>,
    /// By what the entry is found from now on.
    pub(crate) listing: Listing,
    /// Where it takes its place.
    pub(crate) place: Place,
}

impl NewVersion {
    /// Adds the rows of the version. The claim is the guard that keeps a share from being given twice
    /// (I-2); the entry's version keeps two changes from being made of one; the version's own keys keep
    /// a document from being registered twice (C21).
    pub(crate) fn enter(&self, changes: Changes) -> Changes {
        let version = version::Model {
            entry_id: self.entry.get(),
            version: self.content.entry_version,
            application_id: self.application.get(),
            correction_id: self.correction.map(CorrectionId::get),
            court_case_id: self.court_case.map(CourtCaseId::get),
            document_key: self.document_key.clone(),
            document_sha256: self.document_sha256(),
            entered_at: self.entered_at,
            signed_content: self.signed_content.clone(),
            head_signature: self.head_signature.clone(),
        };
        let row = self.row();
        let listing = self.listing.row(&row);
        let changes = match &self.place {
            Place::Entry { freed: None } => changes
                .insert(Insert::guarded(&self.claim(1), Guard::ShareClaim))
                .insert(Insert::guarded(&row, Guard::Number))
                .insert(Insert::of(&listing)),
            Place::Entry { freed: Some(claim) } => changes
                .update(self.reclaimed(claim))
                .insert(Insert::guarded(&row, Guard::Number))
                .insert(Insert::of(&listing)),
            Place::Version { entry, claim } => changes
                .update(self.reclaimed(claim))
                .update(Update::of(&row, entry.version))
                .update(Update::of(&listing, entry.version)),
            Place::Corrected { entry, claims } => claims
                .enter(changes, entry, &row, self.entered_at)
                .update(Update::of(&row, entry.version))
                .update(Update::of(&listing, entry.version)),
        };
        changes.insert(Insert::guarded(&version, Guard::Agreement))
    }

    /// What the parties signed is registered once; what a correction or a court brings is what the head signed.
    fn document_sha256(&self) -> String {
        match (self.correction, self.court_case) {
            (None, None) => self.content.agreement_sha256.clone(),
            (Some(_), _) | (_, Some(_)) => hex::encode(Sha256::digest(&self.signed_content)),
        }
    }

    /// The claim is written over even where it stays as it is: whoever else waits for the share is
    /// looked at again.
    fn reclaimed(&self, before: &Claim) -> Update {
        let claim = self.claim(before.version.saturating_add(1));
        Update::guarded(&claim, before.version, Guard::ShareClaim)
    }

    fn claim(&self, version: i64) -> share_claim::Model {
        share_claim::Model {
            share_key: self.share_key.clone(),
            entry_id: self.entry.get(),
            state: self.state().claim().code().to_owned(),
            changed_at: self.entered_at,
            version,
            suspended_by: None,
        }
    }

    fn row(&self) -> entry::Model {
        entry::Model {
            id: self.entry.get(),
            number: self.content.entry_number.clone(),
            version: i64::from(self.content.entry_version),
            state: self.state().code().to_owned(),
            provider_id: self.content.provider.id.clone(),
            cooperative_bin: self.cooperative.to_string(),
            share_key: self.share_key.clone(),
        }
    }

    fn state(&self) -> EntryState {
        EntryState::of(&self.content.columns)
    }
}
