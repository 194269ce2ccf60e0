//! A certificate with its private key, which can sign: the service's own, for case files, and persons' for
//! demonstrations and tests, where no card or key store of the national authority is at hand. Never shows
//! its key in debug output.

use super::attributes::{CertificateId, SigningCertificateV2};
use super::certificate::Certificate;
use super::{SignatureProblem, oid, pem};
use chrono::{DateTime, Utc};
use cms::cert::{CertificateChoices, IssuerAndSerialNumber};
use cms::content_info::{CmsVersion, ContentInfo};
use cms::signed_data::{
    CertificateSet, EncapsulatedContentInfo, SignedAttributes, SignedData, SignerIdentifier,
    SignerInfo, SignerInfos,
};
use der::asn1::{Any, ObjectIdentifier, OctetString, SetOfVec};
use der::{Decode, Encode};
use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use std::fmt;
use std::time::Duration;
use x509_cert::attr::Attribute;
use x509_cert::spki::AlgorithmIdentifierOwned;
use x509_cert::time::Time;

/// Somebody who can sign with an ECDSA key on P-256.
pub struct SigningIdentity {
    certificate: Certificate,
    key: EcdsaKeyPair,
    /// The key as PKCS#8, from which `key` was read.
    key_pkcs8: Vec<u8>,
}

/// Why an identity cannot be read or cannot sign.
#[derive(Debug, thiserror::Error)]
pub enum IdentityFault {
    /// Not one PEM block of the right kind.
    #[error("not exactly one PEM block of the kind {0}")]
    Pem(&'static str),
    /// The certificate cannot be parsed.
    #[error("the certificate cannot be used")]
    Certificate(#[source] SignatureProblem),
    /// The key is not an ECDSA key on P-256 in PKCS#8.
    #[error("the private key cannot be used: {0}")]
    Key(ring::error::KeyRejected),
    /// The key is not the one in the certificate.
    #[error("the private key does not belong to the certificate")]
    KeyOfAnother,
    /// The signature could not be encoded.
    #[error("the signature could not be encoded")]
    Encoding(#[from] der::Error),
    /// No randomness could be had.
    #[error("the signature could not be made")]
    Signing,
}

impl SigningIdentity {
    /// Puts a DER-encoded certificate and its PKCS#8 key together.
    pub(super) fn new(certificate: &[u8], key_pkcs8: Vec<u8>) -> Result<Self, IdentityFault> {
        let certificate = Certificate::parse(certificate).map_err(IdentityFault::Certificate)?;
        let algorithm = &ECDSA_P256_SHA256_ASN1_SIGNING;
        let key = EcdsaKeyPair::from_pkcs8(algorithm, &key_pkcs8, &SystemRandom::new())
            .map_err(IdentityFault::Key)?;
        if certificate.key().subject_public_key.raw_bytes() != key.public_key().as_ref() {
            return Err(IdentityFault::KeyOfAnother);
        }
        Ok(Self {
            certificate,
            key,
            key_pkcs8,
        })
    }

    /// Reads an identity from the PEM texts of its certificate and its key.
    pub fn from_pem(certificate: &str, key: &str) -> Result<Self, IdentityFault> {
        Self::new(
            &only(pem::CERTIFICATE, certificate)?,
            only(pem::PRIVATE_KEY, key)?,
        )
    }

    /// Checks that the certificate is valid at a moment and may sign documents.
    pub fn check_may_sign(&self, at: DateTime<Utc>) -> Result<(), SignatureProblem> {
        self.certificate.check_validity(at)?;
        self.certificate.check_may_sign()
    }

    /// Returns the certificate as PEM text.
    pub fn certificate_pem(&self) -> Result<String, IdentityFault> {
        pem::block(pem::CERTIFICATE, self.certificate.der())
            .map_err(|error| IdentityFault::Encoding(error.into()))
    }

    /// Returns the private key as PEM text: whoever has it can sign.
    pub fn key_pem(&self) -> Result<String, IdentityFault> {
        pem::block(pem::PRIVATE_KEY, &self.key_pkcs8)
            .map_err(|error| IdentityFault::Encoding(error.into()))
    }

    /// Signs `content` and returns a detached CMS in DER, with the certificate and with the signed
    /// attributes content type, message digest, signing time and signing certificate.
    pub fn sign_detached(
        &self,
        content: &[u8],
        at: DateTime<Utc>,
    ) -> Result<Vec<u8>, IdentityFault> {
        let attributes = self.attributes(content, at)?;
        let signature = self
            .key
            .sign(&SystemRandom::new(), &attributes.to_der()?)
            .or(Err(IdentityFault::Signing))?;
        let tbs = self.certificate.tbs();
        let signer = SignerInfo {
            version: CmsVersion::V1,
            sid: SignerIdentifier::IssuerAndSerialNumber(IssuerAndSerialNumber {
                issuer: tbs.issuer().clone(),
                serial_number: tbs.serial_number().clone(),
            }),
            digest_alg: without_parameters(oid::SHA_256),
            signed_attrs: Some(attributes),
            signature_algorithm: without_parameters(oid::ECDSA_WITH_SHA_256),
            signature: OctetString::new(signature.as_ref())?,
            unsigned_attrs: None,
        };
        let certificate = x509_cert::Certificate::from_der(self.certificate.der())?;
        let signed_data = SignedData {
            version: CmsVersion::V1,
            digest_algorithms: SetOfVec::try_from([without_parameters(oid::SHA_256)])?,
            encap_content_info: EncapsulatedContentInfo {
                econtent_type: oid::DATA,
                econtent: None,
            },
            certificates: Some(CertificateSet::try_from(vec![
                CertificateChoices::Certificate(certificate),
            ])?),
            crls: None,
            signer_infos: SignerInfos::try_from(vec![signer])?,
        };
        let content = Any::encode_from(&signed_data)?;
        Ok(ContentInfo {
            content_type: oid::SIGNED_DATA,
            content,
        }
        .to_der()?)
    }

    fn attributes(
        &self,
        content: &[u8],
        at: DateTime<Utc>,
    ) -> Result<SignedAttributes, IdentityFault> {
        // A claim from before 1970 is none that could be encoded.
        let seconds = Duration::from_secs(u64::try_from(at.timestamp()).unwrap_or_default());
        let time = Time::from(der::DateTime::from_unix_duration(seconds)?);
        let binding = SigningCertificateV2 {
            certificates: vec![CertificateId {
                digest: None,
                value: OctetString::new(self.certificate.sha256())?,
                issuer_and_serial: None,
            }],
            policies: None,
        };
        Ok(SetOfVec::try_from([
            attribute(oid::CONTENT_TYPE, &oid::DATA)?,
            attribute(
                oid::MESSAGE_DIGEST,
                &OctetString::new(digest(&SHA256, content).as_ref())?,
            )?,
            attribute(oid::SIGNING_TIME, &time)?,
            attribute(oid::SIGNING_CERTIFICATE_V2, &binding)?,
        ])?)
    }
}

impl fmt::Debug for SigningIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningIdentity")
    }
}

fn only(label: &'static str, text: &str) -> Result<Vec<u8>, IdentityFault> {
    let blocks = pem::blocks(text, label).or(Err(IdentityFault::Pem(label)))?;
    match <[Vec<u8>; 1]>::try_from(blocks) {
        Ok([block]) => Ok(block),
        Err(_) => Err(IdentityFault::Pem(label)),
    }
}

const fn without_parameters(oid: ObjectIdentifier) -> AlgorithmIdentifierOwned {
    AlgorithmIdentifierOwned {
        oid,
        parameters: None,
    }
}

fn attribute(oid: ObjectIdentifier, value: &impl Encode) -> Result<Attribute, der::Error> {
    let value = Any::from_der(&value.to_der()?)?;
    Ok(Attribute {
        oid,
        values: SetOfVec::try_from([value])?,
    })
}
