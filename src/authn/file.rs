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
}

/// By what a change is seen.
type Mark = Option<(SystemTime, u64)>;

impl CallersFile {
    /// Reads the file for the first time.
    pub fn open(path: &Path) -> Result<Self, TokensFault> {
        Ok(Self {
            path: path.to_owned(),
            tokens: RwLock::new(Arc::new(Tokens::open(path)?)),
        })
    }

    /// Looks at the file for as long as it is polled.
    pub async fn follow(&self) {
        let mut seen = self.mark().await;
        loop {
            tokio::time::sleep(LOOK).await;
            let mark = self.mark().await;
            if mark == seen {
                continue;
            }
            seen = mark;
            self.read_again();
        }
    }

    pub(crate) fn read_again(&self) {
        match Tokens::open(&self.path) {
            Ok(tokens) => {
                *self.tokens.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(tokens);
                tracing::info!("the file of callers was read again");
            }
            Err(fault) => {
                tracing::warn!(%fault, "the file of callers cannot be read; the callers before it stay");
            }
        }
    }

    fn tokens(&self) -> Arc<Tokens> {
        Arc::clone(&self.tokens.read().unwrap_or_else(PoisonError::into_inner))
    }

    async fn mark(&self) -> Mark {
        let metadata = tokio::fs::metadata(&self.path).await.ok()?;
        Some((metadata.modified().ok()?, metadata.len()))
    }
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
            &SystemIds,
        );
        let two = mint(
            &account("two", "agency", "600740000012", &rights).unwrap(),
            &SystemIds,
        );
        std::fs::write(&path, &one.row).unwrap();
        let file = CallersFile::open(&path).unwrap();
        let known = async || {
            let tokens = [&one, &two].map(|minted| file.verify(minted.token.expose()));
            let [one, two] = tokens;
            (one.await.is_some(), two.await.is_some())
        };
        assert_eq!(known().await, (true, false));
        let before = file.mark().await;
        std::fs::write(&path, format!("{}{}", one.row, two.row)).unwrap();
        assert_ne!(file.mark().await, before);
        file.read_again();
        assert_eq!(known().await, (true, true));
        std::fs::write(&path, "[[caller]]\nname = 'two'\n").unwrap();
        file.read_again();
        assert_eq!(known().await, (true, true));
        std::fs::write(&path, &two.row).unwrap();
        file.read_again();
        assert_eq!(known().await, (false, true));
        std::fs::remove_file(&path).unwrap();
        assert_eq!(file.mark().await, None);
        file.read_again();
        assert_eq!(known().await, (false, true));
    }
}
