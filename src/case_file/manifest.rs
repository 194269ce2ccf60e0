//! The manifest: every file of a case file with its size and hash, in order, and whose signature is over
//! which of them. Its own hash is the hash of the case file.
//! It never says when it was written: a case that did not change has one manifest.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::json;
use crate::store::StoreFault;

/// Where it lies, and where the signature over it does.
pub(super) const PATH: &str = "manifest.json";
pub(super) const SIGNATURE_PATH: &str = "manifest.json.cms";

/// Names the format.
const FORMAT: &str = "tizilim.case-file";
/// Grows when files change their meaning; who reads an older one must know it.
const VERSION: u32 = 1;

/// What a case file holds.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Manifest {
    pub(super) format: String,
    pub(super) format_version: u32,
    pub(super) application_id: String,
    pub(super) application_number: String,
    pub(super) provider_bin: String,
    /// The last fact of the journal that it tells of, and when that was decided.
    pub(super) journal_number: i64,
    pub(super) as_of_at: DateTime<Utc>,
    pub(super) files: Vec<File>,
    pub(super) signatures: Vec<Signed>,
}

/// A file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct File {
    pub(super) path: String,
    pub(super) size_bytes: u32,
    /// Hexadecimal.
    pub(super) sha256: String,
}

impl File {
    /// What a manifest says of some bytes.
    pub(super) fn of(path: &str, bytes: &[u8]) -> Result<Self, StoreFault> {
        let size_bytes = u32::try_from(bytes.len());
        Ok(Self {
            path: path.to_owned(),
            size_bytes: size_bytes
                .map_err(|_huge| StoreFault::corrupt("file of a case file", "is too large"))?,
            sha256: sha256(bytes),
        })
    }
}

/// A signature: a file, the file it is over, and who must have made it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Signed {
    pub(super) path: String,
    pub(super) signs: String,
    pub(super) by: Signatory,
    /// The number of the person or organisation that it must be of.
    pub(super) number: String,
    /// The moment as of which the certificate counts.
    pub(super) at: DateTime<Utc>,
    /// Something was granted on it. Of what was not granted the signature may be the very reason.
    pub(super) must_hold: bool,
}

/// Whose signature it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum Signatory {
    /// An executive of the cooperative.
    Cooperative,
    /// The shareholder; of an assignment the new one.
    Shareholder,
    /// Who assigned the right of claim.
    FormerShareholder,
    /// The head of the provider.
    Head,
}

impl Manifest {
    /// The name and version of the format that this code writes.
    pub(super) fn format() -> (String, u32) {
        (FORMAT.to_owned(), VERSION)
    }

    /// Its text, which is always the same.
    pub(super) fn text(&self) -> Result<String, StoreFault> {
        json::text(self)
    }

    /// Reads a text; only the one that would be written.
    pub(super) fn read(text: &[u8]) -> Option<Self> {
        let read: Self = serde_json::from_slice(text).ok()?;
        let written = read.text().ok()?;
        (written.as_bytes() == text).then_some(read)
    }
}

/// What every version of the format has: which one it is.
#[derive(Deserialize)]
struct Format {
    format: String,
    format_version: u32,
}

/// Whether a text is a manifest of a format that this code reads.
pub(super) fn is_known(text: &[u8]) -> bool {
    serde_json::from_slice::<Format>(text)
        .is_ok_and(|named| (named.format, named.format_version) == Manifest::format())
}

/// What every version of the format names: its files, in order.
#[derive(Deserialize)]
struct Named {
    files: Vec<File>,
}

/// The files that a manifest names, whichever release wrote it.
pub(super) fn files(text: &str) -> Option<Vec<File>> {
    let named: Named = serde_json::from_str(text).ok()?;
    Some(named.files)
}

/// The hash of bytes, as it is written.
pub(super) fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// Never shows whose case it is.
impl std::fmt::Debug for Manifest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Manifest")
            .field("application_id", &self.application_id)
            .finish_non_exhaustive()
    }
}

/// Never shows the number of a person.
impl std::fmt::Debug for Signed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signed")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the first release wrote it; whatever is added to the format, this one is still read.
    const FIRST: &str = r#"{
  "application_id": "019a0000-0000-7000-8000-000000000001",
  "application_number": "A-1",
  "as_of_at": "2026-11-24T05:00:00Z",
  "files": [
    {
      "path": "application.json",
      "sha256": "00",
      "size_bytes": 3
    }
  ],
  "format": "tizilim.case-file",
  "format_version": 1,
  "journal_number": 7,
  "provider_bin": "600740000012",
  "signatures": [
    {
      "at": "2026-11-24T05:00:00Z",
      "by": "COOPERATIVE",
      "must_hold": true,
      "number": "600740000012",
      "path": "signatures/1.cms",
      "signs": "application.json"
    }
  ]
}
"#;

    #[test]
    fn a_manifest_of_the_first_release_is_read_as_it_was_written() {
        let read = Manifest::read(FIRST.as_bytes()).unwrap();
        assert_eq!(read.text().unwrap(), FIRST);
        assert!(is_known(FIRST.as_bytes()));
        assert_eq!(files(FIRST).unwrap(), read.files);
    }

    #[test]
    fn a_later_manifest_is_known_to_be_later_and_its_files_are_found() {
        let later = FIRST.replace(
            "\"format_version\": 1",
            "\"format_version\": 2,\n  \"more\": 1",
        );
        assert!(!is_known(later.as_bytes()));
        assert_eq!(files(&later).unwrap().len(), 1);
        assert!(
            Manifest::read(later.as_bytes()).is_none(),
            "not as this code writes it"
        );
        assert!(files("{}").is_none() && !is_known(b"no JSON"));
    }
}
