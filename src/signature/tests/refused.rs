//! Signatures that are wrong in themselves, whoever issued the certificate.

use super::forge::{Forge, attribute, envelope};
use super::*;
use ::cms::content_info::CmsVersion;
use ::cms::signed_data::SignerInfos;
use der::asn1::{Any, ObjectIdentifier, OctetString, SetOfVec};
use x509_cert::attr::Attribute;
use x509_cert::spki::AlgorithmIdentifierOwned;

/// Verifies a forged signature of the chair.
async fn verify_forged(forge: impl FnOnce(Forge) -> Forge) -> &'static str {
    let authority = authority();
    let forged = forge(Forge::of(&authority.issue(&chair()).unwrap()));
    code(&verify(&authority.anchor_pem(), &forged.der()).await)
}

#[tokio::test]
async fn the_forge_itself_breaks_nothing() {
    assert_eq!(verify_forged(|forge| forge).await, "accepted");
    assert_eq!(
        verify_forged(|forge| forge.attributes(|_| {})).await,
        "accepted"
    );
}

#[tokio::test]
async fn what_another_implementation_can_make_wrong_is_refused() {
    for (name, expected) in [
        ("rsa-attached.cms", "content_inside"),
        ("rsa-two-signers.cms", "several_signers"),
        ("rsa-without-certificates.cms", "no_certificate"),
        ("rsa-sha1.cms", "unsupported_algorithm"),
        ("rsa-pss-short-salt.cms", "unsupported_algorithm"),
        ("ecdsa-p384-sha512.cms", "unsupported_algorithm"),
        ("anchor.pem", "malformed"),
        ("content.json", "malformed"),
    ] {
        assert_eq!(code(&verify_fixture(name).await), expected, "{name}");
    }
}

#[tokio::test]
async fn another_content_is_refused() {
    let authority = authority();
    let identity = authority.issue(&chair()).unwrap();
    let cms = identity.sign_detached(b"another", moment()).unwrap();
    assert_eq!(
        code(&verify(&authority.anchor_pem(), &cms).await),
        "digest_mismatch"
    );

    let verifier = BuiltinVerifier::from_pem(&fixture_text("anchor.pem"), "").unwrap();
    let cms = fixture("rsa-without-attributes.cms");
    assert_eq!(
        code(&verifier.verify(b"another", &cms, moment()).await),
        "signature_mismatch"
    );
}

#[tokio::test]
async fn a_cms_without_a_signer_is_refused() {
    let outcome = verify_forged(|mut forge| {
        forge.data.signer_infos = SignerInfos(SetOfVec::new());
        forge
    });
    assert_eq!(outcome.await, "no_signer");
}

#[tokio::test]
async fn a_cms_without_certificates_is_refused() {
    let outcome = verify_forged(|mut forge| {
        forge.data.certificates = None;
        forge
    });
    assert_eq!(outcome.await, "no_certificate");
}

#[tokio::test]
async fn the_signature_of_another_key_is_refused() {
    let authority = authority();
    let [one, other] = [
        authority.issue(&chair()).unwrap(),
        authority.issue(&chair()).unwrap(),
    ];
    let message = b"anything";
    let signature = Forge::of(&other).sign(message);
    let forged = Forge::of(&one)
        .signer(|signer| signer.signature = signature)
        .der();
    assert_eq!(
        code(&verify(&authority.anchor_pem(), &forged).await),
        "signature_mismatch"
    );
}

#[tokio::test]
async fn a_signature_bound_to_another_certificate_is_refused() {
    let authority = authority();
    let [one, other] = [
        authority.issue(&chair()).unwrap(),
        authority.issue(&chair()).unwrap(),
    ];
    let bound = |attributes: &[Attribute]| {
        let found = attributes
            .iter()
            .find(|found| found.oid == oid::SIGNING_CERTIFICATE_V2);
        found.unwrap().clone()
    };
    let signers = Forge::of(&other).data.signer_infos.0;
    let binding = bound(
        signers.as_slice()[0]
            .signed_attrs
            .as_ref()
            .unwrap()
            .as_slice(),
    );
    let forged = Forge::of(&one).attributes(|attributes| {
        attributes.retain(|kept| kept.oid != oid::SIGNING_CERTIFICATE_V2);
        attributes.push(binding);
    });
    let outcome = verify(&authority.anchor_pem(), &forged.der()).await;
    assert_eq!(code(&outcome), "certificate_mismatch");
}

#[tokio::test]
async fn mandatory_attributes_occur_once_with_one_value() {
    let digest = |bytes: &[u8]| {
        let digest = ring::digest::digest(&ring::digest::SHA256, bytes);
        OctetString::new(digest.as_ref()).unwrap()
    };
    let another = attribute(oid::MESSAGE_DIGEST, &[&digest(b"another")]);
    let twofold = attribute(
        oid::MESSAGE_DIGEST,
        &[&digest(CONTENT), &digest(b"another")],
    );
    let enveloped = attribute(oid::CONTENT_TYPE, &[&oid::SIGNED_DATA]);
    for (dropped, added, expected) in [
        (Some(oid::CONTENT_TYPE), None, "malformed"),
        (Some(oid::MESSAGE_DIGEST), None, "malformed"),
        (Some(oid::CONTENT_TYPE), Some(enveloped), "malformed"),
        (
            Some(oid::MESSAGE_DIGEST),
            Some(another.clone()),
            "digest_mismatch",
        ),
        (Some(oid::MESSAGE_DIGEST), Some(twofold), "malformed"),
        (None, Some(another), "malformed"),
        (Some(oid::SIGNING_TIME), None, "accepted"),
        (Some(oid::SIGNING_CERTIFICATE_V2), None, "accepted"),
    ] {
        let outcome = verify_forged(|forge| {
            forge.attributes(|attributes| {
                attributes.retain(|kept| Some(kept.oid) != dropped);
                attributes.extend(added);
            })
        });
        assert_eq!(outcome.await, expected, "without {dropped:?}");
    }
}

/// Two signatures verify over the same bytes: one over attributes and one over a content that
/// looks like them. The second must not be had for the first.
#[tokio::test]
async fn signed_attributes_cannot_be_passed_off_as_the_content() {
    let authority = authority();
    let forged = Forge::of(&authority.issue(&chair()).unwrap());
    let attributes = forged.data.signer_infos.0.as_slice()[0]
        .signed_attrs
        .clone()
        .unwrap();
    let content = der::Encode::to_der(&attributes).unwrap();
    let cms = forged.signer(|signer| signer.signed_attrs = None).der();
    let verifier = BuiltinVerifier::from_pem(&authority.anchor_pem(), "").unwrap();
    assert_eq!(
        code(&verifier.verify(&content, &cms, moment()).await),
        "malformed"
    );
}

#[tokio::test]
async fn versions_and_announced_digests_must_fit() {
    let version = |version| verify_forged(move |forge| forge.signer(|s| s.version = version));
    assert_eq!(version(CmsVersion::V3).await, "malformed");
    let outcome = verify_forged(|mut forge| {
        forge.data.version = CmsVersion::V3;
        forge
    });
    assert_eq!(outcome.await, "malformed");
    let outcome = verify_forged(|mut forge| {
        forge.data.digest_algorithms = SetOfVec::new();
        forge
    });
    assert_eq!(outcome.await, "malformed");
}

#[tokio::test]
async fn the_digest_must_be_the_one_of_the_signature_algorithm() {
    let sha_384 = AlgorithmIdentifierOwned {
        oid: oid::SHA_384,
        parameters: None,
    };
    let outcome = verify_forged(|mut forge| {
        forge.data.digest_algorithms = SetOfVec::try_from([sha_384.clone()]).unwrap();
        forge.signer(|signer| signer.digest_alg = sha_384)
    });
    assert_eq!(outcome.await, "unsupported_algorithm");
}

#[tokio::test]
async fn unknown_algorithms_and_parameters_are_refused() {
    let gost = ObjectIdentifier::new_unwrap("1.2.398.3.10.1.1.2.3.2");
    for (oid, parameters) in [
        (gost, None),
        (oid::ECDSA_WITH_SHA_256, Some(Any::null())),
        (oid::RSA_PSS, None),
        (oid::RSA, None),
    ] {
        let algorithm = AlgorithmIdentifierOwned { oid, parameters };
        let outcome =
            verify_forged(|forge| forge.signer(|signer| signer.signature_algorithm = algorithm));
        assert_eq!(outcome.await, "unsupported_algorithm", "{oid}");
    }
}

#[tokio::test]
async fn only_signed_data_over_plain_data_is_read() {
    let anchors = authority().anchor_pem();
    let digested = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.5");
    let cms = envelope(digested, &OctetString::new(CONTENT).unwrap());
    assert_eq!(code(&verify(&anchors, &cms).await), "malformed");
    let outcome = verify_forged(|mut forge| {
        forge.data.encap_content_info.econtent_type = digested;
        forge
    });
    assert_eq!(outcome.await, "malformed");
}

#[tokio::test]
async fn the_largest_cms_is_looked_at_and_a_larger_one_is_not() {
    let anchors = authority().anchor_pem();
    for (bytes, expected) in [
        (CMS_BYTES_MAX, "malformed"),
        (CMS_BYTES_MAX + 1, "too_large"),
    ] {
        assert_eq!(code(&verify(&anchors, &vec![0; bytes]).await), expected);
    }
}
