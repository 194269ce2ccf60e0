//! Who signed exactly these bytes: detached CMS signatures checked against configured trust
//! anchors (`C20`). Nothing here decides what a signature is needed for, and whatever cannot be
//! understood is refused.
//!
//! Revocation is not looked at: neither CRL nor OCSP of the national authority can be asked from
//! here. A verifier that asks (NCANode) comes behind the same [`SignatureVerifier`].

mod algorithm;
mod attributes;
mod authority;
mod builtin;
mod certificate;
mod cms;
mod command;
mod identity;
mod oid;
mod path;
mod pem;
mod problem;
mod requirement;
mod signer;
mod subject;

pub use authority::{Authority, AuthorityFault, Subject};
pub use builtin::{BuiltinVerifier, TrustFault};
pub use command::{SignFault, sign_file};
pub use identity::{IdentityFault, SigningIdentity};
pub use problem::SignatureProblem;
pub use requirement::{Unmet, cooperative_executive, provider_head, shareholder};
pub use signer::{Signer, SignerRole};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use std::fmt::Debug;

/// Proves that the key of the certificate in `cms` signed exactly `content`; whose certificate it is, is
/// not asked. Gives the claimed signing time.
pub fn prove(content: &[u8], cms: &[u8]) -> Result<Option<DateTime<Utc>>, SignatureProblem> {
    cms::prove(content, cms).map(|proven| proven.signed_at)
}

/// The largest CMS that is looked at, in bytes.
pub const CMS_BYTES_MAX: usize = 64 * 1024;

/// Says who signed a content, or why nobody can be named.
#[async_trait]
pub trait SignatureVerifier: Send + Sync + Debug {
    /// Verifies that `cms` is a detached signature over exactly `content`, made with a certificate
    /// that was valid and trusted at the moment `at`.
    async fn verify(
        &self,
        content: &[u8],
        cms: &[u8],
        at: DateTime<Utc>,
    ) -> Result<Signer, SignatureProblem>;
}

#[cfg(test)]
mod tests;
