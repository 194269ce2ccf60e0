//! The built-in verifier: RSA and ECDSA certificates against configured trust anchors. Never asks
//! anybody else, so it does not know what has been revoked since.

use super::certificate::Certificate;
use super::path::Search;
use super::{SignatureProblem, SignatureVerifier, Signer, cms, pem, subject};
use async_trait::async_trait;
use chrono::{DateTime, Utc};

/// Verifies signatures in this process (`C20`). The default one has no anchors: it can verify
/// nothing, and says of every signature that it could not.
#[derive(Debug, Default)]
pub struct BuiltinVerifier {
    anchors: Vec<Certificate>,
    intermediates: Vec<Certificate>,
}

/// Why the configured certificates cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TrustFault {
    /// A PEM block is broken.
    #[error("a PEM block is broken")]
    Pem(#[source] der::pem::Error),
    /// A certificate cannot be parsed.
    #[error("certificate {number} of the file cannot be used")]
    Certificate {
        /// Its place in the file, from 1.
        number: usize,
        /// What is wrong with it.
        #[source]
        source: SignatureProblem,
    },
    /// There is no anchor, so nothing can be said about any signature.
    #[error("there is no trust anchor")]
    NoAnchor,
}

impl BuiltinVerifier {
    /// Reads trust anchors, and intermediate authorities that a CMS need not carry, from the
    /// contents of PEM files. Only anchors are trusted, and there must be at least one.
    pub fn from_pem(anchors: &str, intermediates: &str) -> Result<Self, TrustFault> {
        let verifier = Self {
            anchors: certificates(anchors)?,
            intermediates: certificates(intermediates)?,
        };
        if verifier.anchors.is_empty() {
            return Err(TrustFault::NoAnchor);
        }
        Ok(verifier)
    }

    fn verify_now(
        &self,
        content: &[u8],
        cms: &[u8],
        at: DateTime<Utc>,
    ) -> Result<Signer, SignatureProblem> {
        if self.anchors.is_empty() {
            return Err(SignatureProblem::CouldNotVerify(Box::new(
                TrustFault::NoAnchor,
            )));
        }
        let proven = cms::prove(content, cms)?;
        let links = self.intermediates.iter().chain(&proven.embedded).collect();
        Search {
            anchors: &self.anchors,
            links,
            at,
        }
        .check(&proven.certificate)?;
        Ok(subject::signer(&proven.certificate, proven.signed_at, at))
    }
}

#[async_trait]
impl SignatureVerifier for BuiltinVerifier {
    async fn verify(
        &self,
        content: &[u8],
        cms: &[u8],
        at: DateTime<Utc>,
    ) -> Result<Signer, SignatureProblem> {
        self.verify_now(content, cms, at)
    }
}

fn certificates(text: &str) -> Result<Vec<Certificate>, TrustFault> {
    let ders = pem::blocks(text, pem::CERTIFICATE).map_err(TrustFault::Pem)?;
    let numbered = (1_usize..).zip(ders);
    numbered
        .map(|(number, der)| {
            Certificate::parse(&der).map_err(|source| TrustFault::Certificate { number, source })
        })
        .collect()
}
