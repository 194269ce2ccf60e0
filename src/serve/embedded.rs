//! The file of an embedded register: its folder, and the lock that lets one process work on it.
//! It never opens the register itself.

use std::{
    fs::{DirBuilder, File, TryLockError},
    os::unix::fs::DirBuilderExt as _,
    path::PathBuf,
};

use super::ServeFault;
use crate::store::StoreConfig;

/// A register holds personal data: a folder made for it is its owner's alone.
const OWNER_ONLY: u32 = 0o700;

/// Proves that no other process works on an embedded register; given up with the value, however the
/// process ends.
#[derive(Debug)]
pub(crate) struct Alone {
    _lock: File,
}

/// Makes the folder of an embedded register if it is not there, and locks others out; nothing where
/// processes share a database.
pub(crate) fn alone(config: &StoreConfig) -> Result<Option<Alone>, ServeFault> {
    let Some(register) = file(&config.url) else {
        return Ok(None);
    };
    if let Some(folder) = register.parent() {
        let made = DirBuilder::new()
            .recursive(true)
            .mode(OWNER_ONLY)
            .create(folder);
        made.map_err(|source| ServeFault::Folder {
            folder: folder.to_owned(),
            source,
        })?;
    }
    let mut name = register.clone().into_os_string();
    name.push(".lock");
    let file = PathBuf::from(name);
    let unlocked = |source| ServeFault::Lock {
        file: file.clone(),
        source,
    };
    let lock = File::create(&file).map_err(unlocked)?;
    match lock.try_lock() {
        Ok(()) => Ok(Some(Alone { _lock: lock })),
        Err(TryLockError::WouldBlock) => Err(ServeFault::InUse { register }),
        Err(TryLockError::Error(source)) => Err(unlocked(source)),
    }
}

/// The file of an embedded register.
fn file(url: &str) -> Option<PathBuf> {
    let path = url.strip_prefix("sqlite:")?.trim_start_matches("//");
    let path = path.split_once('?').map_or(path, |(path, _)| path);
    (path != ":memory:").then(|| PathBuf::from(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_register_is_one_process_s_as_long_as_that_one_lives() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/register.db");
        let config = StoreConfig::at(format!("sqlite://{}?mode=rwc", path.display()));
        let first = alone(&config).unwrap();
        assert!(first.is_some());
        let second = alone(&config).unwrap_err();
        assert_eq!(
            second.to_string(),
            format!(
                "another process works on the register {}: one SQLite file takes one process",
                path.display()
            )
        );
        drop(first);
        assert!(alone(&config).unwrap().is_some());
    }

    #[test]
    fn a_database_that_processes_share_has_no_lock() {
        let config = StoreConfig::at("postgres://db.example/register");
        assert!(alone(&config).unwrap().is_none());
    }
}
