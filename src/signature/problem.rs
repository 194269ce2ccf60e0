//! Why a signature is not accepted. Never says anything about the content or the person.

use std::error::Error;

/// Why a signature does not count. All but [`Self::CouldNotVerify`] are final.
#[derive(Debug, thiserror::Error)]
pub enum SignatureProblem {
    /// The CMS is larger than [`super::CMS_BYTES_MAX`].
    #[error("the CMS is too large")]
    TooLarge,
    /// The bytes are not a DER-encoded CMS `SignedData` as RFC 5652 wants it.
    #[error("the CMS is malformed: {0}")]
    Malformed(&'static str),
    /// The CMS carries a content of its own, so it does not sign ours.
    #[error("the CMS carries its own content instead of being detached")]
    ContentInside,
    /// Nobody signed.
    #[error("the CMS has no signer")]
    NoSigner,
    /// More than one signed: it would be open who is meant. Each party sends its own CMS.
    #[error("the CMS has more than one signer")]
    SeveralSigners,
    /// The certificate that the signature names is not in the CMS.
    #[error("the CMS does not carry the signer's certificate")]
    NoCertificate,
    /// An algorithm, curve or parameter that is not verified here.
    #[error("the algorithm is not supported")]
    UnsupportedAlgorithm,
    /// Another content was signed.
    #[error("the signature is over another content")]
    DigestMismatch,
    /// The signature was not made by the key of the signer's certificate.
    #[error("the signature does not match")]
    SignatureMismatch,
    /// The signature names another certificate than the one it came with.
    #[error("the signature is bound to another certificate")]
    CertificateMismatch,
    /// No path leads from the signer's certificate to a configured anchor.
    #[error("the certificate is not issued under a trusted authority")]
    UntrustedCertificate,
    /// A certificate of the path is not valid yet.
    #[error("a certificate is not valid yet")]
    NotYetValid,
    /// A certificate of the path is no longer valid.
    #[error("a certificate has expired")]
    Expired,
    /// The certificate is not meant for signing documents.
    #[error("the certificate is not meant for signing documents")]
    WrongKeyUsage,
    /// We failed, not the signature: try again, and never refuse for it.
    #[error("the signature could not be verified")]
    CouldNotVerify(#[source] Box<dyn Error + Send + Sync>),
}

impl SignatureProblem {
    /// Returns the stable code that is kept as evidence.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLarge => "too_large",
            Self::Malformed(_) => "malformed",
            Self::ContentInside => "content_inside",
            Self::NoSigner => "no_signer",
            Self::SeveralSigners => "several_signers",
            Self::NoCertificate => "no_certificate",
            Self::UnsupportedAlgorithm => "unsupported_algorithm",
            Self::DigestMismatch => "digest_mismatch",
            Self::SignatureMismatch => "signature_mismatch",
            Self::CertificateMismatch => "certificate_mismatch",
            Self::UntrustedCertificate => "untrusted_certificate",
            Self::NotYetValid => "not_yet_valid",
            Self::Expired => "expired",
            Self::WrongKeyUsage => "wrong_key_usage",
            Self::CouldNotVerify(_) => "could_not_verify",
        }
    }
}
