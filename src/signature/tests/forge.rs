//! Takes a good CMS apart and puts it together again with something wrong in it.

use super::*;
use ::cms::content_info::ContentInfo;
use ::cms::signed_data::{SignedAttributes, SignedData, SignerInfo, SignerInfos};
use der::asn1::{Any, ObjectIdentifier, OctetString, SetOfVec};
use der::{Decode, Encode};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair};
use x509_cert::attr::Attribute;

/// A CMS in parts, with the key that can sign it again.
pub(super) struct Forge {
    pub(super) data: SignedData,
    key: EcdsaKeyPair,
}

impl Forge {
    /// Starts from a good signature over [`CONTENT`].
    pub(super) fn of(identity: &SigningIdentity) -> Self {
        let cms = identity.sign_detached(CONTENT, moment()).unwrap();
        let data = ContentInfo::from_der(&cms)
            .unwrap()
            .content
            .decode_as()
            .unwrap();
        let key = pem::blocks(&identity.key_pem().unwrap(), pem::PRIVATE_KEY).unwrap();
        let algorithm = &ECDSA_P256_SHA256_ASN1_SIGNING;
        let key = EcdsaKeyPair::from_pkcs8(algorithm, &key[0], &SystemRandom::new()).unwrap();
        Self { data, key }
    }

    /// Changes the signer and leaves its signature as it is.
    pub(super) fn signer(mut self, change: impl FnOnce(&mut SignerInfo)) -> Self {
        let mut signers = self.data.signer_infos.0.into_vec();
        change(&mut signers[0]);
        self.data.signer_infos = SignerInfos::try_from(signers).unwrap();
        self
    }

    /// Changes the signed attributes and signs them again with the signer's key.
    pub(super) fn attributes(self, change: impl FnOnce(&mut Vec<Attribute>)) -> Self {
        let signers = self.data.signer_infos.0.as_slice();
        let mut attributes = signers[0].signed_attrs.clone().unwrap().into_vec();
        change(&mut attributes);
        let attributes = SignedAttributes::try_from(attributes).unwrap();
        let signature = self.sign(&attributes.to_der().unwrap());
        self.signer(|signer| {
            signer.signed_attrs = Some(attributes);
            signer.signature = signature;
        })
    }

    /// Signs with the signer's key.
    pub(super) fn sign(&self, message: &[u8]) -> OctetString {
        let signature = self.key.sign(&SystemRandom::new(), message).unwrap();
        OctetString::new(signature.as_ref()).unwrap()
    }

    /// Returns the CMS in DER.
    pub(super) fn der(&self) -> Vec<u8> {
        envelope(oid::SIGNED_DATA, &self.data)
    }
}

/// Wraps some content as a CMS of a type.
pub(super) fn envelope(content_type: ObjectIdentifier, content: &impl Encode) -> Vec<u8> {
    let content = Any::from_der(&content.to_der().unwrap()).unwrap();
    ContentInfo {
        content_type,
        content,
    }
    .to_der()
    .unwrap()
}

/// Makes an attribute.
pub(super) fn attribute(oid: ObjectIdentifier, values: &[&dyn ToDer]) -> Attribute {
    let values = values
        .iter()
        .map(|value| Any::from_der(&value.der()).unwrap());
    Attribute {
        oid,
        values: SetOfVec::from_iter(values).unwrap(),
    }
}

/// Anything that has a DER encoding, as an object.
pub(super) trait ToDer {
    fn der(&self) -> Vec<u8>;
}

impl<T: Encode> ToDer for T {
    fn der(&self) -> Vec<u8> {
        self.to_der().unwrap()
    }
}
