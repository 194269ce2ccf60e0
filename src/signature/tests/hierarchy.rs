//! Chains of certificates of any shape, from the anchor down to the signer.

use super::*;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, CustomExtension, DnType, Error, IsCa,
    Issuer, KeyPair, KeyUsagePurpose,
};

/// A chain: the anchor to trust, the authorities between, and who signs.
pub(super) struct Chain {
    pub(super) anchor: String,
    pub(super) between: String,
    pub(super) identity: SigningIdentity,
}

/// An authority that may issue certificates to any depth.
pub(super) fn an_authority(name: &str) -> CertificateParams {
    let mut params = params(name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    params
}

/// Somebody who may sign documents.
pub(super) fn a_signer() -> CertificateParams {
    let mut params = params("Signer");
    params.key_usages = vec![KeyUsagePurpose::ContentCommitment];
    params
}

/// An extension with a meaning that nobody knows.
pub(super) fn an_unknown_extension(is_critical: bool) -> CustomExtension {
    let mut extension = CustomExtension::from_oid_content(&[1, 2, 398, 99, 99], vec![5, 0]);
    extension.set_criticality(is_critical);
    extension
}

fn params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = rcgen::date_time_ymd(2024, 1, 1);
    params.not_after = rcgen::date_time_ymd(2034, 1, 1);
    params
}

/// Issues a chain of authorities, each by the one before it, and the signer by the last.
pub(super) fn chain(authorities: &[CertificateParams], signer: &CertificateParams) -> Chain {
    try_chain(authorities, signer).unwrap()
}

fn try_chain(
    authorities: &[CertificateParams],
    signer: &CertificateParams,
) -> Result<Chain, Error> {
    let (anchor, below) = authorities.split_first().unwrap();
    let mut issuer = CertifiedIssuer::self_signed(anchor.clone(), KeyPair::generate()?)?;
    let (anchor, mut between) = (issuer.pem(), String::new());
    for params in below {
        issuer = CertifiedIssuer::signed_by(params.clone(), KeyPair::generate()?, &issuer)?;
        between.push_str(&issuer.pem());
    }
    Ok(Chain {
        anchor,
        between,
        identity: issue(signer, &issuer)?,
    })
}

fn issue(
    signer: &CertificateParams,
    issuer: &Issuer<'_, KeyPair>,
) -> Result<SigningIdentity, Error> {
    let key = KeyPair::generate()?;
    let certificate = signer.signed_by(&key, issuer)?;
    Ok(SigningIdentity::new(certificate.der(), key.serialize_der()).unwrap())
}

/// Makes a signer under many certificates of one authority, none of which is an anchor's.
pub(super) fn crowd(count: usize) -> Chain {
    try_crowd(count).unwrap()
}

fn try_crowd(count: usize) -> Result<Chain, Error> {
    let (params, key) = (an_authority("Same"), KeyPair::generate()?);
    let mut between = String::new();
    for number in 0..count {
        let mut params = params.clone();
        params.serial_number = Some(u64::try_from(number).unwrap().into());
        between.push_str(&params.self_signed(&key)?.pem());
    }
    let issuer = CertifiedIssuer::self_signed(params, key)?;
    Ok(Chain {
        anchor: issuer.pem(),
        between,
        identity: issue(&a_signer(), &issuer)?,
    })
}

impl Chain {
    /// Verifies a good signature of the chain's signer with the authorities between configured.
    pub(super) async fn verify(&self) -> &'static str {
        self.verify_against(&self.anchor, &self.between).await
    }

    /// Verifies a good signature of the chain's signer with what is given configured.
    pub(super) async fn verify_against(&self, anchors: &str, between: &str) -> &'static str {
        let cms = self.identity.sign_detached(CONTENT, moment()).unwrap();
        let verifier = BuiltinVerifier::from_pem(anchors, between).unwrap();
        code(&verifier.verify(CONTENT, &cms, moment()).await)
    }
}
