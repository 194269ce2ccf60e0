//! Good signatures with certificates that do not count.

use super::hierarchy::{a_signer, an_authority, an_unknown_extension, chain, crowd};
use super::*;
use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, GeneralSubtree, IsCa, KeyUsagePurpose,
    NameConstraints, date_time_ymd,
};
use std::time::{Duration, Instant};

/// Verifies with an authority between the anchor and the signer that was changed.
async fn with_authority(change: impl FnOnce(&mut CertificateParams)) -> &'static str {
    let mut between = an_authority("Between");
    change(&mut between);
    chain(&[an_authority("Root"), between], &a_signer())
        .verify()
        .await
}

/// Verifies with a signer's certificate that was changed.
async fn with_signer(change: impl FnOnce(&mut CertificateParams)) -> &'static str {
    let mut signer = a_signer();
    change(&mut signer);
    chain(&[an_authority("Root"), an_authority("Between")], &signer)
        .verify()
        .await
}

#[tokio::test]
async fn an_unchanged_chain_is_accepted() {
    assert_eq!(with_authority(|_| {}).await, "accepted");
    assert_eq!(with_signer(|_| {}).await, "accepted");
}

#[tokio::test]
async fn the_validity_of_the_signer_counts() {
    let outcome = with_signer(|signer| signer.not_after = date_time_ymd(2026, 3, 20));
    assert_eq!(outcome.await, "expired");
    let outcome = with_signer(|signer| signer.not_before = date_time_ymd(2026, 3, 21));
    assert_eq!(outcome.await, "not_yet_valid");
}

#[tokio::test]
async fn the_validity_of_every_authority_counts() {
    let outcome = with_authority(|between| between.not_after = date_time_ymd(2026, 3, 20));
    assert_eq!(outcome.await, "expired");
    let outcome = with_authority(|between| between.not_before = date_time_ymd(2026, 3, 21));
    assert_eq!(outcome.await, "not_yet_valid");
    let mut root = an_authority("Root");
    root.not_after = date_time_ymd(2026, 3, 20);
    assert_eq!(chain(&[root], &a_signer()).verify().await, "expired");
}

#[tokio::test]
async fn only_a_certificate_for_documents_signs_documents() {
    // What the national authority issues for logging in.
    let login = vec![
        KeyUsagePurpose::DigitalSignature,
        KeyUsagePurpose::KeyEncipherment,
    ];
    let outcome = with_signer(|signer| signer.key_usages = login);
    assert_eq!(outcome.await, "wrong_key_usage");
    let outcome = with_signer(|signer| signer.key_usages = Vec::new());
    assert_eq!(outcome.await, "wrong_key_usage");
}

#[tokio::test]
async fn only_an_authority_issues_certificates() {
    let untrusted = "untrusted_certificate";
    assert_eq!(
        with_authority(|between| between.is_ca = IsCa::NoCa).await,
        untrusted
    );
    assert_eq!(
        with_authority(|between| between.is_ca = IsCa::ExplicitNoCa).await,
        untrusted
    );
    let usages = vec![KeyUsagePurpose::DigitalSignature];
    assert_eq!(
        with_authority(|between| between.key_usages = usages).await,
        untrusted
    );
    assert_eq!(
        with_authority(|between| between.key_usages = Vec::new()).await,
        untrusted
    );
}

#[tokio::test]
async fn what_an_authority_is_narrowed_to_is_never_overlooked() {
    let untrusted = "untrusted_certificate";
    let unknown = vec![an_unknown_extension(true)];
    assert_eq!(
        with_authority(|between| between.custom_extensions = unknown).await,
        untrusted
    );
    let names = NameConstraints {
        permitted_subtrees: vec![GeneralSubtree::DnsName("invented.example".to_owned())],
        excluded_subtrees: Vec::new(),
    };
    assert_eq!(
        with_authority(|between| between.name_constraints = Some(names)).await,
        untrusted
    );
    // policyConstraints, not even marked critical.
    let policies = CustomExtension::from_oid_content(&[2, 5, 29, 36], vec![0x30, 0]);
    let policies = vec![policies];
    assert_eq!(
        with_authority(|between| between.custom_extensions = policies).await,
        untrusted
    );
}

#[tokio::test]
async fn an_unknown_extension_counts_only_where_it_is_critical() {
    let unknown = vec![an_unknown_extension(true)];
    let outcome = with_signer(|signer| signer.custom_extensions = unknown);
    assert_eq!(outcome.await, "untrusted_certificate");
    let unknown = vec![an_unknown_extension(false)];
    let outcome = with_signer(|signer| signer.custom_extensions = unknown);
    assert_eq!(outcome.await, "accepted");
    let unknown = vec![an_unknown_extension(false), an_unknown_extension(false)];
    let outcome = with_signer(|signer| signer.custom_extensions = unknown);
    assert_eq!(outcome.await, "untrusted_certificate");
}

#[tokio::test]
async fn an_authority_issues_only_as_deep_as_it_may() {
    for (path_length, expected) in [(0, "untrusted_certificate"), (1, "accepted")] {
        let mut root = an_authority("Root");
        root.is_ca = IsCa::Ca(BasicConstraints::Constrained(path_length));
        let chain = chain(&[root, an_authority("Between")], &a_signer());
        assert_eq!(chain.verify().await, expected);
    }
}

#[tokio::test]
async fn a_path_has_at_most_five_certificates() {
    let names = ["Root", "One", "Two", "Three", "Four"];
    let authorities = names.map(an_authority);
    for (count, expected) in [
        (1, "accepted"),
        (4, "accepted"),
        (5, "untrusted_certificate"),
    ] {
        let chain = chain(&authorities[..count], &a_signer());
        assert_eq!(chain.verify().await, expected, "{count}");
    }
}

#[tokio::test]
async fn another_authority_of_the_same_name_is_not_trusted() {
    let [ours, theirs] = [(), ()].map(|()| chain(&[an_authority("Root")], &a_signer()));
    assert_eq!(
        theirs.verify_against(&ours.anchor, "").await,
        "untrusted_certificate"
    );
    // The right anchor is found among several of one name.
    let both = format!("{}{}", ours.anchor, theirs.anchor);
    assert_eq!(theirs.verify_against(&both, "").await, "accepted");
}

#[tokio::test]
async fn a_certificate_that_is_only_configured_as_intermediate_is_not_trusted() {
    let [ours, theirs] = [(), ()].map(|()| chain(&[an_authority("Root")], &a_signer()));
    let outcome = theirs.verify_against(&ours.anchor, &theirs.anchor).await;
    assert_eq!(outcome, "untrusted_certificate");
}

#[tokio::test]
async fn a_missing_link_breaks_the_path() {
    let chain = chain(
        &[an_authority("Root"), an_authority("Between")],
        &a_signer(),
    );
    assert_eq!(
        chain.verify_against(&chain.anchor, "").await,
        "untrusted_certificate"
    );
}

#[tokio::test]
async fn a_signer_who_signed_the_own_certificate_is_not_trusted() {
    let ours = chain(&[an_authority("Root")], &a_signer());
    let anchor = ours.identity.certificate_pem().unwrap();
    assert_eq!(
        ours.verify_against(&anchor, "").await,
        "untrusted_certificate"
    );
}

/// Each of twenty authorities may have issued each other one: 20⁴ paths without a bound.
#[tokio::test]
async fn a_crowd_of_authorities_with_one_name_and_key_costs_a_bounded_search() {
    let stranger = crowd(20);
    let started = Instant::now();
    let anchor = authority().anchor_pem();
    let outcome = stranger.verify_against(&anchor, &stranger.between).await;
    assert_eq!(outcome, "untrusted_certificate");
    assert!(
        started.elapsed() < Duration::from_secs(10),
        "{:?}",
        started.elapsed()
    );
}

#[tokio::test]
async fn without_anchors_nothing_can_be_verified_and_nobody_is_refused() {
    let cms = fixture("rsa-sha256.cms");
    let outcome = BuiltinVerifier::default()
        .verify(CONTENT, &cms, moment())
        .await;
    assert_eq!(code(&outcome), "could_not_verify");
    let fault = BuiltinVerifier::from_pem("", &fixture_text("intermediate.pem")).unwrap_err();
    assert!(matches!(fault, TrustFault::NoAnchor), "{fault}");
    let fault = BuiltinVerifier::from_pem(&pem::block(pem::CERTIFICATE, b"no").unwrap(), "");
    assert!(matches!(
        fault,
        Err(TrustFault::Certificate { number: 1, .. })
    ));
}

#[tokio::test]
async fn an_intermediate_may_be_configured_or_come_with_the_signature() {
    let verifier = BuiltinVerifier::from_pem(
        &fixture_text("anchor.pem"),
        &fixture_text("intermediate.pem"),
    );
    let (content, cms) = (fixture("content.json"), fixture("rsa-sha256.cms"));
    let outcome = verifier.unwrap().verify(&content, &cms, moment()).await;
    assert_eq!(code(&outcome), "accepted");
    assert_eq!(code(&verify_fixture("rsa-sha256.cms").await), "accepted");
}
