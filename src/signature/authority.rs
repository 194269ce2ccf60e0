//! A certification authority of our own, with certificates shaped like the national one's. For
//! demonstrations and tests only: it checks nobody's identity and must never be a trust anchor of
//! a service in production.

use super::{IdentityFault, SignerRole, SigningIdentity};
use crate::kernel::{Bin, Iin, Personal};
use chrono::{Datelike, Months, NaiveDate};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose, date_time_ymd,
};
use std::collections::BTreeSet;
use std::fmt;

/// `serialNumber` (RFC 4519), where the national authority writes the person's number.
const SERIAL_NUMBER: [u64; 4] = [2, 5, 4, 5];

/// How long the authority and everything it issues is valid: longer than the shipped calendar, so
/// that a demonstration may be played at any day of it.
const VALID_MONTHS: Months = Months::new(120);

/// Issues certificates for demonstrations and tests.
pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    valid_from: NaiveDate,
    valid_to: NaiveDate,
}

/// Whom a certificate is for.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The holder's name.
    pub name: Personal<String>,
    /// The holder's number.
    pub iin: Iin,
    /// The number of the organisation the holder acts for, if any.
    pub bin: Option<Bin>,
    /// What the holder is and may do.
    pub roles: BTreeSet<SignerRole>,
}

/// Why a certificate could not be made.
#[derive(Debug, thiserror::Error)]
pub enum AuthorityFault {
    /// The validity would end beyond the calendar.
    #[error("the validity cannot be expressed")]
    Validity,
    /// The certificate could not be made.
    #[error("the certificate could not be made")]
    Certificate(#[from] rcgen::Error),
    /// The certificate was made, but cannot sign.
    #[error("the certificate and its key do not work together")]
    Identity(#[from] IdentityFault),
}

impl Authority {
    /// Makes an authority with a new key. It and its certificates are valid for ten years.
    pub fn new(name: &str, valid_from: NaiveDate) -> Result<Self, AuthorityFault> {
        let valid_to = valid_from.checked_add_months(VALID_MONTHS);
        let valid_to = valid_to.ok_or(AuthorityFault::Validity)?;
        let mut params = valid(valid_from, valid_to)?;
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate()?)?;
        Ok(Self {
            issuer,
            valid_from,
            valid_to,
        })
    }

    /// Returns the certificate that a verifier must trust, as PEM text.
    pub fn anchor_pem(&self) -> String {
        self.issuer.pem()
    }

    /// Issues a certificate for signing documents.
    pub fn issue(&self, subject: &Subject) -> Result<SigningIdentity, AuthorityFault> {
        let mut params = valid(self.valid_from, self.valid_to)?;
        let name = &mut params.distinguished_name;
        name.push(DnType::CommonName, subject.name.disclose().as_str());
        let iin = format!("IIN{}", subject.iin.as_str());
        name.push(DnType::CustomDnType(SERIAL_NUMBER.to_vec()), iin);
        if let Some(bin) = &subject.bin {
            name.push(
                DnType::OrganizationalUnitName,
                format!("BIN{}", bin.as_str()),
            );
        }
        params.key_usages = vec![
            KeyUsagePurpose::DigitalSignature,
            KeyUsagePurpose::ContentCommitment,
        ];
        params.extended_key_usages = subject.roles.iter().map(|role| purpose(*role)).collect();
        let key = KeyPair::generate()?;
        let certificate = params.signed_by(&key, &self.issuer)?;
        Ok(SigningIdentity::new(
            certificate.der(),
            key.serialize_der(),
        )?)
    }
}

impl fmt::Debug for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Authority")
    }
}

/// Describes a certificate that is valid from the beginning of one day to that of another.
fn valid(from: NaiveDate, to: NaiveDate) -> Result<CertificateParams, AuthorityFault> {
    let midnight = |day: NaiveDate| {
        let (month, day_of_month) = (day.month().try_into().ok()?, day.day().try_into().ok()?);
        let can_be_expressed = (1950..=9999).contains(&day.year());
        can_be_expressed.then(|| date_time_ymd(day.year(), month, day_of_month))
    };
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.not_before = midnight(from).ok_or(AuthorityFault::Validity)?;
    params.not_after = midnight(to).ok_or(AuthorityFault::Validity)?;
    params.use_authority_key_identifier_extension = true;
    params.is_ca = IsCa::ExplicitNoCa;
    Ok(params)
}

fn purpose(role: SignerRole) -> ExtendedKeyUsagePurpose {
    ExtendedKeyUsagePurpose::Other(role.oid().arcs().map(u64::from).collect())
}
