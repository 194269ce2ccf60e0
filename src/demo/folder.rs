//! Where everything that a demonstration makes lies, as its own folder. It never touches a folder
//! that is not one of a demonstration, nor one in which another demonstration runs.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

/// Marks the folder as a demonstration's; locked while one runs in it.
const MARKER: &str = ".tizilim-demo";
const MARKER_TEXT: &str = "Made by `tizilim demo`, which empties this folder when it starts.\n";

/// The folder of a running demonstration.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    _lock: File,
}

/// Why a folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FolderFault {
    /// It holds something that is no demonstration's.
    #[error("{} is not empty and was not made by a demonstration", .0.display())]
    Foreign(PathBuf),
    /// A demonstration runs in it.
    #[error("another demonstration runs in {}", .0.display())]
    InUse(PathBuf),
    /// Something could not be read or written.
    #[error("cannot read or write {}", path.display())]
    Io {
        /// What.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
}

impl Folder {
    /// Makes the folder, or empties one that an earlier demonstration made.
    pub fn afresh(path: &Path) -> Result<Self, FolderFault> {
        fs::create_dir_all(path).map_err(fault(path))?;
        // Absolute, for whoever reads its paths in another working directory.
        let path = fs::canonicalize(path).map_err(fault(path))?;
        let marker = path.join(MARKER);
        if !marker.exists() {
            if entries(&path)?.next().is_some() {
                return Err(FolderFault::Foreign(path));
            }
            fs::write(&marker, MARKER_TEXT).map_err(fault(&marker))?;
        }
        let lock = File::open(&marker).map_err(fault(&marker))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(FolderFault::InUse(path)),
            Err(TryLockError::Error(source)) => {
                return Err(FolderFault::Io {
                    path: marker,
                    source,
                });
            }
        }
        for entry in entries(&path)?.filter(|entry| *entry != marker) {
            remove(&entry).map_err(fault(&entry))?;
        }
        Ok(Self { path, _lock: lock })
    }

    /// The folder itself.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A folder in it, made if it is not there.
    pub fn folder(&self, name: &str) -> Result<PathBuf, FolderFault> {
        let path = self.path.join(name);
        fs::create_dir_all(&path).map_err(fault(&path))?;
        Ok(path)
    }

    /// Writes a file in a folder in it.
    pub fn write(
        &self,
        folder: &str,
        name: &str,
        content: impl AsRef<[u8]>,
    ) -> Result<PathBuf, FolderFault> {
        let path = self.folder(folder)?.join(name);
        fs::write(&path, content).map_err(fault(&path))?;
        Ok(path)
    }

    /// Writes a new file that only its owner may read.
    pub fn write_private(
        &self,
        folder: &str,
        name: &str,
        content: &str,
    ) -> Result<PathBuf, FolderFault> {
        let path = self.folder(folder)?.join(name);
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)
            .and_then(|mut file| file.write_all(content.as_bytes()))
            .map_err(fault(&path))?;
        Ok(path)
    }
}

fn entries(path: &Path) -> Result<impl Iterator<Item = PathBuf>, FolderFault> {
    let entries: Result<Vec<_>, _> = fs::read_dir(path).map_err(fault(path))?.collect();
    let entries = entries.map_err(fault(path))?;
    Ok(entries.into_iter().map(|entry| entry.path()))
}

/// Removes a file or a folder; of a link only the link.
fn remove(path: &Path) -> io::Result<()> {
    if fs::symlink_metadata(path)?.is_dir() {
        fs::remove_dir_all(path)
    } else {
        fs::remove_file(path)
    }
}

fn fault(path: &Path) -> impl FnOnce(io::Error) -> FolderFault {
    let path = path.to_owned();
    move |source| FolderFault::Io { path, source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_run_starts_afresh_inside_its_folder_only() {
        let base = tempfile::tempdir().unwrap();
        let outside = base.path().join("outside.txt");
        fs::write(&outside, "kept").unwrap();
        let path = base.path().join("demo");
        let folder = Folder::afresh(&path).unwrap();
        let old = folder.write("mail", "1.eml", "old").unwrap();
        std::os::unix::fs::symlink(&outside, folder.path().join("link")).unwrap();
        drop(folder);
        let folder = Folder::afresh(&path).unwrap();
        assert!(!old.exists());
        assert_eq!(
            entries(folder.path()).unwrap().count(),
            1,
            "the marker alone"
        );
        assert_eq!(fs::read_to_string(outside).unwrap(), "kept");
    }

    #[test]
    fn a_folder_that_is_not_a_demonstrations_is_left_alone() {
        let base = tempfile::tempdir().unwrap();
        let file = base.path().join("thesis.txt");
        fs::write(&file, "mine").unwrap();
        assert!(matches!(
            Folder::afresh(base.path()),
            Err(FolderFault::Foreign(_))
        ));
        assert_eq!(fs::read_to_string(file).unwrap(), "mine");
        assert!(!base.path().join(MARKER).exists());
    }

    #[test]
    fn a_folder_in_which_a_demonstration_runs_is_left_alone() {
        let base = tempfile::tempdir().unwrap();
        let folder = Folder::afresh(base.path()).unwrap();
        let file = folder.write("mail", "1.eml", "new").unwrap();
        assert!(matches!(
            Folder::afresh(base.path()),
            Err(FolderFault::InUse(_))
        ));
        assert!(file.exists());
    }
}
