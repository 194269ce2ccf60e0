//! What the built-in verifier accepts and refuses, each way a signature can fail.

mod accepted;

use super::*;
use crate::kernel::{Bin, Iin, Personal};

const CONTENT: &[u8] = b"{\"agreement\":\"12/7\"}";

/// A working day in the middle of the validity of everything here.
fn moment() -> DateTime<Utc> {
    "2026-03-20T06:00:00Z".parse().unwrap()
}

fn iin() -> Iin {
    Iin::parse("010101300010", moment().date_naive()).unwrap()
}

fn bin() -> Bin {
    Bin::parse("600740000012").unwrap()
}

fn authority() -> Authority {
    Authority::new("Authority for tests", "2024-01-01".parse().unwrap()).unwrap()
}

/// The chair of a cooperative that does not exist.
fn chair() -> Subject {
    Subject {
        name: Personal::new("Әбенова Үміт Қайратқызы".to_owned()),
        iin: iin(),
        bin: Some(bin()),
        roles: [SignerRole::LegalEntity, SignerRole::ChiefExecutive].into(),
    }
}

async fn verify(anchors: &str, cms: &[u8]) -> Result<Signer, SignatureProblem> {
    let verifier = BuiltinVerifier::from_pem(anchors, "").unwrap();
    verifier.verify(CONTENT, cms, moment()).await
}
