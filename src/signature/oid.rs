//! The object identifiers this module understands. Never a place for logic.

use der::asn1::ObjectIdentifier;

const fn oid(dotted: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(dotted)
}

// CMS: content types and signed attributes (RFC 5652, RFC 5035).
pub(super) const DATA: ObjectIdentifier = oid("1.2.840.113549.1.7.1");
pub(super) const SIGNED_DATA: ObjectIdentifier = oid("1.2.840.113549.1.7.2");
pub(super) const CONTENT_TYPE: ObjectIdentifier = oid("1.2.840.113549.1.9.3");
pub(super) const MESSAGE_DIGEST: ObjectIdentifier = oid("1.2.840.113549.1.9.4");
pub(super) const SIGNING_TIME: ObjectIdentifier = oid("1.2.840.113549.1.9.5");
pub(super) const SIGNING_CERTIFICATE_V2: ObjectIdentifier = oid("1.2.840.113549.1.9.16.2.47");

// Digests (RFC 5754).
pub(super) const SHA_256: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.1");
pub(super) const SHA_384: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.2");
pub(super) const SHA_512: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.3");

// RSA (RFC 8017).
pub(super) const RSA: ObjectIdentifier = oid("1.2.840.113549.1.1.1");
pub(super) const MGF1: ObjectIdentifier = oid("1.2.840.113549.1.1.8");
pub(super) const RSA_PSS: ObjectIdentifier = oid("1.2.840.113549.1.1.10");
pub(super) const RSA_WITH_SHA_256: ObjectIdentifier = oid("1.2.840.113549.1.1.11");
pub(super) const RSA_WITH_SHA_384: ObjectIdentifier = oid("1.2.840.113549.1.1.12");
pub(super) const RSA_WITH_SHA_512: ObjectIdentifier = oid("1.2.840.113549.1.1.13");

// Elliptic curves (RFC 5480, RFC 5758).
pub(super) const EC_PUBLIC_KEY: ObjectIdentifier = oid("1.2.840.10045.2.1");
pub(super) const P_256: ObjectIdentifier = oid("1.2.840.10045.3.1.7");
pub(super) const P_384: ObjectIdentifier = oid("1.3.132.0.34");
pub(super) const ECDSA_WITH_SHA_256: ObjectIdentifier = oid("1.2.840.10045.4.3.2");
pub(super) const ECDSA_WITH_SHA_384: ObjectIdentifier = oid("1.2.840.10045.4.3.3");

// Certificate extensions (RFC 5280).
pub(super) const SUBJECT_KEY_IDENTIFIER: ObjectIdentifier = oid("2.5.29.14");
pub(super) const KEY_USAGE: ObjectIdentifier = oid("2.5.29.15");
pub(super) const SUBJECT_ALT_NAME: ObjectIdentifier = oid("2.5.29.17");
pub(super) const BASIC_CONSTRAINTS: ObjectIdentifier = oid("2.5.29.19");
pub(super) const NAME_CONSTRAINTS: ObjectIdentifier = oid("2.5.29.30");
pub(super) const CERTIFICATE_POLICIES: ObjectIdentifier = oid("2.5.29.32");
pub(super) const AUTHORITY_KEY_IDENTIFIER: ObjectIdentifier = oid("2.5.29.35");
pub(super) const POLICY_CONSTRAINTS: ObjectIdentifier = oid("2.5.29.36");
pub(super) const EXTENDED_KEY_USAGE: ObjectIdentifier = oid("2.5.29.37");
pub(super) const INHIBIT_ANY_POLICY: ObjectIdentifier = oid("2.5.29.54");

// Names of a subject (RFC 4519).
pub(super) const COMMON_NAME: ObjectIdentifier = oid("2.5.4.3");
pub(super) const SERIAL_NUMBER: ObjectIdentifier = oid("2.5.4.5");
pub(super) const ORGANIZATIONAL_UNIT: ObjectIdentifier = oid("2.5.4.11");

// Roles that the national certification authority writes into the extended key usage.
pub(super) const INDIVIDUAL: ObjectIdentifier = oid("1.2.398.3.3.4.1.1");
pub(super) const LEGAL_ENTITY: ObjectIdentifier = oid("1.2.398.3.3.4.1.2");
pub(super) const CHIEF_EXECUTIVE: ObjectIdentifier = oid("1.2.398.3.3.4.1.2.1");
pub(super) const CAN_SIGN: ObjectIdentifier = oid("1.2.398.3.3.4.1.2.2");
pub(super) const CAN_SIGN_FINANCIAL: ObjectIdentifier = oid("1.2.398.3.3.4.1.2.3");
pub(super) const PERSONNEL_OFFICER: ObjectIdentifier = oid("1.2.398.3.3.4.1.2.4");
pub(super) const EMPLOYEE: ObjectIdentifier = oid("1.2.398.3.3.4.1.2.5");
