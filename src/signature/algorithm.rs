//! Which algorithm a signature names and whether it verifies, by `ring`. Never guesses: a
//! combination that is not in the tables here is unsupported.

use super::{SignatureProblem, oid};
use der::asn1::AnyRef;
use der::{Decode, Encode, Sequence};
use ring::{digest, signature};
use x509_cert::spki::{
    AlgorithmIdentifierOwned, AlgorithmIdentifierRef, SubjectPublicKeyInfoOwned,
};

/// A digest that a signature may be built on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Digest {
    Sha256,
    Sha384,
    Sha512,
}

impl Digest {
    /// Reads a digest algorithm; parameters must be absent or NULL (RFC 5754).
    pub(super) fn parse(named: &AlgorithmIdentifierOwned) -> Result<Self, SignatureProblem> {
        if !has_no_parameters(named) {
            return Err(SignatureProblem::UnsupportedAlgorithm);
        }
        match named.oid {
            oid::SHA_256 => Ok(Self::Sha256),
            oid::SHA_384 => Ok(Self::Sha384),
            oid::SHA_512 => Ok(Self::Sha512),
            _ => Err(SignatureProblem::UnsupportedAlgorithm),
        }
    }

    /// Returns the digest of some bytes.
    pub(super) fn of(self, bytes: &[u8]) -> digest::Digest {
        let algorithm = match self {
            Self::Sha256 => &digest::SHA256,
            Self::Sha384 => &digest::SHA384,
            Self::Sha512 => &digest::SHA512,
        };
        digest::digest(algorithm, bytes)
    }

    const fn bytes(self) -> u8 {
        match self {
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }
}

/// A signature algorithm with its digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Algorithm {
    Ecdsa(Digest),
    RsaPkcs1(Digest),
    RsaPss(Digest),
}

impl Algorithm {
    /// Reads the algorithm that a certificate is signed with.
    pub(super) fn of_certificate(
        named: &AlgorithmIdentifierOwned,
    ) -> Result<Self, SignatureProblem> {
        let algorithm = match named.oid {
            // ECDSA has no parameters at all (RFC 5758), RSA has NULL, which some leave out.
            oid::ECDSA_WITH_SHA_256 if named.parameters.is_none() => Self::Ecdsa(Digest::Sha256),
            oid::ECDSA_WITH_SHA_384 if named.parameters.is_none() => Self::Ecdsa(Digest::Sha384),
            oid::RSA_WITH_SHA_256 if has_no_parameters(named) => Self::RsaPkcs1(Digest::Sha256),
            oid::RSA_WITH_SHA_384 if has_no_parameters(named) => Self::RsaPkcs1(Digest::Sha384),
            oid::RSA_WITH_SHA_512 if has_no_parameters(named) => Self::RsaPkcs1(Digest::Sha512),
            oid::RSA_PSS => Self::RsaPss(pss_digest(named)?),
            _ => return Err(SignatureProblem::UnsupportedAlgorithm),
        };
        Ok(algorithm)
    }

    /// Reads the algorithm of a CMS signer, which must be built on the signer's digest algorithm.
    /// Plain `rsaEncryption` leaves the digest to that algorithm (RFC 3370, 3.2).
    pub(super) fn of_signer(
        named: &AlgorithmIdentifierOwned,
        digest: Digest,
    ) -> Result<Self, SignatureProblem> {
        if named.oid == oid::RSA && has_no_parameters(named) {
            return Ok(Self::RsaPkcs1(digest));
        }
        let algorithm = Self::of_certificate(named)?;
        if algorithm.digest() == digest {
            Ok(algorithm)
        } else {
            Err(SignatureProblem::UnsupportedAlgorithm)
        }
    }

    const fn digest(self) -> Digest {
        match self {
            Self::Ecdsa(digest) | Self::RsaPkcs1(digest) | Self::RsaPss(digest) => digest,
        }
    }

    /// Verifies a signature over `message` by the holder of `key`.
    pub(super) fn verify(
        self,
        key: &SubjectPublicKeyInfoOwned,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureProblem> {
        let verification = self.verification(key)?;
        let key = key.subject_public_key.as_bytes();
        let key = key.ok_or(SignatureProblem::Malformed("public key"))?;
        signature::UnparsedPublicKey::new(verification, key)
            .verify(message, signature)
            .or(Err(SignatureProblem::SignatureMismatch))
    }

    fn verification(
        self,
        key: &SubjectPublicKeyInfoOwned,
    ) -> Result<&'static dyn signature::VerificationAlgorithm, SignatureProblem> {
        let verification: &'static dyn signature::VerificationAlgorithm =
            match (self, KeyKind::of(&key.algorithm)?) {
                (Self::Ecdsa(Digest::Sha256), KeyKind::P256) => &signature::ECDSA_P256_SHA256_ASN1,
                (Self::Ecdsa(Digest::Sha384), KeyKind::P256) => &signature::ECDSA_P256_SHA384_ASN1,
                (Self::Ecdsa(Digest::Sha256), KeyKind::P384) => &signature::ECDSA_P384_SHA256_ASN1,
                (Self::Ecdsa(Digest::Sha384), KeyKind::P384) => &signature::ECDSA_P384_SHA384_ASN1,
                (Self::RsaPkcs1(digest), KeyKind::Rsa) => match digest {
                    Digest::Sha256 => &signature::RSA_PKCS1_2048_8192_SHA256,
                    Digest::Sha384 => &signature::RSA_PKCS1_2048_8192_SHA384,
                    Digest::Sha512 => &signature::RSA_PKCS1_2048_8192_SHA512,
                },
                (Self::RsaPss(digest), KeyKind::Rsa) => match digest {
                    Digest::Sha256 => &signature::RSA_PSS_2048_8192_SHA256,
                    Digest::Sha384 => &signature::RSA_PSS_2048_8192_SHA384,
                    Digest::Sha512 => &signature::RSA_PSS_2048_8192_SHA512,
                },
                _ => return Err(SignatureProblem::UnsupportedAlgorithm),
            };
        Ok(verification)
    }
}

/// The kinds of public key that can be verified with.
#[derive(Clone, Copy)]
enum KeyKind {
    P256,
    P384,
    Rsa,
}

impl KeyKind {
    fn of(named: &AlgorithmIdentifierOwned) -> Result<Self, SignatureProblem> {
        let curve = || named.parameters.as_ref()?.decode_as().ok();
        match (named.oid, curve()) {
            (oid::EC_PUBLIC_KEY, Some(oid::P_256)) => Ok(Self::P256),
            (oid::EC_PUBLIC_KEY, Some(oid::P_384)) => Ok(Self::P384),
            (oid::RSA, None) if has_no_parameters(named) => Ok(Self::Rsa),
            _ => Err(SignatureProblem::UnsupportedAlgorithm),
        }
    }
}

fn has_no_parameters(named: &AlgorithmIdentifierOwned) -> bool {
    named
        .parameters
        .as_ref()
        .is_none_or(|parameters| parameters.to_ref().is_null())
}

/// RSASSA-PSS-params (RFC 8017, A.2.3). The defaults are SHA-1, which is not accepted, so every
/// field but the trailer must be there.
#[derive(Sequence)]
struct PssParameters<'a> {
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    digest: AlgorithmIdentifierOwned,
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT")]
    mask: AlgorithmIdentifierRef<'a>,
    #[asn1(context_specific = "2", tag_mode = "EXPLICIT")]
    salt_bytes: u8,
}

/// Reads the digest of PSS parameters: one digest throughout and a salt as long as the digest,
/// which is all that `ring` verifies.
fn pss_digest(named: &AlgorithmIdentifierOwned) -> Result<Digest, SignatureProblem> {
    let unsupported = SignatureProblem::UnsupportedAlgorithm;
    let Some(parameters) = named
        .parameters
        .as_ref()
        .and_then(|given| given.to_der().ok())
    else {
        return Err(unsupported);
    };
    let Ok(parameters) = PssParameters::from_der(&parameters) else {
        return Err(unsupported);
    };
    let digest = Digest::parse(&parameters.digest)?;
    let inner = parameters
        .mask
        .parameters
        .map(AnyRef::decode_as::<AlgorithmIdentifierOwned>);
    let is_uniform = parameters.mask.oid == oid::MGF1
        && matches!(inner, Some(Ok(inner)) if Digest::parse(&inner)? == digest)
        && parameters.salt_bytes == digest.bytes();
    if is_uniform {
        Ok(digest)
    } else {
        Err(unsupported)
    }
}
