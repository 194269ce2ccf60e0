//! A case file before it is an archive: its files in order, each with where its bytes lie.
//! It never holds the bytes of a file: a text is put away as soon as it is written, and a scan stays where it is.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    archive::{Writer, is_path},
    json,
    manifest::{self, File, Manifest, Signed, sha256},
};
use crate::{document::Documents, store::StoreFault};

/// Where the bytes of a file lie. What never changes is read where it is.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Source {
    /// An object in the store of documents, by its key: a scan, an extract, or a text that a later release
    /// might write otherwise.
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
pub(super) struct Files {
    documents: Documents,
    pub(super) entries: Vec<File>,
    pub(super) sources: Vec<Source>,
    pub(super) signatures: Vec<Signed>,
}

impl Files {
    /// None yet; texts are put into a store.
    pub(super) const fn into_store(documents: Documents) -> Self {
        Self {
            documents,
            entries: Vec::new(),
            sources: Vec::new(),
            signatures: Vec::new(),
        }
    }

    /// Adds a file that is JSON.
    pub(super) async fn json(
        &mut self,
        path: &str,
        says: &impl Serialize,
    ) -> Result<(), StoreFault> {
        let text = json::text(says)?;
        self.text(path, text).await
    }

    /// Adds a file that is a text, and puts it away under its hash: the next case file of the application has
    /// most of its texts in common with this one.
    pub(super) async fn text(&mut self, path: &str, text: String) -> Result<(), StoreFault> {
        let file = File::of(path, text.as_bytes())?;
        let key = format!("case-files/{}", file.sha256);
        self.documents.put(&key, text.into_bytes()).await?;
        self.add(file, Source::Object(key))
    }

    /// Adds a file whose bytes lie elsewhere and are looked at now.
    pub(super) fn bytes(
        &mut self,
        path: &str,
        bytes: &[u8],
        source: Source,
    ) -> Result<(), StoreFault> {
        self.add(File::of(path, bytes)?, source)
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

    /// Puts what lies in no folder before what does.
    pub(super) fn top_first(&mut self) {
        let files = self.entries.drain(..).zip(self.sources.drain(..));
        let (top, deeper): (Vec<_>, Vec<_>) = files.partition(|(file, _)| !file.path.contains('/'));
        (self.entries, self.sources) = top.into_iter().chain(deeper).unzip();
    }

    /// Puts the last file before all others.
    pub(super) fn last_first(&mut self) {
        self.entries.rotate_right(1);
        self.sources.rotate_right(1);
    }
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

    #[tokio::test]
    async fn a_file_has_one_path_and_one_that_a_file_may_have() {
        let folder = tempfile::tempdir().unwrap();
        let documents = Documents::local(folder.path()).unwrap();
        let mut files = Files::into_store(documents.clone());
        let mut text = async |path: &str| files.text(path, "{}".to_owned()).await;
        text("b/c.json").await.unwrap();
        assert!(text("b/c.json").await.is_err());
        assert!(text("../a.json").await.is_err());
        text("a.json").await.unwrap();
        text("index.html").await.unwrap();
        let object = files.object("b.pdf", "key".to_owned(), (-1, "00"));
        assert!(object.is_err(), "no size");
        files.top_first();
        files.last_first();
        let paths = files.entries.iter().map(|file| file.path.as_str());
        assert_eq!(
            paths.collect::<Vec<_>>(),
            ["b/c.json", "a.json", "index.html"]
        );
        files.last_first();
        let (file, source) = files.entries.iter().zip(&files.sources).next().unwrap();
        let Source::Object(key) = source else {
            panic!("no object");
        };
        assert!(file.path == "index.html" && key.ends_with(&file.sha256));
        assert_eq!(documents.get(key).await.unwrap().unwrap(), b"{}");
    }
}
