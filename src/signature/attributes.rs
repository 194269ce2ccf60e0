//! The signed attributes of a CMS signer: what was signed instead of the content itself. Never
//! accepts a mandatory attribute that is missing, doubled or has several values.

use super::algorithm::Digest;
use super::certificate::Certificate;
use super::{SignatureProblem, oid};
use chrono::{DateTime, Utc};
use cms::signed_data::SignedAttributes;
use der::asn1::{Any, AnyRef, ObjectIdentifier, OctetString};
use der::{Decode, Encode, Sequence};
use x509_cert::spki::AlgorithmIdentifierOwned;
use x509_cert::time::Time;

const MALFORMED: SignatureProblem = SignatureProblem::Malformed("signed attributes");

/// Checks that the attributes speak of this content and of this certificate.
pub(super) fn check(
    attributes: &SignedAttributes,
    content_digest: &[u8],
    certificate: &Certificate,
) -> Result<(), SignatureProblem> {
    let content_type = single(attributes, oid::CONTENT_TYPE)?.ok_or(MALFORMED)?;
    if content_type
        .decode_as::<ObjectIdentifier>()
        .or(Err(MALFORMED))?
        != oid::DATA
    {
        return Err(MALFORMED);
    }
    let digest = single(attributes, oid::MESSAGE_DIGEST)?.ok_or(MALFORMED)?;
    let digest = digest.decode_as::<OctetString>().or(Err(MALFORMED))?;
    if digest.as_bytes() != content_digest {
        return Err(SignatureProblem::DigestMismatch);
    }
    match single(attributes, oid::SIGNING_CERTIFICATE_V2)? {
        Some(bound) => check_certificate(bound, certificate),
        None => Ok(()),
    }
}

/// Returns the signing time that the signer claims.
pub(super) fn signing_time(
    attributes: &SignedAttributes,
) -> Result<Option<DateTime<Utc>>, SignatureProblem> {
    let Some(value) = single(attributes, oid::SIGNING_TIME)? else {
        return Ok(None);
    };
    let time = value
        .to_der()
        .and_then(|der| Time::from_der(&der))
        .or(Err(MALFORMED))?;
    let seconds = i64::try_from(time.to_unix_duration().as_secs()).or(Err(MALFORMED))?;
    DateTime::from_timestamp(seconds, 0)
        .ok_or(MALFORMED)
        .map(Some)
}

/// `SigningCertificateV2` (RFC 5035): the certificates a signature is bound to, the signer's first.
#[derive(Sequence)]
pub(super) struct SigningCertificateV2<'a> {
    pub(super) certificates: Vec<CertificateId<'a>>,
    pub(super) policies: Option<AnyRef<'a>>,
}

/// `ESSCertIDv2` (RFC 5035). SHA-256 is the default and is then left out.
#[derive(Sequence)]
pub(super) struct CertificateId<'a> {
    pub(super) digest: Option<AlgorithmIdentifierOwned>,
    pub(super) value: OctetString,
    pub(super) issuer_and_serial: Option<AnyRef<'a>>,
}

fn check_certificate(value: &Any, certificate: &Certificate) -> Result<(), SignatureProblem> {
    let bound = value
        .decode_as::<SigningCertificateV2<'_>>()
        .or(Err(MALFORMED))?;
    let bound = bound.certificates.first().ok_or(MALFORMED)?;
    let digest = bound
        .digest
        .as_ref()
        .map_or(Ok(Digest::Sha256), Digest::parse)?;
    if digest.of(certificate.der()).as_ref() == bound.value.as_bytes() {
        Ok(())
    } else {
        Err(SignatureProblem::CertificateMismatch)
    }
}

/// Returns the only value of the only attribute of a kind, or that there is none.
fn single(
    attributes: &SignedAttributes,
    wanted: ObjectIdentifier,
) -> Result<Option<&Any>, SignatureProblem> {
    let mut found = attributes
        .iter()
        .filter(|attribute| attribute.oid == wanted);
    let (first, second) = (found.next(), found.next());
    match (first.map(|attribute| attribute.values.as_slice()), second) {
        (None, _) => Ok(None),
        (Some([value]), None) => Ok(Some(value)),
        (Some(_), _) => Err(MALFORMED),
    }
}
