//! Where documents and extracts lie: an object store, by default a folder on the local disk.
//! An object in it is whole and durable, or not there; it never shows one half written.

use std::{
    fs::{DirBuilder, File},
    io,
    ops::Range,
    os::unix::fs::DirBuilderExt as _,
    path::Path,
    sync::Arc,
};

use object_store::{
    MultipartUpload, ObjectStore, ObjectStoreExt as _, PutPayload, local::LocalFileSystem,
    path::Path as Key,
};

use crate::{kernel::DocumentId, store::StoreFault};

/// How much of an upload is held in memory before it is handed on; the remote stores that
/// `object_store` speaks to want parts of one size, at least 5 MiB.
const PART_BYTES: usize = 5 * 1024 * 1024;

/// The store of documents.
#[derive(Clone, Debug)]
pub struct Documents {
    objects: Arc<dyn ObjectStore>,
}

impl Documents {
    /// Keeps them in a folder, which is made if it is not there.
    ///
    /// Nothing is acknowledged before it is durable: with `with_fsync`, which is off by default,
    /// `object_store` syncs the file before it renames it into place and the folder afterwards.
    /// A process that is killed leaves the file of an unfinished upload, `NAME#1`, behind.
    pub fn local(folder: &Path) -> Result<Self, StoreFault> {
        const OPERATION: &str = "open the folder of documents";
        make_folder(folder).map_err(|error| {
            let error = object_store::Error::Generic {
                store: "LocalFileSystem",
                source: Box::new(error),
            };
            during(OPERATION)(error)
        })?;
        let objects = LocalFileSystem::new_with_prefix(folder).map_err(during(OPERATION))?;
        Ok(Self {
            objects: Arc::new(objects.with_fsync(true)),
        })
    }

    /// Reads a document whole.
    pub async fn read(&self, id: DocumentId) -> Result<Vec<u8>, StoreFault> {
        self.bytes(&document_key(id))
            .await?
            .ok_or_else(|| StoreFault::corrupt("document", "its bytes are not there"))
    }

    /// Writes an object whole, over the one with the same key if there is one.
    pub async fn put(&self, key: &str, bytes: Vec<u8>) -> Result<(), StoreFault> {
        const OPERATION: &str = "store an object";
        let key = Key::parse(key).map_err(|error| during(OPERATION)(error.into()))?;
        self.objects
            .put(&key, PutPayload::from(bytes))
            .await
            .map_err(during(OPERATION))?;
        Ok(())
    }

    /// Reads an object whole, if it is there.
    pub async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreFault> {
        let key = Key::parse(key).map_err(|error| during(READ)(error.into()))?;
        self.bytes(&key).await
    }

    /// Reads a part of an object, if all of the part is there: who reads a large one holds no more of it.
    pub(crate) async fn part(&self, key: &str, part: Range<u64>) -> Result<Vec<u8>, StoreFault> {
        let key = Key::parse(key).map_err(|error| during(READ)(error.into()))?;
        let length = part.end.saturating_sub(part.start);
        let bytes = self.objects.get_range(&key, part).await;
        let bytes: Vec<u8> = bytes.map_err(during(READ))?.into();
        // A store gives what there is of a range.
        if u64::try_from(bytes.len()) == Ok(length) {
            Ok(bytes)
        } else {
            Err(StoreFault::corrupt("object", "is shorter than it was"))
        }
    }

    /// Begins to store a document.
    pub(crate) async fn upload(&self, id: DocumentId) -> Result<Upload, StoreFault> {
        let parts = self
            .objects
            .put_multipart(&document_key(id))
            .await
            .map_err(during(UPLOAD))?;
        Ok(Upload {
            parts,
            part: Vec::new(),
        })
    }

    /// Takes away a document that no row names. What cannot be taken away lies there, unnamed.
    pub(crate) async fn discard(&self, id: DocumentId) {
        if let Err(error) = self.objects.delete(&document_key(id)).await {
            tracing::warn!(%id, %error, "a document that nothing names was left behind");
        }
    }

    async fn bytes(&self, key: &Key) -> Result<Option<Vec<u8>>, StoreFault> {
        let object = match self.objects.get(key).await {
            Ok(object) => object,
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(during(READ)(error)),
        };
        let bytes = object.bytes().await.map_err(during(READ))?;
        Ok(Some(bytes.into()))
    }
}

const READ: &str = "read an object";
const UPLOAD: &str = "store a document";

/// A document on its way in. Dropped, it leaves nothing behind on the local disk; only `abort` tells
/// a remote store as well.
#[derive(Debug)]
pub(crate) struct Upload {
    parts: Box<dyn MultipartUpload>,
    part: Vec<u8>,
}

impl Upload {
    /// Adds bytes; waits while a full part is handed on.
    pub(crate) async fn write(&mut self, mut bytes: &[u8]) -> Result<(), StoreFault> {
        while let Some((last, rest)) =
            bytes.split_at_checked(PART_BYTES.saturating_sub(self.part.len()))
        {
            self.part.extend_from_slice(last);
            self.hand_on().await?;
            bytes = rest;
        }
        // Grown to its end at once: doubling would reach for 8 MiB and hold 4 more meanwhile.
        self.part
            .reserve_exact(PART_BYTES.saturating_sub(self.part.len()));
        self.part.extend_from_slice(bytes);
        Ok(())
    }

    /// Ends the document; it is durable when this returns.
    pub(crate) async fn finish(mut self) -> Result<(), StoreFault> {
        let finished = match self.hand_on().await {
            Ok(()) => self.parts.complete().await.map_err(during(UPLOAD)),
            Err(fault) => Err(fault),
        };
        match finished {
            Ok(_) => Ok(()),
            Err(fault) => {
                self.abort().await;
                Err(fault)
            }
        }
    }

    /// Takes back what was written.
    pub(crate) async fn abort(mut self) {
        if let Err(error) = self.parts.abort().await {
            tracing::warn!(%error, "a part of an aborted upload was left behind");
        }
    }

    async fn hand_on(&mut self) -> Result<(), StoreFault> {
        let part = std::mem::take(&mut self.part);
        self.parts
            .put_part(PutPayload::from(part))
            .await
            .map_err(during(UPLOAD))
    }
}

fn document_key(id: DocumentId) -> Key {
    Key::from(object_key(id))
}

/// Where the bytes of a document lie.
pub(crate) fn object_key(id: DocumentId) -> String {
    format!("documents/{id}.pdf")
}

fn during(operation: &'static str) -> impl Fn(object_store::Error) -> StoreFault {
    move |source| StoreFault::Objects {
        operation,
        source: Arc::new(source),
    }
}

/// Makes a folder that only its owner reads and that a power cut does not take away: every folder
/// that got a new entry is synced.
fn make_folder(folder: &Path) -> io::Result<()> {
    let folder = std::path::absolute(folder)?;
    let made: Vec<&Path> = folder
        .ancestors()
        .take_while(|folder| !folder.exists())
        .collect();
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&folder)?;
    for parent in made.iter().filter_map(|folder| folder.parent()) {
        File::open(parent)?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
pub(super) mod test_files {
    //! What lies in a folder, for tests.
    use std::path::{Path, PathBuf};

    /// Every file under a folder, those of unfinished uploads too.
    pub(in crate::document) fn files(folder: &Path) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(folder).unwrap();
        entries
            .map(|entry| entry.unwrap().path())
            .flat_map(|path| {
                if path.is_dir() {
                    files(&path)
                } else {
                    vec![path]
                }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests;
