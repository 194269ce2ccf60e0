//! One case, one case file, for whoever asks, whenever: after a restart, and after much else happened.

use std::collections::BTreeSet;

use tizilim::{
    case_file::verify::VerifyFault,
    demo::client::new_request_id,
    pb::registry::v1::{self as pb, ApplicationStage as Stage},
};

use super::{case_of, downloaded, elsewhere, granted_copy, made, unpacked, verified};
use crate::harness::{Account, Installation, Raw, TUESDAY_MORNING, Told, Town, told_raw};

#[tokio::test]
async fn a_case_file_holds_and_stays_the_same_bytes() {
    let town = Town::open_plainly().await;
    let (application, entry) = granted_copy(&town, 961).await;
    let id = &application.application_id;
    let (case_file, bytes) = case_of(&town, id).await;
    assert!(case_file.is_signed);
    assert_eq!(case_file.application_number, application.application_number);
    let (lines, outcome) = verified(&town.installation, &bytes, Some(&case_file.sha256)).await;
    assert!(outcome.is_ok(), "{lines}");
    let files: BTreeSet<String> = unpacked(&bytes).into_keys().collect();
    assert_eq!(files, of_a_granted_copy(&application.application_number));

    // Nothing happened: the same one, for another officer too, and much else may happen.
    let head = town.raw(Account::Head);
    assert_eq!(made(&head, id).await.unwrap(), case_file);
    town.entry(962).await;
    town.operator().all_stages_delivered().await.unwrap();
    assert_eq!(made(&head, id).await.unwrap(), case_file);
    let town = town.restarted().await;
    let (again, same) = case_of(&town, id).await;
    assert!(again == case_file && same == bytes, "another case file");

    // Something happened: another one; the first stays what it was.
    town.change(&town.amendment(&entry)).await;
    town.operator().all_stages_delivered().await.unwrap();
    let (changed, more) = case_of(&town, id).await;
    assert!(changed.journal_number > case_file.journal_number);
    assert!(unpacked(&more).contains_key("entry/v02.json"));
    let officer = town.raw(Account::Officer);
    let (_, first) = downloaded(&officer, &case_file.sha256).await.unwrap();
    assert!(first == bytes, "the first case file changed");
    let listed = listed(&officer, id).await;
    assert_eq!(listed, [case_file, changed]);
}

/// All case files of an application, from pages of one.
async fn listed(officer: &Raw, id: &str) -> Vec<pb::CaseFile> {
    let mut request = pb::ListCaseFilesRequest {
        application_id: id.to_owned(),
        page_size: 1,
        ..Default::default()
    };
    let mut listed = Vec::new();
    loop {
        let mut case_files = officer.case_files();
        let answer = case_files.list_case_files(request.clone()).await;
        let answer = answer.unwrap().into_inner();
        listed.extend(answer.case_files);
        request.page_token = answer.next_page_token;
        if request.page_token.is_empty() {
            return listed;
        }
    }
}

/// The files of a case file of a scan that was granted, and of nothing else.
fn of_a_granted_copy(number: &str) -> BTreeSet<String> {
    let name = format!("01-{number}");
    let right = [
        "index.html".to_owned(),
        "application.json".to_owned(),
        "checks.json".to_owned(),
        "due-moments.json".to_owned(),
        "decision.json".to_owned(),
        "entry-versions.json".to_owned(),
        "delivery.json".to_owned(),
        "monitoring.json".to_owned(),
        "audit.json".to_owned(),
        format!("filed/{name}.json"),
        format!("documents/{name}.pdf"),
        format!("signatures/{name}-cooperative.cms"),
        "versions/v01.json".to_owned(),
        "entry/v01.json".to_owned(),
        "signatures/entry-v01-head.cms".to_owned(),
        "extracts/v01.pdf".to_owned(),
        "manifest.json".to_owned(),
        "manifest.json.cms".to_owned(),
    ];
    BTreeSet::from(right)
}

#[tokio::test]
async fn a_case_file_that_was_made_at_once_is_the_one_as_of_its_fact_whatever_is_told_later() {
    let town = Town::open_plainly().await;
    let application = town
        .filed(&town.agreement(968), Stage::AwaitingSignature)
        .await;
    let id = &application.application_id;
    let (early, bytes) = case_of(&town, id).await;
    // The monitoring system has acknowledged everything by now; the journal has no fact of that.
    town.operator().all_stages_delivered().await.unwrap();
    let (late, same) = case_of(&town, id).await;
    assert!(
        late == early && same == bytes,
        "another case file as of the same fact"
    );
}

#[tokio::test]
async fn a_request_that_is_sent_twice_makes_one_case_file() {
    let town = Town::open_plainly().await;
    let application = town
        .filed(&town.agreement(963), Stage::AwaitingSignature)
        .await;
    let request = pb::MakeCaseFileRequest {
        request_id: new_request_id(),
        application_id: application.application_id.clone(),
    };
    let mut officer = town.raw(Account::Officer).case_files();
    let first = officer
        .make_case_file(request.clone())
        .await
        .unwrap()
        .into_inner();
    let second = officer
        .make_case_file(request.clone())
        .await
        .unwrap()
        .into_inner();
    assert!(!first.replayed && second.replayed);
    assert_eq!(first.case_file, second.case_file);
    let other = town
        .filed(&town.agreement(964), Stage::AwaitingSignature)
        .await;
    let of_another = pb::MakeCaseFileRequest {
        application_id: other.application_id,
        ..request
    };
    let refused = told_raw(officer.make_case_file(of_another).await);
    assert_eq!(refused.reason, "REQUEST_ID_REUSED");
}

#[tokio::test]
async fn a_byte_that_was_changed_anywhere_is_found() {
    let town = Town::open_plainly().await;
    let (application, _) = granted_copy(&town, 965).await;
    let (_, bytes) = case_of(&town, &application.application_id).await;
    for place in (0..bytes.len()).step_by(bytes.len() / 60) {
        let mut changed = bytes.clone();
        changed[place] ^= 1;
        let (lines, outcome) = verified(&town.installation, &changed, None).await;
        assert!(
            matches!(outcome, Err(VerifyFault::Broken(_))),
            "byte {place}: {lines}"
        );
    }
    let half = &bytes[..bytes.len() / 2];
    let (_, outcome) = verified(&town.installation, half, None).await;
    assert!(matches!(outcome, Err(VerifyFault::Broken(_))));
}

#[tokio::test]
async fn the_journal_tells_who_made_a_case_file_and_who_was_given_it() {
    let town = Town::with(TUESDAY_MORNING, Installation::without_seal).await;
    let application = town
        .filed(&town.agreement(966), Stage::AwaitingSignature)
        .await;
    let before = town.journal_head().await;
    let (case_file, bytes) = case_of(&town, &application.application_id).await;
    assert!(!case_file.is_signed);
    let (lines, outcome) = verified(&town.installation, &bytes, None).await;
    assert!(outcome.is_err(), "a seal was asked for: {lines}");
    let register = town.installation.register().await;
    let facts = tizilim::journal::read(&register, before, 10).await.unwrap();
    let told: Vec<(&str, serde_json::Value)> = facts
        .iter()
        .filter(|fact| fact.kind.starts_with("case_file"))
        .map(|fact| {
            (
                fact.kind.as_str(),
                serde_json::from_str(&fact.body).unwrap(),
            )
        })
        .collect();
    let number = &application.application_number;
    let right = [
        (
            "case_file_made",
            serde_json::json!({
                "application_number": number,
                "sha256": case_file.sha256,
                "journal_number": case_file.journal_number,
            }),
        ),
        (
            "case_file_downloaded",
            serde_json::json!({ "application_number": number, "sha256": case_file.sha256 }),
        ),
    ];
    assert_eq!(told, right);
}

#[tokio::test]
async fn a_case_file_of_anothers_is_answered_as_one_that_is_not_there() {
    let town = Town::open_plainly().await;
    let application = town
        .filed(&town.agreement(969), Stage::AwaitingSignature)
        .await;
    let id = application.application_id;
    let theirs = made(&town.raw(Account::Officer), &id).await.unwrap();
    let before = town.journal_head().await;
    let stranger = town.raw(Account::Stranger);
    let absent = new_request_id();
    let told = |status: tonic::Status| Told::of(&status);
    let foreign = told(made(&stranger, &id).await.unwrap_err());
    assert_eq!(foreign.code, tonic::Code::PermissionDenied);
    assert_eq!(foreign, told(made(&stranger, &absent).await.unwrap_err()));
    let list = async |id: &str| {
        let request = pb::ListCaseFilesRequest {
            application_id: id.to_owned(),
            ..Default::default()
        };
        told_raw(stranger.case_files().list_case_files(request).await)
    };
    assert_eq!(list(&id).await, foreign);
    assert_eq!(list(&absent).await, foreign);
    for sha256 in [theirs.sha256, "0".repeat(64)] {
        let refused = downloaded(&stranger, &sha256).await.unwrap_err();
        assert_eq!(told(refused), foreign);
    }
    assert_eq!(town.journal_head().await, before, "nothing was stored");
}

#[tokio::test]
async fn a_scan_that_is_no_longer_what_was_filed_leaves_in_no_case_file() {
    let town = Town::open_plainly().await;
    let copy = town.filed_copy(&town.agreement(967)).await;
    let officer = town.raw(Account::Officer);
    let case_file = made(&officer, &copy.application_id).await.unwrap();
    let scan = format!("documents/documents/{}.pdf", copy.document_id);
    let scan = town.installation.path().join(scan);
    let (_, installation) = town.stopped().await;
    let mut bytes = std::fs::read(&scan).unwrap();
    bytes[10] ^= 1;
    std::fs::write(&scan, bytes).unwrap();
    // In a process of its own: the log of this one is to tell of no fault.
    let (_other, officer) = elsewhere(&installation).await;
    let refused = downloaded(&officer, &case_file.sha256).await.unwrap_err();
    assert_eq!(refused.code(), tonic::Code::Internal);
}
