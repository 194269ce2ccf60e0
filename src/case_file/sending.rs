//! A case file on its way: the archive is written while it is sent, piece by piece.
//! It never holds more of a scan than a piece, and never sends a file that is not what the manifest says.

use std::{ops::Range, sync::Arc};

use sha2::{Digest as _, Sha256};

use super::{
    archive::{Entry, Writer},
    case::{ComplaintPart, FiledPart, Kept, Source, VersionPart, seal},
    manifest::{File, sha256},
};
use crate::{
    application::{Office, rows::content_of},
    complaint,
    register::rows::entry_version,
    store::StoreFault,
};

/// How much of a scan is read at once.
const PIECE_BYTES: u64 = 256 * 1024;
/// The largest chunk, in bytes.
pub(super) const CHUNK_BYTES: usize = 256 * 1024;

/// How far a case file is sent.
pub(super) struct Sending {
    office: Arc<Office>,
    kept: Kept,
    archive: Option<Writer>,
    /// The place of the next file, of those in the manifest.
    next: usize,
    /// What is left of the scan whose beginning was sent.
    rest: Option<(String, Range<u64>)>,
    ready: Vec<u8>,
}

impl Sending {
    /// Begins with nothing sent.
    pub(super) fn of(office: Arc<Office>, kept: Kept) -> Self {
        Self {
            office,
            kept,
            archive: Some(Writer::default()),
            next: 0,
            rest: None,
            ready: Vec::new(),
        }
    }

    /// The next chunk; none after the last.
    pub(super) async fn chunk(&mut self) -> Result<Option<Vec<u8>>, StoreFault> {
        while self.ready.len() < CHUNK_BYTES && (self.rest.is_some() || self.archive.is_some()) {
            self.write_on().await?;
        }
        let rest = self.ready.split_off(self.ready.len().min(CHUNK_BYTES));
        let chunk = std::mem::replace(&mut self.ready, rest);
        Ok(Some(chunk).filter(|chunk| !chunk.is_empty()))
    }

    /// Writes a piece of a scan, a file, or the end of the archive.
    async fn write_on(&mut self) -> Result<(), StoreFault> {
        if let Some((key, rest)) = self.rest.take() {
            let (piece, rest) = split(rest);
            self.ready
                .extend(self.office.documents.part(&key, piece).await?);
            self.rest = Some((key, rest)).filter(|(_, rest)| !rest.is_empty());
            return Ok(());
        }
        let place = self.next;
        self.next = place.saturating_add(1);
        let Kept { files, sources, .. } = &self.kept;
        match files.get(place).cloned().zip(sources.get(place).cloned()) {
            Some((file, Source::Object(key))) => self.begin_object(&file, key).await,
            Some((file, source)) => {
                let bytes = self.bytes(source).await?;
                if sha256(&bytes) != file.sha256 {
                    return Err(otherwise(&file));
                }
                self.write(&file.path, &bytes);
                Ok(())
            }
            None => {
                self.end();
                Ok(())
            }
        }
    }

    /// Looks through an object before a byte of it is sent: what lies there must be what was filed or
    /// formed, and the archive has its checksum before its data, so that every reader can read it.
    async fn begin_object(&mut self, file: &File, key: String) -> Result<(), StoreFault> {
        let mut hash = Sha256::new();
        let mut crc32 = crc32fast::Hasher::new();
        let whole = 0..u64::from(file.size_bytes);
        let mut rest = whole.clone();
        while !rest.is_empty() {
            let (piece, left) = split(rest);
            let bytes = self.office.documents.part(&key, piece).await?;
            hash.update(&bytes);
            crc32.update(&bytes);
            rest = left;
        }
        if hex::encode(hash.finalize()) != file.sha256 {
            return Err(otherwise(file));
        }
        self.begin(&file.path, file.size_bytes, crc32.finalize());
        self.rest = Some((key, whole)).filter(|(_, whole)| !whole.is_empty());
        Ok(())
    }

    fn begin(&mut self, path: &str, size: u32, crc32: u32) {
        if let Some(archive) = &mut self.archive {
            self.ready.extend(archive.begin(&Entry {
                path: path.to_owned(),
                size,
                crc32,
            }));
        }
    }

    fn write(&mut self, path: &str, bytes: &[u8]) {
        let size = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        self.begin(path, size, crc32fast::hash(bytes));
        self.ready.extend_from_slice(bytes);
    }

    /// The manifest, the signature over it, and the directory of the archive.
    fn end(&mut self) {
        let seal = seal(&self.kept.text, self.kept.signature.as_deref());
        let seal: Vec<(&str, Vec<u8>)> = seal
            .into_iter()
            .map(|(path, bytes)| (path, bytes.to_vec()))
            .collect();
        for (path, bytes) in seal {
            self.write(path, &bytes);
        }
        if let Some(archive) = self.archive.take() {
            self.ready.extend(archive.end());
        }
    }

    async fn bytes(&self, source: Source) -> Result<Vec<u8>, StoreFault> {
        let reads = self.office.store.reads();
        let absent = || StoreFault::corrupt("case file", "names what is not there");
        match source {
            Source::Object(key) => self.office.documents.get(&key).await?.ok_or_else(absent),
            Source::Filed { application, part } => {
                let reading = content_of(reads, application.into());
                let content = self
                    .office
                    .store
                    .in_time("read what was filed", reading)
                    .await?;
                match part {
                    FiledPart::Contract => Some(content.agreement),
                    FiledPart::CooperativeSignature => Some(content.cooperative_signature),
                    FiledPart::ShareholderSignature => content.shareholder_signature,
                    FiledPart::FormerShareholderSignature => content.former_shareholder_signature,
                }
                .ok_or_else(absent)
            }
            Source::Version {
                entry,
                version,
                part,
            } => {
                let reading = entry_version(reads, entry.into(), version);
                let reading = self
                    .office
                    .store
                    .in_time("read a version of an entry", reading);
                let version = reading.await?.ok_or_else(absent)?;
                Ok(match part {
                    VersionPart::Content => version.signed_content,
                    VersionPart::HeadSignature => version.head_signature,
                })
            }
            Source::Complaint { complaint, part } => {
                let reading = complaint::rows::content_of(reads, complaint.into());
                let reading = self.office.store.in_time("read a complaint", reading);
                let content = reading.await?;
                Ok(match part {
                    ComplaintPart::Content => content.content,
                    ComplaintPart::Signature => content.signature,
                })
            }
        }
    }
}

/// A first piece of a range, and what is left.
fn split(range: Range<u64>) -> (Range<u64>, Range<u64>) {
    let end = range.start.saturating_add(PIECE_BYTES).min(range.end);
    (range.start..end, end..range.end)
}

fn otherwise(file: &File) -> StoreFault {
    StoreFault::corrupt("case file", format!("{} is not what it was", file.path))
}
