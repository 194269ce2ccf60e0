//! Reading extracts: their state, their bytes, and whether one that somebody holds is genuine.
//! Verification never tells more than what the holder has in hand.

use std::pin::Pin;

use futures_util::{Stream, stream};
use sha2::{Digest as _, Sha256};
use tonic::Status;

use super::{
    VerificationCode, object_key,
    rows::{READY, extract, extract_by_code, extract_by_sha256, extract_of},
};
use crate::{
    application::{Objection, Office},
    authz::Scope,
    court::restraint::restraints_of_entry,
    pb::registry::v1::{
        self as pb, download_extract_response::Part, verify_extract_request::Mark as PbMark,
    },
    register::{
        queries::{VersionKey, newest, visible},
        rows::{entry_by_id, entry_version, state_of},
    },
    rpc::{FieldErrors, Malformed, timestamp},
    store::{Stop, StoreFault},
};

/// The largest chunk of a download, in bytes.
const CHUNK_BYTES: usize = 256 * 1024;

/// A download on its way.
pub type ExtractStream =
    Pin<Box<dyn Stream<Item = Result<pb::DownloadExtractResponse, Status>> + Send>>;

/// The extract of a version, in the caller's scope.
pub(crate) async fn extract(
    office: &Office,
    scope: &Scope,
    key: &VersionKey,
) -> Result<extract::Model, Stop<Objection>> {
    let reads = office.store.reads();
    let entry = visible(entry_by_id(reads, key.id).await?, scope, office).map_err(Stop::Refused)?;
    let version = match key.version {
        Some(version) => version,
        None => newest(&entry)?,
    };
    if let Some(extract) = extract_of(reads, key.id, version).await? {
        return Ok(extract);
    }
    let of_import = entry_version(reads, key.id, version)
        .await?
        .is_some_and(|version| version.is_brought_over());
    Err(Stop::Refused(if of_import {
        Objection::ExtractElsewhere
    } else {
        Objection::NotVisible
    }))
}

/// An extract as sent.
pub(crate) fn to_wire(extract: &extract::Model) -> pb::Extract {
    let state = if extract.state == READY {
        pb::ExtractState::Ready
    } else {
        pb::ExtractState::Pending
    };
    pb::Extract {
        entry_id: extract.entry_id.to_string(),
        entry_version: extract.entry_version,
        state: state.into(),
        verification_code: printed(&extract.verification_code),
        sha256: extract.sha256.clone().unwrap_or_default(),
        size_bytes: extract.size_bytes.unwrap_or_default(),
        formed_at: extract.formed_at.map(timestamp),
    }
}

/// The code as it is printed, in groups.
pub(crate) fn printed(code: &str) -> String {
    VerificationCode::parse(code).map_or_else(|_| code.to_owned(), |code| code.to_string())
}

/// The bytes of an extract, in chunks after a header.
pub(crate) async fn download(
    office: &Office,
    scope: &Scope,
    key: &VersionKey,
) -> Result<ExtractStream, Stop<Objection>> {
    let extract = extract(office, scope, key).await?;
    if extract.state != READY {
        return Err(Stop::Refused(Objection::ExtractNotReady));
    }
    let pdf = office
        .documents
        .get(&object_key(key.id, extract.entry_version))
        .await?
        .filter(|pdf| extract.sha256 == Some(hex::encode(Sha256::digest(pdf))))
        .ok_or_else(|| {
            StoreFault::corrupt("extract", "its bytes are not there as they were formed")
        })?;
    let number = entry_by_id(office.store.reads(), key.id)
        .await?
        .map(|entry| entry.number)
        .unwrap_or_default();
    let header = pb::DownloadExtractHeader {
        file_name: format!("{number}-v{}.pdf", extract.entry_version),
        content_type: "application/pdf".to_owned(),
        sha256: extract.sha256.unwrap_or_default(),
        size_bytes: extract.size_bytes.unwrap_or_default(),
    };
    let chunks: Vec<Part> = std::iter::once(Part::Header(header))
        .chain(
            pdf.chunks(CHUNK_BYTES)
                .map(|chunk| Part::Chunk(chunk.to_vec())),
        )
        .collect();
    Ok(Box::pin(stream::iter(chunks.into_iter().map(|part| {
        Ok(pb::DownloadExtractResponse { part: Some(part) })
    }))))
}

/// What the holder of an extract knows of it.
pub(crate) enum Mark {
    Code(VerificationCode),
    Sha256(String),
}

impl Mark {
    pub(crate) fn parse(message: pb::VerifyExtractRequest) -> Result<Self, Malformed> {
        let mut errors = FieldErrors::new();
        match message.mark {
            Some(PbMark::VerificationCode(code)) => match VerificationCode::parse(&code) {
                Ok(code) => return Ok(Self::Code(code)),
                Err(problem) => errors.add("verification_code", problem),
            },
            Some(PbMark::Sha256(sha256)) if is_sha256(&sha256) => {
                return Ok(Self::Sha256(sha256.to_ascii_lowercase()));
            }
            Some(PbMark::Sha256(_)) => errors.add("sha256", "must have 64 hexadecimal digits"),
            None => errors.missing("mark"),
        }
        Err(errors.into_malformed())
    }
}

fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether an extract with that mark was made here, and whether its entry still stands as it shows.
pub(crate) async fn verify(
    office: &Office,
    mark: &Mark,
) -> Result<pb::VerifyExtractResponse, StoreFault> {
    let reads = office.store.reads();
    let found = match mark {
        Mark::Code(code) => extract_by_code(reads, code.as_str()).await?,
        Mark::Sha256(sha256) => extract_by_sha256(reads, sha256).await?,
    };
    let Some(extract) = found.filter(|extract| extract.state == READY) else {
        let verdict = pb::ExtractVerdict::Unknown.into();
        return Ok(pb::VerifyExtractResponse {
            verdict,
            ..Default::default()
        });
    };
    let id = extract.entry_id.into();
    let entry = entry_by_id(reads, id).await?;
    let version = entry_version(reads, id, extract.entry_version).await?;
    let (entry, version) = entry
        .zip(version)
        .ok_or_else(|| StoreFault::corrupt("extract", "has no entry"))?;
    let verdict = if newest(&entry)? == extract.entry_version {
        pb::ExtractVerdict::Genuine
    } else {
        pb::ExtractVerdict::Superseded
    };
    let restraints = restraints_of_entry(reads, id, None).await?;
    let state = state_of(&entry)?;
    Ok(pb::VerifyExtractResponse {
        suspended: restraints.iter().any(|one| one.suspends(state)),
        annulled: restraints.iter().any(|one| one.annulled(state)),
        verdict: verdict.into(),
        entry_number: entry.number,
        entry_version: extract.entry_version,
        sha256: extract.sha256.unwrap_or_default(),
        entered_at: Some(timestamp(version.entered_at)),
    })
}
