//! A change that is wrong is refused like an agreement that is, in either form (cl. 9, 10).

use tizilim::{
    demo::Change,
    pb::registry::v1::{
        self as pb, ApplicationStage as Stage, CheckOutcome, submit_application_request::Form,
    },
};
use tonic::Code;

use crate::harness::{Account, Town, finding, told};

/// All that changes an entry, of the wrong person.
fn wrong<'a>(town: &'a Town, entry: &pb::RegisterEntry) -> [(Change<'a>, &'static str); 3] {
    let (world, number) = (&town.world, &entry.entry_number);
    [
        (
            Change::amendment(world, number, &world.rival),
            "the registration of the additional agreement",
        ),
        (
            Change::assignment(world, number, &world.rival, &world.offline),
            "the registration of the assignment",
        ),
        (
            Change::termination(world, number, &world.rival),
            "the removal of the agreement",
        ),
    ]
}

#[tokio::test]
async fn each_change_of_the_wrong_shareholder_is_refused_in_words_of_its_own() {
    let town = Town::open_plainly().await;
    let entry = town.entry(431).await;
    let before = town.anyone();
    let extract = town.portal().formed_extract(&entry.entry_id).await.unwrap();
    for (scan_no, (change, words)) in (431..).zip(wrong(&town, &entry)) {
        // One after the other: of two open at once each gets a warning of the other, at any moment.
        let contract = town.filed_change(&change, Stage::InReview).await;
        require_refused(&town, &contract, words).await;
        let copy = town.filed_change_copy(&change, scan_no).await;
        let copy = town.officer().take(&copy).await.unwrap();
        require_refused(&town, &copy, words).await;
    }
    let verified = before.verify_sha256(&extract.sha256).await.unwrap();
    assert_eq!(verified.verdict(), pb::ExtractVerdict::Genuine, "as it was");
}

async fn require_refused(town: &Town, application: &pb::Application, words: &str) {
    assert_eq!(finding(application, "C23").outcome(), CheckOutcome::Failed);
    let grounds = application.proposed_grounds.clone();
    // Where the entry's shareholder had to sign, that is missing, too.
    let last = grounds.last().unwrap();
    assert_eq!(last.failed_checks, ["C23"]);
    let refused = town.officer().refuse(application, grounds).await.unwrap();
    let text = refused.refusal.clone().unwrap().text.unwrap();
    assert!(text.en.contains(words), "{}", text.en);
    assert!(text.kk.contains("бас тартылды.") && text.ru.contains("отказано."));
    assert_eq!(refused.agreement, None, "it was never to stand so");
}

#[tokio::test]
async fn a_refused_change_is_filed_again_and_a_change_of_mind_is_withdrawn() {
    let town = Town::open_plainly().await;
    let entry = town.entry(434).await;
    let wrong = Change::amendment(&town.world, &entry.entry_number, &town.world.rival);
    let wrong = town.filed_change(&wrong, Stage::InReview).await;
    let grounds = wrong.proposed_grounds.clone();
    town.officer().refuse(&wrong, grounds).await.unwrap();

    let mut again = town.amendment(&entry).electronic_contract().unwrap();
    again.refused_application_id = wrong.application_id.clone();
    let again = town.portal().submit(again).await.unwrap();
    let again = town.reached(&again, Stage::AwaitingSignature).await;
    assert_eq!(again.refused_application_id, wrong.application_id);
    let withdrawn = town.portal().withdraw(&again).await.unwrap();
    assert_eq!(withdrawn.stage(), Stage::Withdrawn);
    let entry = town.change(&town.amendment(&entry)).await;
    assert_eq!(entry.version, 2, "only what was granted counts");
}

#[tokio::test]
async fn a_change_that_nobody_decides_falls_overdue_after_the_term_of_its_form() {
    let town = Town::open_plainly().await;
    let entry = town.entry(435).await;
    let contract = town
        .filed_change(&town.amendment(&entry), Stage::AwaitingSignature)
        .await;
    let copy = town.filed_change_copy(&town.termination(&entry), 435).await;
    for (application, due) in [(&contract, "2026-11-25"), (&copy, "2026-11-27")] {
        town.advance(&format!("{due}T13:30:00Z")).await;
        let in_time = town.portal().application(&application.application_id).await;
        assert!(!in_time.unwrap().overdue, "{due}");
        town.advance(&format!("{due}T13:30:01Z")).await;
        let late = town.portal().application(&application.application_id).await;
        assert!(late.unwrap().overdue, "{due}");
    }
}

#[tokio::test]
async fn an_entry_of_another_cooperative_or_provider_is_answered_as_one_that_is_not_there() {
    let town = Town::open_plainly().await;
    let entry = town.entry(436).await;
    let before = town.journal_head().await;
    let neighbour = town.cooperative(Account::Neighbour);
    let mut answers = Vec::new();
    for number in [entry.entry_number.as_str(), "E-261124-0000000"] {
        let world = &town.world;
        for change in [
            Change::amendment(world, number, &world.shareholder),
            Change::assignment(world, number, &world.shareholder, &world.rival),
            Change::termination(world, number, &world.shareholder),
        ] {
            let foreign = change.of_cooperative(&world.neighbour);
            let request = foreign.electronic_contract().unwrap();
            answers.push(told(neighbour.submit(request).await));
        }
    }
    let mut elsewhere = town.termination(&entry).electronic_contract().unwrap();
    elsewhere.provider_id = "elsewhere".to_owned();
    answers.push(told(town.portal().submit(elsewhere).await));
    for answer in &answers {
        answer.is(Code::FailedPrecondition, "ENTRY_UNKNOWN");
        assert_eq!(answer, &answers[0]);
    }
    assert_eq!(town.journal_head().await, before, "nothing was stored");
}

#[tokio::test]
async fn a_signature_of_the_wrong_party_is_found() {
    let town = Town::open_plainly().await;
    let entry = town.entry(437).await;
    let assignment = town.assignment(&entry, &town.world.rival);
    let mut request = assignment.electronic_contract().unwrap();
    let Some(Form::ElectronicContract(contract)) = &mut request.form else {
        panic!("a contract")
    };
    let by_new = contract.shareholder_signature.clone();
    contract.former_shareholder_signature = by_new;
    let filed = town.portal().submit(request).await.unwrap();
    let filed = town.reached(&filed, Stage::InReview).await;
    let signatures = finding(&filed, "C20");
    assert_eq!(signatures.outcome(), CheckOutcome::Failed);
    assert_eq!(
        signatures.evidence["former_shareholder_signature"],
        "another_person"
    );
}
