//! Bytes that somebody bent: never accepted, and never a panic.

use super::*;
use proptest::prelude::*;
use tokio::runtime::{Builder, Runtime};

fn runtime() -> Runtime {
    Builder::new_current_thread().build().unwrap()
}

#[tokio::test]
async fn no_bit_of_a_cms_can_be_flipped() {
    let authority = authority();
    let identity = authority.issue(&chair()).unwrap();
    let good = identity.sign_detached(CONTENT, moment()).unwrap();
    let verifier = BuiltinVerifier::from_pem(&authority.anchor_pem(), "").unwrap();
    for place in 0..good.len() {
        for bit in 0..8 {
            let mut cms = good.clone();
            cms[place] ^= 1 << bit;
            let outcome = verifier.verify(CONTENT, &cms, moment()).await;
            assert_ne!(code(&outcome), "accepted", "bit {bit} of byte {place}");
            assert_ne!(
                code(&outcome),
                "could_not_verify",
                "bit {bit} of byte {place}"
            );
        }
    }
}

#[tokio::test]
async fn no_bit_of_the_content_can_be_flipped() {
    let authority = authority();
    let identity = authority.issue(&chair()).unwrap();
    let cms = identity.sign_detached(CONTENT, moment()).unwrap();
    let verifier = BuiltinVerifier::from_pem(&authority.anchor_pem(), "").unwrap();
    for place in 0..CONTENT.len() {
        for bit in 0..8 {
            let mut content = CONTENT.to_vec();
            content[place] ^= 1 << bit;
            let outcome = verifier.verify(&content, &cms, moment()).await;
            assert_eq!(
                code(&outcome),
                "digest_mismatch",
                "bit {bit} of byte {place}"
            );
        }
    }
}

#[tokio::test]
async fn a_cms_cannot_be_cut_or_continued() {
    let authority = authority();
    let identity = authority.issue(&chair()).unwrap();
    let good = identity.sign_detached(CONTENT, moment()).unwrap();
    let anchors = authority.anchor_pem();
    for length in 0..good.len() {
        assert_eq!(
            code(&verify(&anchors, &good[..length]).await),
            "malformed",
            "{length}"
        );
    }
    for more in [&[0][..], &[0, 0], &good] {
        let longer = [&good, more].concat();
        assert_eq!(code(&verify(&anchors, &longer).await), "malformed");
    }
}

proptest! {
    #[test]
    fn random_bytes_are_refused(cms in prop::collection::vec(any::<u8>(), 0..400)) {
        let outcome = runtime().block_on(verify(&fixture_text("anchor.pem"), &cms));
        prop_assert_eq!(code(&outcome), "malformed");
    }

    #[test]
    fn a_bent_signature_is_refused(
        name in prop::sample::select(vec![
            "rsa-key-identifier.cms", "rsa-pss-sha256.cms", "rsa-two-signers.cms",
            "ecdsa-p384-sha384.cms", "rsa-attached.cms",
        ]),
        places in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in any::<prop::sample::Index>(),
        inserted in prop::collection::vec(any::<u8>(), 1..6),
    ) {
        let mut cms = fixture(name);
        for (place, byte) in places {
            let place = place.index(cms.len());
            cms[place] = byte;
        }
        let cut = cut.index(cms.len());
        cms.splice(cut..cut, inserted);
        let verifier = BuiltinVerifier::from_pem(&fixture_text("anchor.pem"), "").unwrap();
        let outcome = runtime().block_on(verifier.verify(&fixture("content.json"), &cms, moment()));
        prop_assert_ne!(code(&outcome), "accepted");
    }
}
