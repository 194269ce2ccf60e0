//! What the built-in verifier accepts, and each way a signature can fail.

mod accepted;
mod forge;
mod hierarchy;
mod hostile;
mod refused;
mod untrusted;

use super::*;
use crate::kernel::{Bin, Iin, Personal};

const CONTENT: &[u8] = b"{\"agreement\":\"12/7\"}";

/// A day within the validity of everything here.
fn moment() -> DateTime<Utc> {
    "2026-03-20T06:00:00Z".parse().unwrap()
}

fn iin(number: &str) -> Iin {
    Iin::parse(number, moment().date_naive()).unwrap()
}

fn bin(number: &str) -> Bin {
    Bin::parse(number).unwrap()
}

fn authority() -> Authority {
    Authority::new("Authority for tests", "2024-01-01".parse().unwrap()).unwrap()
}

/// The chair of a cooperative that does not exist.
fn chair() -> Subject {
    Subject {
        name: Personal::new("Әбенова Үміт".to_owned()),
        iin: iin("010101300010"),
        bin: Some(bin("600740000012")),
        roles: [SignerRole::LegalEntity, SignerRole::ChiefExecutive].into(),
    }
}

/// Verifies a CMS over [`CONTENT`] against anchors.
async fn verify(anchors: &str, cms: &[u8]) -> Result<Signer, SignatureProblem> {
    let verifier = BuiltinVerifier::from_pem(anchors, "").unwrap();
    verifier.verify(CONTENT, cms, moment()).await
}

/// Returns the code of the problem, or `accepted`.
fn code(outcome: &Result<Signer, SignatureProblem>) -> &'static str {
    outcome
        .as_ref()
        .map_or_else(SignatureProblem::code, |_| "accepted")
}

/// Reads a file that OpenSSL made, see `tests/fixtures/signature/README.md`.
fn fixture(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/signature/");
    std::fs::read(format!("{folder}{name}")).unwrap()
}

fn fixture_text(name: &str) -> String {
    String::from_utf8(fixture(name)).unwrap()
}

/// Verifies a CMS that OpenSSL made.
async fn verify_fixture(name: &str) -> Result<Signer, SignatureProblem> {
    let verifier = BuiltinVerifier::from_pem(&fixture_text("anchor.pem"), "").unwrap();
    verifier
        .verify(&fixture("content.json"), &fixture(name), moment())
        .await
}
