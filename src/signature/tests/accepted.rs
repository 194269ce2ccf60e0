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
    assert_eq!(signer.iin, Some(iin()));
    assert_eq!(signer.bin, Some(bin()));
    assert_eq!(signer.roles, chair().roles);
    assert_eq!(signer.name, chair().name);
    assert_eq!(signer.signed_at, Some(moment()));
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
        verify(&authority.anchor_pem(), &cms).await.unwrap().bin,
        Some(bin())
    );
}
