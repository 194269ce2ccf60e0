//! The file of callers, read again when it changes: whoever is taken out of it is nobody at once.
//! It never takes a file that is wrong, and never forgets everybody because a file cannot be read.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, SystemTime},
};

use async_trait::async_trait;

use super::{Accounts, Caller, TokenVerifier, Tokens, TokensFault};

/// How often it is looked whether the file changed.
const LOOK: Duration = Duration::from_secs(2);

/// Who calls, as a file says now.
#[derive(Debug)]
pub struct CallersFile {
    path: PathBuf,
    tokens: RwLock<Arc<Tokens>>,
    /// How the file looked just before it was read first.
    opened: Mark,
}

/// By what a change is seen.
type Mark = Option<(SystemTime, u64)>;

impl CallersFile {
    /// Reads the file for the first time.
    pub fn open(path: &Path) -> Result<Self, TokensFault> {
        let opened = mark(path);
        Ok(Self {
            path: path.to_owned(),
            tokens: RwLock::new(Arc::new(Tokens::open(path)?)),
            opened,
        })
    }

    /// Looks at the file for as long as it is polled.
    pub async fn follow(&self) {
        let mut seen = self.opened;
        loop {
            seen = self.look(seen);
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Reads the file if it does not look as it did; gives how it was taken in. What could not be read at
    /// all is read again at the next look.
    pub(crate) fn look(&self, seen: Mark) -> Mark {
        let mark = mark(&self.path);
        if mark == seen {
            return seen;
        }
        match Tokens::open(&self.path) {
            Ok(tokens) => {
                *self.tokens.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(tokens);
                tracing::info!("the file of callers was read again");
                mark
            }
            Err(fault) => {
                tracing::warn!(%fault, "the file of callers cannot be read; the callers before it stay");
                if matches!(fault, TokensFault::Unreadable { .. }) {
                    seen
                } else {
                    mark
                }
            }
        }
    }

    fn tokens(&self) -> Arc<Tokens> {
        Arc::clone(&self.tokens.read().unwrap_or_else(PoisonError::into_inner))
    }
}

fn mark(path: &Path) -> Mark {
    let metadata = std::fs::metadata(path).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}

#[async_trait]
impl TokenVerifier for CallersFile {
    async fn verify(&self, token: &str) -> Option<Arc<Caller>> {
        self.tokens().caller(token)
    }
}

impl Accounts for CallersFile {
    fn account(&self, name: &str) -> Option<Arc<Caller>> {
        self.tokens().named(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        authn::{account, mint},
        kernel::SystemIds,
    };

    #[tokio::test]
    async fn a_changed_file_counts_and_a_wrong_one_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("callers.toml");
        let rights = ["read".to_owned()];
        let one = mint(
            &account("one", "agency", "600740000012", &rights).unwrap(),
            &SystemIds::default(),
        );
        let two = mint(
            &account("two", "agency", "600740000012", &rights).unwrap(),
            &SystemIds::default(),
        );
        std::fs::write(&path, &one.row).unwrap();
        let file = CallersFile::open(&path).unwrap();
        let known = async || {
            let tokens = [&one, &two].map(|minted| file.verify(minted.token.expose()));
            let [one, two] = tokens;
            (one.await.is_some(), two.await.is_some())
        };
        assert_eq!(known().await, (true, false));
        // Changed before it is followed.
        std::fs::write(&path, format!("{}{}", one.row, two.row)).unwrap();
        let seen = file.look(file.opened);
        assert_ne!(seen, file.opened);
        assert_eq!(known().await, (true, true));
        std::fs::write(&path, "[[caller]]\nname = 'two'\n").unwrap();
        let wrong = file.look(seen);
        assert_ne!(wrong, seen, "what is wrong is told once");
        assert_eq!(known().await, (true, true));
        std::fs::remove_file(&path).unwrap();
        assert_eq!(file.look(wrong), wrong, "looked for again");
        assert_eq!(known().await, (true, true));
        std::fs::write(&path, &two.row).unwrap();
        file.look(wrong);
        assert_eq!(known().await, (false, true));
    }
}
