//! Case files in memory with whoever signs, for the tests of `verify`: as the service makes them, and packed anew
//! after any change. It never judges what a report says.

use std::{io::Cursor, path::PathBuf};

use serde_json::json;

use crate::{
    case_file::{
        archive::{Entry, Writer},
        case, json,
        manifest::{File, Manifest, Signatory, Signed, sha256},
        verify::{VerifyArgs, VerifyFault, look_through, report::Report},
    },
    kernel::{Bin, Iin, Personal},
    signature::{Authority, BuiltinVerifier, SignerRole, SigningIdentity, Subject},
};

pub(super) const COOPERATIVE: &str = "600740000012";
const SHAREHOLDER: &str = "010101300010";
const ID: &str = "019a0000-0000-7000-8000-000000000001";
pub(super) const SCAN: &str = "documents/01-A-1.pdf";
const PDF: &[u8] = b"%PDF-1.7 made up";
const AT: &str = "2026-11-24T05:00:00Z";

pub(super) type Members = Vec<(String, Vec<u8>)>;

/// Whoever signs.
pub(super) struct Keys {
    pub(super) authority: Authority,
    pub(super) chair: SigningIdentity,
    pub(super) shareholder: SigningIdentity,
}

impl Keys {
    pub(super) fn new() -> Self {
        let authority = Authority::new("Made up", "2026-01-01".parse().unwrap()).unwrap();
        let subject = |bin: Option<&str>, role: SignerRole| Subject {
            name: Personal::new("Made Up".to_owned()),
            iin: Iin::parse(SHAREHOLDER, "2026-03-20".parse().unwrap()).unwrap(),
            bin: bin.map(|bin| Bin::parse(bin).unwrap()),
            roles: [role].into(),
        };
        let chair = subject(Some(COOPERATIVE), SignerRole::ChiefExecutive);
        let shareholder = subject(None, SignerRole::Individual);
        Self {
            chair: authority.issue(&chair).unwrap(),
            shareholder: authority.issue(&shareholder).unwrap(),
            authority,
        }
    }

    pub(super) fn verifier(&self) -> BuiltinVerifier {
        BuiltinVerifier::from_pem(&self.authority.anchor_pem(), "").unwrap()
    }
}

/// The signatures over the scan: of whom each is said to be, and who made it.
pub(super) struct Given<'a> {
    pub(super) by: Signatory,
    pub(super) number: &'a str,
    pub(super) identity: &'a SigningIdentity,
    pub(super) must_hold: bool,
}

/// A case with one scan, as the service makes it; signed by the service if there is a seal.
pub(super) fn members(given: &[Given<'_>], seal: Option<&SigningIdentity>) -> Members {
    let at = AT.parse().unwrap();
    let mut members = unsigned();
    let mut signatures = Vec::new();
    for (place, given) in given.iter().enumerate() {
        let path = format!("signatures/{place}.cms");
        let cms = given.identity.sign_detached(PDF, at).unwrap();
        members.push((path.clone(), cms));
        signatures.push(Signed {
            path,
            signs: SCAN.to_owned(),
            by: given.by,
            number: given.number.to_owned(),
            at,
            must_hold: given.must_hold,
        });
    }
    let (format, format_version) = Manifest::format();
    let files = members.iter();
    let files = files.map(|(path, bytes)| File::of(path, bytes).unwrap());
    let manifest = Manifest {
        format,
        format_version,
        application_id: ID.to_owned(),
        application_number: "A-1".to_owned(),
        provider_bin: COOPERATIVE.to_owned(),
        journal_number: 7,
        as_of_at: at,
        files: files.collect(),
        signatures,
    };
    let text = manifest.text().unwrap();
    let signature = seal.map(|seal| seal.sign_detached(text.as_bytes(), at).unwrap());
    let seal = case::seal(&text, signature.as_deref()).into_iter();
    members.extend(seal.map(|(path, bytes)| (path.to_owned(), bytes.to_vec())));
    members
}

/// The files of the case but for the signatures.
fn unsigned() -> Members {
    let hash = sha256(PDF);
    let application = json!({
        "application_id": ID,
        "application_number": "A-1",
        "agreement_sha256": hash,
    });
    let text = json!({ "kk": "жоқ", "ru": "нет", "en": "no" });
    let said = json!({ "application_id": ID, "signed": SCAN, "signed_sha256": hash });
    let texts = [
        ("application.json", application),
        ("decision.json", json!({ "refusal": { "text": text } })),
        (
            "entry-versions.json",
            json!([{ "extract": { "sha256": hash }, "extract_file": SCAN }]),
        ),
        ("filed/01-A-1.json", said),
    ];
    let texts = texts.map(|(path, says)| (path, json::text(&says).unwrap().into_bytes()));
    let refusals = [("kk", "жоқ\n"), ("ru", "нет\n"), ("en", "no\n")];
    let refusals = refusals.map(|(language, text)| {
        let path = format!("decision/refusal-{language}.txt");
        (path, text.as_bytes().to_vec())
    });
    let texts = texts.map(|(path, bytes)| (path.to_owned(), bytes));
    let scan = (SCAN.to_owned(), PDF.to_vec());
    texts.into_iter().chain(refusals).chain([scan]).collect()
}

pub(super) fn packed(members: &Members) -> Vec<u8> {
    let mut writer = Writer::default();
    let mut archive = Vec::new();
    for (path, bytes) in members {
        archive.extend(writer.begin(&Entry {
            path: path.clone(),
            size: u32::try_from(bytes.len()).unwrap(),
            crc32: crc32fast::hash(bytes),
        }));
        archive.extend_from_slice(bytes);
    }
    archive.extend(writer.end());
    archive
}

/// The report on an archive, and what it comes to.
pub(super) async fn report(
    archive: &[u8],
    verifier: Option<&BuiltinVerifier>,
    sha256: Option<&str>,
) -> (String, Result<(), VerifyFault>) {
    let sealed_by = verifier.map(|_| COOPERATIVE);
    asked_for_all(archive, verifier, sealed_by, sha256).await
}

/// The same, with the seal that is asked for.
pub(super) async fn asked_for(
    archive: &[u8],
    verifier: &BuiltinVerifier,
    sealed_by: Option<&str>,
    sha256: Option<&str>,
) -> (String, Result<(), VerifyFault>) {
    asked_for_all(archive, Some(verifier), sealed_by, sha256).await
}

async fn asked_for_all(
    archive: &[u8],
    verifier: Option<&BuiltinVerifier>,
    sealed_by: Option<&str>,
    sha256: Option<&str>,
) -> (String, Result<(), VerifyFault>) {
    let arguments = VerifyArgs {
        file: PathBuf::new(),
        anchor: Vec::new(),
        sha256: sha256.map(str::to_owned),
        sealed_by: sealed_by.map(str::to_owned),
    };
    let mut output = Vec::new();
    let mut report = Report::of(&mut output);
    let cursor = Cursor::new(archive.to_vec());
    look_through(cursor, &arguments, verifier, &mut report)
        .await
        .unwrap();
    let ended = report.ended();
    (String::from_utf8(output).unwrap(), ended)
}

pub(super) fn both(keys: &Keys) -> [Given<'_>; 2] {
    [
        Given {
            by: Signatory::Cooperative,
            number: COOPERATIVE,
            identity: &keys.chair,
            must_hold: true,
        },
        Given {
            by: Signatory::Shareholder,
            number: SHAREHOLDER,
            identity: &keys.shareholder,
            must_hold: true,
        },
    ]
}
