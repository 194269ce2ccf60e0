//! The CMS `SignedData` of RFC 5652 with exactly one signer and no content of its own. Never
//! judges the signer's certificate: it only finds it and proves that its key signed.

use super::algorithm::{Algorithm, Digest};
use super::certificate::Certificate;
use super::{CMS_BYTES_MAX, SignatureProblem, attributes, oid};
use chrono::{DateTime, Utc};
use cms::content_info::{CmsVersion, ContentInfo};
use cms::signed_data::{
    EncapsulatedContentInfo, SignedAttributes, SignerIdentifier, SignerInfo, SignerInfos,
};
use der::asn1::{Any, SetOfVec};
use der::{Decode, Encode, Sequence};
use x509_cert::spki::AlgorithmIdentifierOwned;

/// What a proven signature came with.
#[derive(Debug)]
pub(super) struct Proven {
    /// The certificate whose key signed.
    pub(super) certificate: Certificate,
    /// All certificates of the CMS, among which the path may find its links.
    pub(super) embedded: Vec<Certificate>,
    /// The claimed signing time.
    pub(super) signed_at: Option<DateTime<Utc>>,
}

/// `SignedData` with the certificates kept as they came: they are hashed and verified as bytes.
#[derive(Sequence)]
struct SignedData {
    version: CmsVersion,
    digest_algorithms: SetOfVec<AlgorithmIdentifierOwned>,
    content: EncapsulatedContentInfo,
    #[asn1(
        context_specific = "0",
        tag_mode = "IMPLICIT",
        constructed = "true",
        optional = "true"
    )]
    certificates: Option<SetOfVec<Any>>,
    #[asn1(
        context_specific = "1",
        tag_mode = "IMPLICIT",
        constructed = "true",
        optional = "true"
    )]
    revocations: Option<SetOfVec<Any>>,
    signers: SignerInfos,
}

/// Proves that `cms` is a detached signature over exactly `content`, and by which certificate.
pub(super) fn prove(content: &[u8], cms: &[u8]) -> Result<Proven, SignatureProblem> {
    let signed_data = parse(cms)?;
    let signer = only_signer(&signed_data)?;
    let embedded = certificates(&signed_data)?;
    let certificate = certificate_of(&signer.sid, &embedded)?.clone();
    verify(signer, content, &certificate)?;
    let signed_at = signer
        .signed_attrs
        .as_ref()
        .map(attributes::signing_time)
        .transpose()?;
    Ok(Proven {
        certificate,
        embedded,
        signed_at: signed_at.flatten(),
    })
}

fn parse(cms: &[u8]) -> Result<SignedData, SignatureProblem> {
    if cms.len() > CMS_BYTES_MAX {
        return Err(SignatureProblem::TooLarge);
    }
    let malformed = SignatureProblem::Malformed;
    let outer = ContentInfo::from_der(cms).or(Err(malformed("not a DER-encoded CMS")))?;
    if outer.content_type != oid::SIGNED_DATA {
        return Err(malformed("not signed data"));
    }
    let signed_data = outer
        .content
        .decode_as::<SignedData>()
        .or(Err(malformed("signed data")))?;
    if signed_data.content.econtent.is_some() {
        return Err(SignatureProblem::ContentInside);
    }
    if signed_data.content.econtent_type != oid::DATA {
        return Err(malformed("content type"));
    }
    Ok(signed_data)
}

fn only_signer(signed_data: &SignedData) -> Result<&SignerInfo, SignatureProblem> {
    let signer = match signed_data.signers.0.as_slice() {
        [] => return Err(SignatureProblem::NoSigner),
        [signer] => signer,
        [_, ..] => return Err(SignatureProblem::SeveralSigners),
    };
    // The versions follow from the rest (RFC 5652, 5.1 and 5.3).
    let version = match signer.sid {
        SignerIdentifier::IssuerAndSerialNumber(_) => CmsVersion::V1,
        SignerIdentifier::SubjectKeyIdentifier(_) => CmsVersion::V3,
    };
    if signer.version != version || signed_data.version != version {
        return Err(SignatureProblem::Malformed("version"));
    }
    let is_announced = |digest: &AlgorithmIdentifierOwned| digest.oid == signer.digest_alg.oid;
    if !signed_data.digest_algorithms.iter().any(is_announced) {
        return Err(SignatureProblem::Malformed("digest algorithms"));
    }
    Ok(signer)
}

fn certificates(signed_data: &SignedData) -> Result<Vec<Certificate>, SignatureProblem> {
    let embedded = signed_data.certificates.iter().flat_map(SetOfVec::iter);
    embedded
        .map(|any| {
            let der = any
                .to_der()
                .or(Err(SignatureProblem::Malformed("certificate")))?;
            Certificate::parse(&der)
        })
        .collect()
}

fn certificate_of<'a>(
    sid: &SignerIdentifier,
    embedded: &'a [Certificate],
) -> Result<&'a Certificate, SignatureProblem> {
    let is_meant = |certificate: &&Certificate| match sid {
        SignerIdentifier::IssuerAndSerialNumber(wanted) => {
            *certificate.tbs().issuer() == wanted.issuer
                && *certificate.tbs().serial_number() == wanted.serial_number
        }
        SignerIdentifier::SubjectKeyIdentifier(wanted) => certificate.has_key_identifier(wanted),
    };
    embedded
        .iter()
        .find(is_meant)
        .ok_or(SignatureProblem::NoCertificate)
}

fn verify(
    signer: &SignerInfo,
    content: &[u8],
    certificate: &Certificate,
) -> Result<(), SignatureProblem> {
    let digest = Digest::parse(&signer.digest_alg)?;
    let algorithm = Algorithm::of_signer(&signer.signature_algorithm, digest)?;
    let signature = signer.signature.as_bytes();
    let Some(attributes) = &signer.signed_attrs else {
        // Whoever holds a signature over attributes could otherwise pass those attributes off as a
        // signed content: both are verified over the same bytes.
        if SignedAttributes::from_der(content).is_ok() {
            return Err(SignatureProblem::Malformed("content of signed attributes"));
        }
        return algorithm.verify(certificate.key(), content, signature);
    };
    attributes::check(attributes, digest.of(content).as_ref(), certificate)?;
    // What is signed is the SET OF itself, not the implicitly tagged field (RFC 5652, 5.4).
    let malformed = SignatureProblem::Malformed("signed attributes");
    let attributes = attributes.to_der().or(Err(malformed))?;
    algorithm.verify(certificate.key(), &attributes, signature)
}
