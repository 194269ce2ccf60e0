//! A case file that holds, and every way in which somebody may have changed it. Each is found.

mod bench;

use super::*;
use crate::case_file::manifest::{Signatory, sha256};
use bench::{
    COOPERATIVE, Given, Keys, Members, SCAN, asked_for, both, members, packed, report as reported,
};

/// What is changed is found: by the line that is told, and by the end.
async fn is_broken(archive: &[u8], keys: &Keys, what: &str) {
    let (lines, ended) = reported(archive, Some(&keys.verifier()), None).await;
    let is_broken = matches!(ended, Err(VerifyFault::Broken(_)));
    assert!(is_broken && lines.contains("BAD "), "{what}: {lines}");
}

#[tokio::test]
async fn a_case_file_as_it_was_made_holds() {
    let keys = Keys::new();
    let members = members(&both(&keys), Some(&keys.chair));
    let (lines, ended) = reported(&packed(&members), Some(&keys.verifier()), None).await;
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
    let (lines, ended) = reported(&packed(&unsigned), None, None).await;
    assert!(matches!(ended, Err(VerifyFault::Unproven(3))), "{lines}");
    assert!(lines.contains("open  manifest.json.cms: "));
    is_broken(&packed(&unsigned), &keys, "a seal was asked for").await;
    let signed = members(&both(&keys), Some(&keys.chair));
    let (lines, ended) = reported(&packed(&signed), None, None).await;
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
    let (lines, _) = reported(&packed(&right), None, Some(&known.to_uppercase())).await;
    assert!(lines.contains(&format!("ok    hash of the case file: {known}")));
    let forged = members(&both(&keys)[..1], None);
    let (lines, ended) = reported(&packed(&forged), None, Some(&known)).await;
    assert!(matches!(ended, Err(VerifyFault::Broken(1))), "{lines}");
}

#[tokio::test]
async fn a_signature_of_another_is_found_and_only_told_where_nothing_was_granted_on_it() {
    let keys = Keys::new();
    let of_another = |must_hold| Given {
        by: Signatory::Shareholder,
        number: "010101300020",
        identity: &keys.shareholder,
        must_hold,
    };
    let granted = members(&[of_another(true)], Some(&keys.chair));
    is_broken(&packed(&granted), &keys, "another person").await;
    let refused = members(&[of_another(false)], Some(&keys.chair));
    let (lines, ended) = reported(&packed(&refused), Some(&keys.verifier()), None).await;
    assert!(ended.is_ok(), "{lines}");
    let note = "note  signatures/0.cms: the certificate is not the person's";
    assert!(lines.contains(note), "{lines}");
    let strangers = Keys::new();
    let (lines, ended) = reported(&packed(&granted), Some(&strangers.verifier()), None).await;
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
        let (lines, ended) = reported(&forge(change), None, None).await;
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
