//! What a case file tells is what the service tells: what was filed, found, decided, entered and sent.

use std::collections::BTreeMap;

use serde_json::Value as Json;
use tizilim::{
    demo::scan,
    pb::registry::v1::{self as pb, ApplicationStage as Stage, CourtEffect},
};

use super::{case_of, granted_copy, json, unpacked, verified};
use crate::harness::{Account, Town, content, court_response};

type Files = BTreeMap<String, Vec<u8>>;

#[tokio::test]
async fn a_granted_application_is_told_from_its_filing_to_the_letter() {
    let town = Town::open_plainly().await;
    let (application, entry) = granted_copy(&town, 971).await;
    let (_, bytes) = case_of(&town, &application.application_id).await;
    let files = unpacked(&bytes);
    filed_and_checked(&town, &files, &application);
    reckoned_and_decided(&town, &files, &entry);
    let own = town.portal().stages(&application.application_id).await;
    told_and_noted(&files, own.unwrap().len());
    let index = String::from_utf8(files["index.html"].clone()).unwrap();
    let is_told = |path: &&String| !path.starts_with("manifest") && *path != "index.html";
    for path in files.keys().filter(is_told) {
        let link = format!("<a href=\"{path}\">");
        assert_eq!(index.matches(&link).count(), 3, "{path} in each language");
    }
}

fn filed_and_checked(town: &Town, files: &Files, application: &pb::Application) {
    let told = json(files, "application.json");
    let number = &application.application_number;
    assert_eq!(told["application_number"], number.as_str());
    assert_eq!(told["stage"], "APPLICATION_STAGE_EXTRACT_SENT");
    let shareholder = &town.world.shareholder;
    assert_eq!(
        told["agreement"]["shareholder"]["iin"],
        shareholder.iin.as_str()
    );
    let says = json(files, &format!("filed/01-{number}.json"));
    assert_eq!(says["agreement"], told["agreement"]);
    assert_eq!(files[&format!("documents/01-{number}.pdf")], scan(1));

    let checks = json(files, "checks.json");
    let findings = checks["findings"].as_array().unwrap();
    assert_eq!(findings.len(), application.findings.len());
    for (told, finding) in findings.iter().zip(&application.findings) {
        assert_eq!(told["check"], finding.check.as_str());
        assert_eq!(told["rule_set"], finding.rule_set.as_str());
    }
    let acts = checks["acts"].as_array().unwrap();
    assert_eq!(acts[0]["kind"], "REVIEW_ACT_KIND_TAKEN");
    let is_record = |act: &Json| act["kind"] == "REVIEW_ACT_KIND_CHECK_RECORDED";
    assert!(acts.iter().any(is_record));
}

fn reckoned_and_decided(town: &Town, files: &Files, entry: &pb::RegisterEntry) {
    let terms = json(files, "due-moments.json");
    assert_eq!(terms["decision"]["working_days"], 3);
    assert_eq!(terms["decision"]["derivation_gives_due_at"], true);
    let days = terms["decision"]["derivation"]["days"].as_array().unwrap();
    let counted = days.iter().filter(|day| day["counted"] == true);
    assert_eq!(counted.count(), 3);

    let decision = json(files, "decision.json");
    assert_eq!(decision["outcome"], "GRANTED");
    let head = town.world.provider.head.full_name();
    assert_eq!(decision["head_name"], head);
    let versions = json(files, "entry-versions.json");
    assert_eq!(versions[0]["entry_file"], "versions/v01.json");
    let told = json(files, "versions/v01.json");
    assert_eq!(told["entry_number"], entry.entry_number.as_str());
    assert_eq!(versions[0]["extract_file"], "extracts/v01.pdf");
}

fn told_and_noted(files: &Files, stage_count: usize) {
    let letters = json(files, "delivery.json");
    let letter = &letters["letters"][0];
    assert_eq!(letter["state"], "SENT");
    assert_eq!(letter["attempts"][0]["taken_by_the_mail_server"], true);
    let stages = json(files, "monitoring.json");
    let stages = stages["stages"].as_array().unwrap();
    assert_eq!(stages.len(), stage_count);
    let delivered = |stage: &Json| stage["stage"]["delivery"] == "STAGE_DELIVERY_DELIVERED";
    assert!(stages.iter().all(delivered));
    let audit = json(files, "audit.json");
    let facts = audit["facts"].as_array().unwrap().iter();
    let kinds: Vec<&str> = facts.map(|fact| fact["kind"].as_str().unwrap()).collect();
    for kind in [
        "document_stored",
        "stage",
        "application_taken",
        "check_recorded",
    ] {
        assert!(kinds.contains(&kind), "{kind}: {kinds:?}");
    }
}

#[tokio::test]
async fn a_refused_contract_is_told_with_its_grounds_and_text() {
    let town = Town::open_plainly().await;
    let entry = town.entry(972).await;
    let taken = town.filed(&town.agreement(972), Stage::InReview).await;
    let grounds = taken.proposed_grounds.clone();
    let refused = town.officer().refuse(&taken, grounds).await.unwrap();
    town.operator().all_stages_delivered().await.unwrap();
    let (case_file, bytes) = case_of(&town, &refused.application_id).await;
    let files = unpacked(&bytes);
    let decision = json(&files, "decision.json");
    assert_eq!(decision["outcome"], "REFUSED");
    let text = refused.refusal.unwrap().text.unwrap();
    for (language, text) in [("kk", text.kk), ("ru", text.ru), ("en", text.en)] {
        assert_eq!(decision["refusal"]["text"][language], text.as_str());
        let file = &files[&format!("decision/refusal-{language}.txt")];
        assert_eq!(*file, format!("{text}\n").into_bytes());
    }
    let checks = json(&files, "checks.json");
    let mut findings = checks["findings"].as_array().unwrap().iter();
    let failed = findings.find(|finding| finding["outcome"] == "CHECK_OUTCOME_FAILED");
    let evidence = failed.unwrap()["evidence"].to_string();
    assert!(evidence.contains(&entry.entry_number), "{evidence}");
    let (lines, outcome) = verified(&town.installation, &bytes, Some(&case_file.sha256)).await;
    assert!(outcome.is_ok(), "{lines}");
}

#[tokio::test]
async fn a_case_in_court_is_told_with_its_papers_and_acts() {
    let town = Town::open_plainly().await;
    let entry = town.entry(975).await;
    let id = &entry.application_id;
    let case = town.court_case(id).await;
    let response = town.court_document(902).await;
    let head = town.provider(Account::Head);
    let answered = head.file_court_response(&case, court_response(&response, None));
    answered.await.unwrap();
    let acted = town.court_acts(&case.court_case_id, CourtEffect::Note);
    let acted = acted.await;
    let (case_file, bytes) = case_of(&town, id).await;
    let files = unpacked(&bytes);
    let number = &case.court_case_number;
    let told = json(&files, &format!("court/01-{number}.json"));
    assert_eq!(
        told["court_case"]["action"]["court"],
        acted.action.unwrap().court
    );
    assert_eq!(told["court_case"]["acts"][0]["effect"], "COURT_EFFECT_NOTE");
    assert_eq!(told["documents"][0]["document_id"], response);
    assert_eq!(files[&format!("court/01-{number}-01.pdf")], scan(902));
    assert_eq!(files[&format!("court/01-{number}-02.pdf")], scan(901));
    let facts = json(&files, "audit.json");
    let mut facts = facts["facts"].as_array().unwrap().iter();
    let case_id = case.court_case_id.as_str();
    assert!(
        facts.any(|fact| fact["about"] == case_id),
        "no fact of the case"
    );
    let (lines, outcome) = verified(&town.installation, &bytes, Some(&case_file.sha256)).await;
    assert!(outcome.is_ok(), "{lines}");

    // The next paper is a fact of the case.
    town.court_acts(case_id, CourtEffect::NoteRemoved).await;
    let (later, _) = case_of(&town, id).await;
    assert!(later.journal_number > case_file.journal_number);
}

#[tokio::test]
async fn a_correction_is_told_with_what_was_asked_and_its_terms() {
    let town = Town::open_plainly().await;
    let typed = town.mistyped(974).await;
    let asked = content(&typed, town.floor(974), &["share.floor"]);
    town.correct(asked).await;
    town.operator().all_stages_delivered().await.unwrap();
    let (case_file, bytes) = case_of(&town, &typed.0.application_id).await;
    let files = unpacked(&bytes);
    let versions = json(&files, "entry-versions.json");
    let number = versions[1]["correction_number"].as_str().unwrap();
    let told = json(&files, &format!("corrections/v02-{number}.json"));
    assert_eq!(told["state"], "CORRECTION_STATE_SENT");
    assert_eq!(told["fields"][0]["path"], "share.floor");
    assert!(told["due_at"].is_string() && told["sending_due_at"].is_string());
    let (lines, outcome) = verified(&town.installation, &bytes, Some(&case_file.sha256)).await;
    assert!(outcome.is_ok(), "{lines}");
}

#[tokio::test]
async fn an_entry_is_told_with_everything_that_changed_it() {
    let town = Town::open_plainly().await;
    let entry = town.entry(973).await;
    town.change(&town.amendment(&entry)).await;
    let assignment = town.assignment(&entry, &town.world.rival);
    let assigned = town.filed_change(&assignment, Stage::AwaitingSignature);
    let assigned = assigned.await;
    town.changed(&assigned).await;
    town.operator().all_stages_delivered().await.unwrap();
    let (_, bytes) = case_of(&town, &assigned.application_id).await;
    let files = unpacked(&bytes);
    let versions = json(&files, "entry-versions.json");
    let procedures: Vec<&str> = versions
        .as_array()
        .unwrap()
        .iter()
        .map(|version| version["made_by"].as_str().unwrap())
        .collect();
    assert_eq!(
        procedures,
        ["PARTICIPATION_AGREEMENT", "AMENDMENT", "ASSIGNMENT"]
    );
    let number = &assigned.application_number;
    for word in ["cooperative", "shareholder", "former-shareholder"] {
        assert!(files.contains_key(&format!("signatures/03-{number}-{word}.cms")));
    }
    let request = assignment.electronic_contract();
    let Some(pb::submit_application_request::Form::ElectronicContract(contract)) =
        request.unwrap().form
    else {
        panic!("no contract")
    };
    let signed = &files[&format!("signatures/03-{number}-contract.bin")];
    assert_eq!(*signed, contract.agreement, "the very bytes");
    let (lines, outcome) = verified(&town.installation, &bytes, None).await;
    assert!(outcome.is_ok(), "{lines}");
    assert!(lines.contains("the former shareholder's"), "{lines}");
    let head = town.raw(Account::Head);
    assert!(super::made(&head, &assigned.application_id).await.is_ok());
}
