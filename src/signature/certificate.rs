//! One X.509 certificate together with the exact bytes its issuer signed. Never re-encodes what is
//! hashed or verified, and trusts nobody: that is the path's business.

use super::algorithm::Algorithm;
use super::{SignatureProblem, oid};
use chrono::{DateTime, Utc};
use der::asn1::{AnyRef, ObjectIdentifier};
use der::{Decode, Encode, Sequence};
use ring::digest;
use x509_cert::ext::pkix::{BasicConstraints, ExtendedKeyUsage, KeyUsage, SubjectKeyIdentifier};
use x509_cert::spki::SubjectPublicKeyInfoOwned;
use x509_cert::{TbsCertificate, Version};

/// Extensions that are understood, or say nothing that a path could break.
const UNDERSTOOD: [ObjectIdentifier; 7] = [
    oid::AUTHORITY_KEY_IDENTIFIER,
    oid::BASIC_CONSTRAINTS,
    oid::CERTIFICATE_POLICIES,
    oid::EXTENDED_KEY_USAGE,
    oid::KEY_USAGE,
    oid::SUBJECT_ALT_NAME,
    oid::SUBJECT_KEY_IDENTIFIER,
];

/// Extensions that narrow what an authority may issue. They are not evaluated, so a certificate
/// that has one is refused even where it is not marked critical.
const NARROWING: [ObjectIdentifier; 3] = [
    oid::INHIBIT_ANY_POLICY,
    oid::NAME_CONSTRAINTS,
    oid::POLICY_CONSTRAINTS,
];

/// A parsed certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Certificate {
    der: Vec<u8>,
    signed_part: Vec<u8>,
    signature: Vec<u8>,
    content: x509_cert::Certificate,
}

/// The outer shape of a certificate, whose first part is kept as it came.
#[derive(Sequence)]
struct Outer<'a> {
    signed_part: AnyRef<'a>,
    signature_algorithm: AnyRef<'a>,
    signature: AnyRef<'a>,
}

impl Certificate {
    /// Parses a DER-encoded certificate of version 3.
    pub(super) fn parse(der: &[u8]) -> Result<Self, SignatureProblem> {
        let malformed = || SignatureProblem::Malformed("certificate");
        let content = x509_cert::Certificate::from_der(der).or(Err(malformed()))?;
        let outer = Outer::from_der(der).or(Err(malformed()))?;
        let signature = content
            .signature()
            .as_bytes()
            .ok_or_else(malformed)?
            .to_vec();
        let tbs = content.tbs_certificate();
        if tbs.version() != Version::V3 || tbs.signature() != content.signature_algorithm() {
            return Err(malformed());
        }
        Ok(Self {
            der: der.to_vec(),
            signed_part: outer.signed_part.to_der().or(Err(malformed()))?,
            signature,
            content,
        })
    }

    /// Returns the certificate as it came.
    pub(super) fn der(&self) -> &[u8] {
        &self.der
    }

    /// Returns what the issuer signed.
    pub(super) fn tbs(&self) -> &TbsCertificate {
        self.content.tbs_certificate()
    }

    /// Returns the holder's public key.
    pub(super) fn key(&self) -> &SubjectPublicKeyInfoOwned {
        self.tbs().subject_public_key_info()
    }

    /// Returns the SHA-256 of the whole certificate.
    pub(super) fn sha256(&self) -> [u8; 32] {
        let mut sha256 = [0; 32];
        sha256.copy_from_slice(digest::digest(&digest::SHA256, &self.der).as_ref());
        sha256
    }

    /// Tells whether `issuer` is named as the issuer.
    pub(super) fn names_issuer(&self, issuer: &Self) -> bool {
        self.tbs().issuer() == issuer.tbs().subject()
    }

    /// Tells whether this is the certificate with that key identifier.
    pub(super) fn has_key_identifier(&self, wanted: &SubjectKeyIdentifier) -> bool {
        let found = self.tbs().get_extension::<SubjectKeyIdentifier>();
        matches!(found, Ok(Some((_, found))) if found == *wanted)
    }

    /// Verifies that the key of `issuer` signed this certificate.
    pub(super) fn verify_issued_by(&self, issuer: &Self) -> Result<(), SignatureProblem> {
        Algorithm::of_certificate(self.content.signature_algorithm())?.verify(
            issuer.key(),
            &self.signed_part,
            &self.signature,
        )
    }

    /// Checks that the certificate is within its validity, both ends included.
    pub(super) fn check_validity(&self, at: DateTime<Utc>) -> Result<(), SignatureProblem> {
        let validity = self.tbs().validity();
        // Nothing was valid before 1970.
        let at = u64::try_from(at.timestamp()).or(Err(SignatureProblem::NotYetValid))?;
        if at < validity.not_before.to_unix_duration().as_secs() {
            Err(SignatureProblem::NotYetValid)
        } else if at > validity.not_after.to_unix_duration().as_secs() {
            Err(SignatureProblem::Expired)
        } else {
            Ok(())
        }
    }

    /// Checks that no extension says something that is not understood, and none occurs twice.
    pub(super) fn check_extensions(&self) -> Result<(), SignatureProblem> {
        let extensions = self.tbs().extensions().map_or(&[][..], Vec::as_slice);
        let is_understood = |(place, extension): (usize, &x509_cert::ext::Extension)| {
            let id = &extension.extn_id;
            let is_repeated = extensions
                .iter()
                .skip(place)
                .skip(1)
                .any(|e| e.extn_id == *id);
            let may_stay = UNDERSTOOD.contains(id) || !extension.critical;
            may_stay && !NARROWING.contains(id) && !is_repeated
        };
        if extensions.iter().enumerate().all(is_understood) {
            Ok(())
        } else {
            Err(SignatureProblem::UntrustedCertificate)
        }
    }

    /// Checks that the holder may issue certificates with `below` authorities under it.
    pub(super) fn check_may_issue(&self, below: u8) -> Result<(), SignatureProblem> {
        let constraints = self.tbs().get_extension::<BasicConstraints>();
        let is_authority = matches!(constraints, Ok(Some((_, constraints)))
            if constraints.ca && constraints.path_len_constraint.is_none_or(|max| below <= max));
        if is_authority && self.key_usage().is_some_and(|usage| usage.key_cert_sign()) {
            Ok(())
        } else {
            Err(SignatureProblem::UntrustedCertificate)
        }
    }

    /// Checks that the certificate is meant for documents: non-repudiation, which is what tells a
    /// signing certificate (`SIGN`) of the national authority from one for logging in (`AUTH`).
    pub(super) fn check_may_sign(&self) -> Result<(), SignatureProblem> {
        if self
            .key_usage()
            .is_some_and(|usage| usage.non_repudiation())
        {
            Ok(())
        } else {
            Err(SignatureProblem::WrongKeyUsage)
        }
    }

    /// Returns the purposes in the extended key usage, none if it is absent or unreadable.
    pub(super) fn purposes(&self) -> Vec<ObjectIdentifier> {
        match self.tbs().get_extension::<ExtendedKeyUsage>() {
            Ok(Some((_, purposes))) => purposes.0,
            Ok(None) | Err(_) => Vec::new(),
        }
    }

    fn key_usage(&self) -> Option<KeyUsage> {
        self.tbs()
            .get_extension::<KeyUsage>()
            .ok()
            .flatten()
            .map(|(_, usage)| usage)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use der::asn1::Any;
    use der::{Tag, Tagged};
    use x509_cert::spki::AlgorithmIdentifierOwned;

    fn good() -> Vec<u8> {
        let text = include_str!("../../tests/fixtures/signature/intermediate.pem");
        super::super::pem::blocks(text, super::super::pem::CERTIFICATE)
            .unwrap()
            .remove(0)
    }

    #[test]
    fn a_certificate_is_taken_apart_into_the_bytes_that_were_signed() {
        let der = good();
        let certificate = Certificate::parse(&der).unwrap();
        assert_eq!(certificate.der(), der);
        // SEQUENCE of four bytes of header, then the signed part as it is.
        assert!(der[4..].starts_with(&certificate.signed_part));
        assert_eq!(certificate.signature.len(), 256);
    }

    #[test]
    fn both_places_must_name_the_same_signature_algorithm() {
        let der = good();
        // Without the NULL it would mean the same, but the issuer did not write it.
        let algorithm = AlgorithmIdentifierOwned {
            oid: oid::RSA_WITH_SHA_256,
            parameters: None,
        };
        let algorithm = Any::encode_from(&algorithm).unwrap();
        let mut outer = Outer::from_der(&der).unwrap();
        outer.signature_algorithm = algorithm.to_ref();
        let problem = Certificate::parse(&outer.to_der().unwrap()).unwrap_err();
        assert_eq!(problem.code(), "malformed");
    }

    #[test]
    fn only_version_three_is_read() {
        let der = good();
        let mut outer = Outer::from_der(&der).unwrap();
        let version_three = [0xA0, 3, 2, 1, 2];
        let of_version_one = outer
            .signed_part
            .value()
            .strip_prefix(&version_three)
            .unwrap();
        assert_eq!(outer.signed_part.tag(), Tag::Sequence);
        outer.signed_part = AnyRef::new(Tag::Sequence, of_version_one).unwrap();
        let problem = Certificate::parse(&outer.to_der().unwrap()).unwrap_err();
        assert_eq!(problem.code(), "malformed");
    }
}
