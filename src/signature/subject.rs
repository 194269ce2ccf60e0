//! What a trusted certificate says about its holder, by the conventions of the national
//! certification authority. Never picks one of two contradicting numbers.

use super::certificate::Certificate;
use super::{Signer, SignerRole, oid};
use crate::kernel::{Bin, Iin, Personal};
use chrono::{DateTime, Utc};
use der::asn1::ObjectIdentifier;
use x509_cert::ext::pkix::name::DirectoryString;

/// Reads the signer out of a certificate: `serialNumber=IIN…`, `organizationalUnitName=BIN…`, the
/// common name, and the roles of the extended key usage. A number that cannot exist counts as
/// absent, so nothing can be proven with it.
pub(super) fn signer(
    certificate: &Certificate,
    signed_at: Option<DateTime<Utc>>,
    at: DateTime<Utc>,
) -> Signer {
    let iin = number(certificate, oid::SERIAL_NUMBER, "IIN");
    let bin = number(certificate, oid::ORGANIZATIONAL_UNIT, "BIN");
    let name = texts(certificate, oid::COMMON_NAME)
        .into_iter()
        .next()
        .unwrap_or_default();
    Signer {
        iin: iin.and_then(|iin| Iin::parse(&iin, at.date_naive()).ok()),
        bin: bin.and_then(|bin| Bin::parse(&bin).ok()),
        roles: certificate
            .purposes()
            .iter()
            .filter_map(SignerRole::from_oid)
            .collect(),
        name: Personal::new(name),
        certificate_sha256: certificate.sha256(),
        signed_at,
    }
}

/// Returns the only number with that prefix among the subject's attributes of one kind.
fn number(certificate: &Certificate, kind: ObjectIdentifier, prefix: &str) -> Option<String> {
    let texts = texts(certificate, kind);
    let mut numbers = texts.iter().filter_map(|text| text.strip_prefix(prefix));
    let number = numbers.next()?;
    numbers.next().is_none().then(|| number.to_owned())
}

fn texts(certificate: &Certificate, kind: ObjectIdentifier) -> Vec<String> {
    let attributes = certificate
        .tbs()
        .subject()
        .iter()
        .filter(|attribute| attribute.oid == kind);
    attributes
        .filter_map(|attribute| DirectoryString::try_from(&attribute.value).ok())
        .map(String::from)
        .collect()
}
