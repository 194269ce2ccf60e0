//! A case file before it is an archive: its files in order, each with where its bytes lie.
//! It never holds a scan: what was filed stays where it is, and its hash is known.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    archive::{Writer, is_path},
    json,
    manifest::{self, File, Manifest, Signed, sha256},
};
use crate::store::StoreFault;

/// Where the bytes of a file lie. What a later release would write otherwise is kept with the case file;
/// what never changes is read where it is.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Source {
    /// The text itself.
    Text(String),
    /// An object in the store of documents, by its key.
    Object(String),
    /// What an application filed.
    Filed { application: Uuid, part: FiledPart },
    /// What a version of an entry says, or the signature over it.
    Version {
        entry: Uuid,
        version: i32,
        part: VersionPart,
    },
    /// What a complaint says, or the signature over it.
    Complaint {
        complaint: Uuid,
        part: ComplaintPart,
    },
}

/// A part of what was filed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum FiledPart {
    Contract,
    CooperativeSignature,
    ShareholderSignature,
    FormerShareholderSignature,
}

/// A part of a version of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum VersionPart {
    Content,
    HeadSignature,
}

/// A part of a complaint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ComplaintPart {
    Content,
    Signature,
}

/// The files of a case, as far as they are gathered.
#[derive(Default)]
pub(super) struct Files {
    pub(super) entries: Vec<File>,
    pub(super) sources: Vec<Source>,
    pub(super) signatures: Vec<Signed>,
}

impl Files {
    /// Adds a file that is JSON.
    pub(super) fn json(&mut self, path: &str, says: &impl Serialize) -> Result<(), StoreFault> {
        let text = json::text(says)?;
        self.text(path, text)
    }

    /// Adds a file that is kept with the case file.
    pub(super) fn text(&mut self, path: &str, text: String) -> Result<(), StoreFault> {
        let file = file(path, text.as_bytes())?;
        self.add(file, Source::Text(text))
    }

    /// Adds a file whose bytes lie elsewhere and are looked at now.
    pub(super) fn bytes(
        &mut self,
        path: &str,
        bytes: &[u8],
        source: Source,
    ) -> Result<(), StoreFault> {
        self.add(file(path, bytes)?, source)
    }

    /// Adds an object whose size and hash are known.
    pub(super) fn object(
        &mut self,
        path: &str,
        key: String,
        (size_bytes, sha256): (i64, &str),
    ) -> Result<(), StoreFault> {
        let size_bytes = u32::try_from(size_bytes).map_err(|_huge| corrupt("is too large"))?;
        let file = File {
            path: path.to_owned(),
            size_bytes,
            sha256: sha256.to_owned(),
        };
        self.add(file, Source::Object(key))
    }

    fn add(&mut self, file: File, source: Source) -> Result<(), StoreFault> {
        let is_same = |other: &File| other.path.eq_ignore_ascii_case(&file.path);
        if !is_path(&file.path) || self.entries.iter().any(is_same) {
            return Err(corrupt("has a path that no file may have, or one for two"));
        }
        self.entries.push(file);
        self.sources.push(source);
        Ok(())
    }

    /// Puts the last file before all others.
    pub(super) fn last_first(&mut self) {
        self.entries.rotate_right(1);
        self.sources.rotate_right(1);
    }
}

fn file(path: &str, bytes: &[u8]) -> Result<File, StoreFault> {
    Ok(File {
        path: path.to_owned(),
        size_bytes: u32::try_from(bytes.len()).map_err(|_huge| corrupt("is too large"))?,
        sha256: sha256(bytes),
    })
}

fn corrupt(problem: &str) -> StoreFault {
    StoreFault::corrupt("file of a case file", problem)
}

/// A case as it was gathered: its manifest, as it is written, and the sources of its files in that order.
#[derive(Clone)]
pub(crate) struct Case {
    pub(super) manifest: Manifest,
    pub(super) text: String,
    pub(super) sources: Vec<Source>,
}

impl Case {
    /// Of a manifest and the sources of its files.
    pub(super) fn of(manifest: Manifest, sources: Vec<Source>) -> Result<Self, StoreFault> {
        let text = manifest.text()?;
        Ok(Self {
            manifest,
            text,
            sources,
        })
    }

    /// The hash by which the case file is known: that of its manifest, which has those of all files.
    pub(crate) fn sha256(&self) -> String {
        sha256(self.text.as_bytes())
    }

    /// The size of the whole archive.
    pub(super) fn archive_bytes(&self, signature: Option<&[u8]>) -> i64 {
        let files = self.manifest.files.iter();
        let files = files.map(|file| (file.path.as_str(), file.size_bytes));
        let seal = seal(&self.text, signature).into_iter();
        let seal = seal.map(|(path, bytes)| (path, u32::try_from(bytes.len()).unwrap_or(u32::MAX)));
        i64::try_from(Writer::size_of(files.chain(seal))).unwrap_or(i64::MAX)
    }
}

/// A case file as it is kept: the manifest is the text that was written then, whichever release did.
pub(super) struct Kept {
    pub(super) files: Vec<File>,
    pub(super) text: String,
    pub(super) sources: Vec<Source>,
    pub(super) signature: Option<Vec<u8>>,
}

/// What stands behind the files: the manifest, and the signature over it if there is one.
pub(super) fn seal<'a>(
    text: &'a str,
    signature: Option<&'a [u8]>,
) -> Vec<(&'static str, &'a [u8])> {
    let manifest = (manifest::PATH, text.as_bytes());
    let signature = signature.map(|signature| (manifest::SIGNATURE_PATH, signature));
    std::iter::once(manifest).chain(signature).collect()
}

/// Never shows what it holds: it is personal data.
impl std::fmt::Debug for Case {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Case").field(&self.manifest).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_one_path_and_one_that_a_file_may_have() {
        let mut files = Files::default();
        files.text("a.json", "{}".to_owned()).unwrap();
        assert!(files.text("a.json", "{}".to_owned()).is_err());
        assert!(files.text("../a.json", "{}".to_owned()).is_err());
        let object = files.object("b.pdf", "key".to_owned(), (-1, "00"));
        assert!(object.is_err(), "no size");
        files.text("index.html", String::new()).unwrap();
        files.last_first();
        let paths: Vec<&str> = files
            .entries
            .iter()
            .map(|file| file.path.as_str())
            .collect();
        assert_eq!(paths, ["index.html", "a.json"]);
        assert!(files.sources.first() == Some(&Source::Text(String::new())));
    }
}
