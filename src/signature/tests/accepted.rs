//! Good signatures, and what is read out of their certificates.

use super::*;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

#[tokio::test]
async fn what_an_identity_signs_is_accepted_and_names_its_holder() {
    let authority = authority();
    let identity = authority.issue(&chair()).unwrap();
    let cms = identity.sign_detached(CONTENT, moment()).unwrap();
    let signer = verify(&authority.anchor_pem(), &cms).await.unwrap();
    let certificate = pem::blocks(&identity.certificate_pem().unwrap(), pem::CERTIFICATE).unwrap();
    let digest = ring::digest::digest(&ring::digest::SHA256, &certificate[0]);
    let expected = Signer {
        iin: Some(iin("010101300010")),
        bin: Some(bin("600740000012")),
        roles: [SignerRole::LegalEntity, SignerRole::ChiefExecutive].into(),
        name: Personal::new("Әбенова Үміт".to_owned()),
        certificate_sha256: digest.as_ref().try_into().unwrap(),
        signed_at: Some(moment()),
    };
    assert_eq!(signer, expected);
}

#[tokio::test]
async fn every_supported_algorithm_of_another_implementation_is_accepted() {
    for name in [
        "rsa-sha256.cms",
        "rsa-sha384.cms",
        "rsa-sha512.cms",
        "rsa-pss-sha256.cms",
        "rsa-pss-sha512.cms",
        "rsa-without-attributes.cms",
        "rsa-key-identifier.cms",
        "ecdsa-p256-sha256.cms",
        "ecdsa-p256-sha384.cms",
        "ecdsa-p384-sha256.cms",
        "ecdsa-p384-sha384.cms",
    ] {
        let outcome = verify_fixture(name).await;
        assert_eq!(code(&outcome), "accepted", "{name}");
        let signer = outcome.unwrap();
        assert_eq!(signer.bin, Some(bin("600740000012")), "{name}");
        assert_eq!(signer.iin, Some(iin("010101300010")), "{name}");
        assert_eq!(
            signer.signed_at.is_none(),
            name == "rsa-without-attributes.cms",
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_shareholder_has_a_number_and_a_role_but_no_organisation() {
    let signer = verify_fixture("rsa-shareholder.cms").await.unwrap();
    assert_eq!(signer.iin, Some(iin("010101300102")));
    assert_eq!(signer.bin, None);
    assert_eq!(signer.roles, [SignerRole::Individual].into());
    assert_eq!(signer.name.disclose(), "ОЙДАН ШЫҒАРЫЛҒАН");
}

#[tokio::test]
async fn numbers_that_contradict_each_other_or_cannot_exist_count_as_absent() {
    let signer = verify_fixture("ecdsa-unclear.cms").await.unwrap();
    assert_eq!((signer.iin, signer.bin), (None, None));
}

#[tokio::test]
async fn every_role_is_read_back_from_its_certificate() {
    let authority = authority();
    for role in SignerRole::ALL {
        let subject = Subject {
            roles: [role].into(),
            ..chair()
        };
        let cms = authority
            .issue(&subject)
            .unwrap()
            .sign_detached(CONTENT, moment())
            .unwrap();
        let signer = verify(&authority.anchor_pem(), &cms).await.unwrap();
        assert_eq!(signer.roles, [role].into());
    }
}

#[tokio::test]
async fn a_certificate_is_valid_from_its_first_to_its_last_second() {
    let authority = authority();
    let identity = authority.issue(&chair()).unwrap();
    let cms = identity.sign_detached(CONTENT, moment()).unwrap();
    let verifier = BuiltinVerifier::from_pem(&authority.anchor_pem(), "").unwrap();
    for (at, expected) in [
        ("1969-12-31T23:59:59Z", "not_yet_valid"),
        ("2023-12-31T23:59:59.999Z", "not_yet_valid"),
        ("2024-01-01T00:00:00Z", "accepted"),
        ("2034-01-01T00:00:00.999Z", "accepted"),
        ("2034-01-01T00:00:01Z", "expired"),
    ] {
        let outcome = verifier.verify(CONTENT, &cms, at.parse().unwrap()).await;
        assert_eq!(code(&outcome), expected, "{at}");
    }
}

#[tokio::test]
async fn a_file_is_signed_with_what_an_identity_left_in_files() {
    let authority = authority();
    let identity = authority.issue(&chair()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let [certificate, key, content] =
        ["chair.pem", "chair.key", "content"].map(|name| folder.path().join(name));
    std::fs::write(&certificate, identity.certificate_pem().unwrap()).unwrap();
    std::fs::write(&key, identity.key_pem().unwrap()).unwrap();
    std::fs::write(&content, CONTENT).unwrap();

    let mut out = Vec::new();
    sign_file(&certificate, &key, &content, moment(), &mut out).unwrap();

    let line = String::from_utf8(out).unwrap();
    let cms = STANDARD.decode(line.strip_suffix('\n').unwrap()).unwrap();
    assert_eq!(
        code(&verify(&authority.anchor_pem(), &cms).await),
        "accepted"
    );
}

#[test]
fn an_identity_needs_the_key_of_its_own_certificate_and_hides_it() {
    let authority = authority();
    let [one, other] = [
        authority.issue(&chair()).unwrap(),
        authority.issue(&chair()).unwrap(),
    ];
    let (certificate, key) = (one.certificate_pem().unwrap(), other.key_pem().unwrap());
    let fault = SigningIdentity::from_pem(&certificate, &key).unwrap_err();
    assert!(matches!(fault, IdentityFault::KeyOfAnother), "{fault}");
    let fault = SigningIdentity::from_pem(&certificate, &certificate).unwrap_err();
    assert!(
        matches!(fault, IdentityFault::Pem("PRIVATE KEY")),
        "{fault}"
    );
    assert_eq!(format!("{one:?}"), "SigningIdentity");
}
