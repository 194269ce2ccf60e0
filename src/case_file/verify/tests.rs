//! A case file that holds, and every way in which somebody may have changed it. Each is found.

use std::io::Cursor;

use serde_json::json;

use super::*;
use crate::{
    case_file::{
        archive::{Entry, Writer},
        case::{Case, Files},
        manifest::{Signatory, Signed, sha256},
    },
    kernel::{Bin, Iin, Personal},
    signature::{Authority, SignerRole, SigningIdentity, Subject},
};

const COOPERATIVE: &str = "600740000012";
const SHAREHOLDER: &str = "010101300010";
const ID: &str = "019a0000-0000-7000-8000-000000000001";
const SCAN: &str = "documents/01-A-1.pdf";
const AT: &str = "2026-11-24T05:00:00Z";

type Members = Vec<(String, Vec<u8>)>;

/// Whoever signs.
struct Keys {
    authority: Authority,
    chair: SigningIdentity,
    shareholder: SigningIdentity,
}

impl Keys {
    fn new() -> Self {
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

    fn verifier(&self) -> BuiltinVerifier {
        BuiltinVerifier::from_pem(&self.authority.anchor_pem(), "").unwrap()
    }
}

/// The signatures over the scan: of whom each is said to be, and who made it.
struct Given<'a> {
    by: Signatory,
    number: &'a str,
    identity: &'a SigningIdentity,
    must_hold: bool,
}

/// A case with one scan, as the service makes it; signed by the service if there is a seal.
fn members(given: &[Given<'_>], seal: Option<&SigningIdentity>) -> Members {
    let at = AT.parse().unwrap();
    let scan = b"%PDF-1.7 made up".to_vec();
    let mut files = Files::default();
    let mut bytes: Members = Vec::new();
    let application = json!({
        "application_id": ID,
        "application_number": "A-1",
        "agreement_sha256": sha256(&scan),
    });
    files.json("application.json", &application).unwrap();
    let text = json!({ "kk": "жоқ", "ru": "нет", "en": "no" });
    let decision = json!({ "refusal": { "text": text } });
    files.json("decision.json", &decision).unwrap();
    for (language, text) in [("kk", "жоқ\n"), ("ru", "нет\n"), ("en", "no\n")] {
        let path = format!("decision/refusal-{language}.txt");
        files.text(&path, text.to_owned()).unwrap();
    }
    let versions = json!([{ "extract": { "sha256": sha256(&scan) }, "extract_file": SCAN }]);
    files.json("entry-versions.json", &versions).unwrap();
    let said = json!({ "application_id": ID, "signed": SCAN, "signed_sha256": sha256(&scan) });
    files.json("filed/01-A-1.json", &said).unwrap();
    let size = i64::try_from(scan.len()).unwrap();
    let object = (size, sha256(&scan));
    files
        .object(SCAN, "key".to_owned(), (object.0, &object.1))
        .unwrap();
    bytes.push((SCAN.to_owned(), scan.clone()));
    for (place, given) in given.iter().enumerate() {
        let path = format!("signatures/{place}.cms");
        let cms = given.identity.sign_detached(&scan, at).unwrap();
        let source = crate::case_file::case::Source::Object(String::new());
        files.bytes(&path, &cms, source).unwrap();
        bytes.push((path.clone(), cms));
        files.signatures.push(Signed {
            path,
            signs: SCAN.to_owned(),
            by: given.by,
            number: given.number.to_owned(),
            at,
            must_hold: given.must_hold,
        });
    }
    let (format, format_version) = Manifest::format();
    let manifest = Manifest {
        format,
        format_version,
        application_id: ID.to_owned(),
        application_number: "A-1".to_owned(),
        provider_bin: COOPERATIVE.to_owned(),
        journal_number: 7,
        as_of_at: at,
        files: files.entries,
        signatures: files.signatures,
    };
    let case = Case::of(manifest, files.sources).unwrap();
    let signature = seal.map(|seal| seal.sign_detached(case.text.as_bytes(), at).unwrap());
    written(&case, &bytes, signature.as_deref())
}

fn written(case: &Case, bytes: &Members, signature: Option<&[u8]>) -> Members {
    use crate::case_file::case::Source;
    let files = case.manifest.files.iter().zip(&case.sources);
    let file = |(file, source): (&manifest::File, &Source)| {
        let bytes = match source {
            Source::Text(text) => text.clone().into_bytes(),
            Source::Object(_)
            | Source::Filed { .. }
            | Source::Version { .. }
            | Source::Complaint { .. } => {
                let mut bytes = bytes.iter();
                bytes
                    .find(|(path, _)| *path == file.path)
                    .unwrap()
                    .1
                    .clone()
            }
        };
        (file.path.clone(), bytes)
    };
    let seal = crate::case_file::case::seal(&case.text, signature).into_iter();
    let seal = seal.map(|(path, bytes)| (path.to_owned(), bytes.to_vec()));
    files.map(file).chain(seal).collect()
}

fn packed(members: &Members) -> Vec<u8> {
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
async fn report(
    archive: &[u8],
    verifier: Option<&BuiltinVerifier>,
    sha256: Option<&str>,
) -> (String, Result<(), VerifyFault>) {
    let sealed_by = verifier.map(|_| COOPERATIVE);
    asked_for_all(archive, verifier, sealed_by, sha256).await
}

/// The same, with the seal that is asked for.
async fn asked_for(
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

fn both(keys: &Keys) -> [Given<'_>; 2] {
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

/// What is changed is found: by the line that is told, and by the end.
async fn is_broken(archive: &[u8], keys: &Keys, what: &str) {
    let (lines, ended) = report(archive, Some(&keys.verifier()), None).await;
    let is_broken = matches!(ended, Err(VerifyFault::Broken(_)));
    assert!(is_broken && lines.contains("BAD "), "{what}: {lines}");
}

#[tokio::test]
async fn a_case_file_as_it_was_made_holds() {
    let keys = Keys::new();
    let members = members(&both(&keys), Some(&keys.chair));
    let (lines, ended) = report(&packed(&members), Some(&keys.verifier()), None).await;
    assert!(ended.is_ok(), "{lines}");
    assert!(lines.ends_with("The case file holds.\n"));
    for (path, _) in &members {
        assert!(
            lines.contains(&format!("ok    {path}: ")),
            "{path} has no line"
        );
    }
}

#[tokio::test]
async fn what_could_not_be_looked_at_is_said_and_is_no_success() {
    let keys = Keys::new();
    let unsigned = members(&both(&keys), None);
    let (lines, ended) = report(&packed(&unsigned), None, None).await;
    assert!(matches!(ended, Err(VerifyFault::Unproven(3))), "{lines}");
    assert!(lines.contains("open  manifest.json.cms: "));
    is_broken(&packed(&unsigned), &keys, "a seal was asked for").await;
    let signed = members(&both(&keys), Some(&keys.chair));
    let (lines, ended) = report(&packed(&signed), None, None).await;
    assert!(matches!(ended, Err(VerifyFault::Unproven(3))), "{lines}");
}

#[tokio::test]
async fn every_change_of_a_byte_is_found() {
    let keys = Keys::new();
    let members = members(&both(&keys), Some(&keys.chair));
    for changed in 0..members.len() {
        let length = members[changed].1.len();
        for place in [0, length / 2, length - 1] {
            let mut members = members.clone();
            members[changed].1[place] ^= 1;
            // Packed anew: the archive itself is as it must be.
            is_broken(&packed(&members), &keys, &members[changed].0).await;
        }
    }
    let archive = packed(&members);
    for place in (0..archive.len()).step_by(7) {
        let mut archive = archive.clone();
        archive[place] ^= 1;
        is_broken(&archive, &keys, "a byte of the archive").await;
    }
}

#[tokio::test]
async fn what_is_missing_added_or_in_another_place_is_found() {
    let keys = Keys::new();
    let members = members(&both(&keys), Some(&keys.chair));
    let seal = members.len() - 1;
    for place in 0..seal {
        let mut missing = members.clone();
        missing.remove(place);
        is_broken(&packed(&missing), &keys, "a file is missing").await;
        let mut added = members.clone();
        added.insert(place, ("added.json".to_owned(), b"{}\n".to_vec()));
        is_broken(&packed(&added), &keys, "a file is added").await;
        let mut moved = members.clone();
        moved.swap(place, place + 1);
        is_broken(&packed(&moved), &keys, "two files are swapped").await;
        let mut renamed = members.clone();
        let name = renamed[place].0.clone();
        renamed[place].0 = renamed[place + 1].0.clone();
        renamed[place + 1].0 = name;
        is_broken(&packed(&renamed), &keys, "two names are swapped").await;
    }
    let archive = packed(&members);
    for length in [0, 1, 21, 22, archive.len() / 2, archive.len() - 1] {
        is_broken(&archive[..length], &keys, "cut off").await;
    }
    let mut unsealed = members.clone();
    unsealed.remove(seal);
    is_broken(&packed(&unsealed), &keys, "the seal is missing").await;
}

#[tokio::test]
async fn a_case_file_that_was_made_anew_is_not_the_one_that_is_known_by_its_hash() {
    let keys = Keys::new();
    let manifest_of = |members: &Members| {
        let mut members = members.iter();
        sha256(&members.find(|(path, _)| path == manifest::PATH).unwrap().1)
    };
    let right = members(&both(&keys), None);
    let known = manifest_of(&right);
    let (lines, _) = report(&packed(&right), None, Some(&known.to_uppercase())).await;
    assert!(lines.contains(&format!("ok    hash of the case file: {known}")));
    let forged = members(&both(&keys)[..1], None);
    let (lines, ended) = report(&packed(&forged), None, Some(&known)).await;
    assert!(matches!(ended, Err(VerifyFault::Broken(1))), "{lines}");
}

#[tokio::test]
async fn a_signature_of_another_is_found_and_only_told_where_nothing_was_granted_on_it() {
    let keys = Keys::new();
    let of_another = |must_hold| Given {
        by: Signatory::Shareholder,
        number: "010101300102",
        identity: &keys.shareholder,
        must_hold,
    };
    let granted = members(&[of_another(true)], Some(&keys.chair));
    is_broken(&packed(&granted), &keys, "another person").await;
    let refused = members(&[of_another(false)], Some(&keys.chair));
    let (lines, ended) = report(&packed(&refused), Some(&keys.verifier()), None).await;
    assert!(ended.is_ok(), "{lines}");
    assert!(lines.contains("note  signatures/0.cms: the certificate is another person's"));
    let strangers = Keys::new();
    let (lines, ended) = report(&packed(&granted), Some(&strangers.verifier()), None).await;
    assert!(matches!(ended, Err(VerifyFault::Broken(2))), "{lines}");
}

#[tokio::test]
async fn a_seal_is_the_registers_only_if_it_is_whose_was_asked_or_the_hash_is_known() {
    let keys = Keys::new();
    let verifier = keys.verifier();
    let citizens = members(&both(&keys), Some(&keys.shareholder));
    is_broken(&packed(&citizens), &keys, "sealed by a person").await;
    let sealed = members(&both(&keys), Some(&keys.chair));
    for (asked, right) in [(Some("600741000025"), false), (Some(COOPERATIVE), true)] {
        let (lines, ended) = asked_for(&packed(&sealed), &verifier, asked, None).await;
        assert_eq!(ended.is_ok(), right, "{lines}");
    }
    let (lines, ended) = asked_for(&packed(&sealed), &verifier, None, None).await;
    assert!(matches!(ended, Err(VerifyFault::Unproven(1))), "{lines}");
    let text = &sealed
        .iter()
        .find(|(path, _)| path == manifest::PATH)
        .unwrap()
        .1;
    let known = sha256(text);
    let (lines, ended) = asked_for(&packed(&sealed), &verifier, None, Some(&known)).await;
    assert!(ended.is_ok(), "{lines}");
}

#[tokio::test]
async fn what_is_named_more_often_than_it_is_there_is_refused_at_once() {
    let keys = Keys::new();
    let right = members(&both(&keys), None);
    let forge = |change: fn(&mut Manifest)| {
        let mut members = right.clone();
        let text = members.iter_mut().find(|(path, _)| path == manifest::PATH);
        let text = &mut text.unwrap().1;
        let mut forged = Manifest::read(text).unwrap();
        change(&mut forged);
        *text = forged.text().unwrap().into_bytes();
        packed(&members)
    };
    let changes: [fn(&mut Manifest); 4] = [
        |forged| forged.files.push(forged.files[0].clone()),
        |forged| forged.signatures.push(forged.signatures[0].clone()),
        |forged| forged.signatures[0].signs = "absent.pdf".to_owned(),
        |forged| {
            for path in ["application.json", "decision.json", "entry-versions.json"] {
                let mut more = forged.signatures[0].clone();
                path.clone_into(&mut more.path);
                forged.signatures.push(more);
            }
        },
    ];
    for change in changes {
        let (lines, ended) = report(&forge(change), None, None).await;
        assert!(matches!(ended, Err(VerifyFault::Broken(_))), "{lines}");
        assert!(!lines.contains(SCAN), "nothing was looked at: {lines}");
    }
}

#[tokio::test]
async fn files_that_do_not_agree_are_found_though_each_has_its_hash() {
    let keys = Keys::new();
    let right = members(&both(&keys), None);
    let forge = |path: &str, from: &str, to: &str| {
        let mut members = right.clone();
        let place = members.iter().position(|(other, _)| other == path).unwrap();
        let text = String::from_utf8(members[place].1.clone()).unwrap();
        assert!(text.contains(from), "{text}");
        members[place].1 = text.replace(from, to).into_bytes();
        let hash = sha256(&members[place].1);
        let size = u32::try_from(members[place].1.len()).unwrap();
        let manifest = members
            .iter()
            .position(|(other, _)| other == manifest::PATH)
            .unwrap();
        let mut forged = Manifest::read(&members[manifest].1).unwrap();
        forged.files[place].sha256 = hash;
        forged.files[place].size_bytes = size;
        members[manifest].1 = forged.text().unwrap().into_bytes();
        members
    };
    let another = sha256(b"another");
    let scan = sha256(b"%PDF-1.7 made up");
    for (path, from, to) in [
        ("application.json", "A-1", "A-2"),
        ("application.json", scan.as_str(), another.as_str()),
        ("decision/refusal-ru.txt", "нет", "да"),
        ("decision.json", "нет", "да"),
        ("entry-versions.json", &scan, &another),
        ("filed/01-A-1.json", &scan, &another),
    ] {
        is_broken(&packed(&forge(path, from, to)), &keys, path).await;
    }
}

#[tokio::test]
async fn what_others_wrote_is_printed_without_what_a_terminal_obeys() {
    assert_eq!(report::plain("A-1\u{1b}[2Jә"), "A-1?[2J?");
    let keys = Keys::new();
    for bytes in [Vec::new(), b"PK".to_vec(), vec![0; 100_000]] {
        is_broken(&bytes, &keys, "no archive").await;
    }
}
