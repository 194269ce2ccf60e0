//! Who calls: a bearer token names an account of an organisation.
//! It never says what the account may do.

mod caller;
mod file;
mod mint;
mod tokens;

use std::{fmt::Debug, sync::Arc};

use async_trait::async_trait;

pub use caller::{Caller, Party, Right};
pub use file::CallersFile;
pub use mint::{Minted, account, mint};
pub use tokens::{Tokens, TokensFault};

/// Tells whose token it is; a file now, an issuer of tokens later.
#[async_trait]
pub trait TokenVerifier: Send + Sync + Debug {
    /// The caller whose token this is, if it is anybody's.
    async fn verify(&self, token: &str) -> Option<Arc<Caller>>;
}

/// Tells which accounts there are.
pub trait Accounts: Send + Sync + Debug {
    /// The account of a name.
    fn account(&self, name: &str) -> Option<Arc<Caller>>;
}

impl Accounts for Tokens {
    fn account(&self, name: &str) -> Option<Arc<Caller>> {
        self.named(name)
    }
}

#[async_trait]
impl TokenVerifier for Tokens {
    async fn verify(&self, token: &str) -> Option<Arc<Caller>> {
        self.caller(token)
    }
}
