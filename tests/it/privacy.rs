//! No personal data but where it must be: not in logs, in the journal, at the monitoring system, or in
//! what a refused call is told (I-7); and nothing in the log that nobody expects.

use sea_orm::{ConnectionTrait as _, Statement};
use serde_json::Value;
use tizilim::{
    demo::{
        Agreement,
        client::{ClientFault, new_request_id},
    },
    pb::registry::v1::{self as pb, ApplicationStage as Stage, shareholder::Mailbox},
};

use crate::harness::{
    Account, Installation, Part, Town, content, court_act, court_response, logged,
};

const MAILBOX: &str = "kanareika-7731@example.org";

/// Words that stand in personal fields and nowhere else.
const CANARIES: [&str; 12] = [
    "Канарейкин",
    "Канарбек",
    "Канарович",
    "Канарский переулок 77",
    "KAN7731773",
    "Канарское ведомство",
    "+77017731773",
    "kanareika-7731",
    "Төрағаканар",
    "010101300010",
    "060915300035",
    "koktobe@example.org",
];

fn canary(agreement: Agreement<'_>) -> Agreement<'_> {
    agreement.with(|agreement| {
        let shareholder = agreement.shareholder.as_mut().unwrap();
        CANARIES[0].clone_into(&mut shareholder.surname);
        CANARIES[1].clone_into(&mut shareholder.given_name);
        CANARIES[2].clone_into(&mut shareholder.patronymic);
        CANARIES[3].clone_into(&mut shareholder.residence);
        CANARIES[4].clone_into(&mut shareholder.identity_document_number);
        CANARIES[5].clone_into(&mut shareholder.identity_document_issuer);
        CANARIES[6].clone_into(&mut shareholder.phone);
        shareholder.mailbox = Some(Mailbox::Email(MAILBOX.to_owned()));
        let cooperative = agreement.cooperative.as_mut().unwrap();
        CANARIES[8].clone_into(&mut cooperative.executive.as_mut().unwrap().full_name);
    })
}

fn assert_clean(what: &str, text: &str) {
    for canary in CANARIES {
        let found = text.find(canary);
        assert!(found.is_none(), "{what} holds {canary}");
        // As JSON may write it.
        let units = canary.encode_utf16();
        let escaped: Vec<_> = units.map(|unit| format!("\\u{unit:04x}")).collect();
        assert!(
            !text.contains(&escaped.concat()),
            "{what} holds {canary}, escaped"
        );
    }
}

/// What may be logged as not expected, in any test: nothing that a human must look at.
const EXPECTED: [&str; 15] = [
    "a sink does not have what it acknowledged: see ListDifferences",
    "sinks could not be compared; they are asked again",
    "ACCEPTANCE CLOCK: no moment of this service is real",
    "a letter was not taken",
    "a notice of a change of the Rules was not taken",
    "stages could not be pushed; they are sent again",
    "a stage waits for its acknowledgement for longer than it may",
    "a stage is refused for good; it is parked",
    "a receiver of stages fails; its breaker opened",
    "a receiver of stages works again; its breaker closed",
    "an application is near its due moment",
    "an application is overdue",
    "a hand-over is overdue",
    "the calendar ends soon: it must be extended",
    "the rule set of the configuration was withdrawn and judges nothing: give its text another version \
     to bring it again, or take [rules] out",
];

fn assert_expected(log: &str) {
    for line in log.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let message = line["fields"]["message"].as_str().unwrap_or_default();
        let is_expected = match line["level"].as_str().unwrap() {
            "ERROR" => false,
            "WARN" => EXPECTED.contains(&message),
            _ => true,
        };
        assert!(is_expected, "{line}");
    }
}

/// Filing, checks, a mailbox that refuses first, a grant, a refusal, and calls that fail.
async fn a_whole_journey(town: &Town) -> Vec<ClientFault> {
    town.catcher.refuse(MAILBOX, "451 4.3.0 later");
    let first = canary(town.agreement(171));
    let application = town.filed(&first, Stage::AwaitingSignature).await;
    town.granted(&application).await;
    town.portal()
        .formed_extract(&town.reached(&application, Stage::Granted).await.entry_id)
        .await
        .unwrap();
    town.advance("2026-11-24T05:00:10Z").await;
    town.catcher.welcome(MAILBOX);
    town.advance("2026-11-24T05:10:00Z").await;
    town.reached(&application, Stage::ExtractSent).await;
    assert_eq!(town.catcher.letters().unwrap().len(), 1);

    corrected(town).await;
    brought_to_court(town, &application).await;

    let second = canary(town.agreement(171).concluded_with(&town.world.rival));
    let second = second.with(|agreement| {
        agreement.agreement_number.push_str("/2");
        agreement.consent = None;
    });
    let refused = town.filed(&second, Stage::InReview).await;
    let grounds = refused.proposed_grounds.clone();
    assert!(!grounds.is_empty());
    words_of_the_office(town, &refused).await;
    let refused = town.reached(&refused, Stage::InReview).await;
    town.officer().refuse(&refused, grounds).await.unwrap();

    complained(town).await;
    told_of_a_change(town).await;

    let wrong = canary(town.agreement(172)).with(|agreement| {
        let shareholder = agreement.shareholder.as_mut().unwrap();
        shareholder.iin.push('0');
        shareholder.surname.push('\u{7}');
        shareholder.phone.push('x');
        shareholder.mailbox = Some(Mailbox::Email(format!("{MAILBOX}\r\n")));
    });
    let wrong = town
        .portal()
        .submit(wrong.electronic_contract().unwrap())
        .await;
    let elsewhere = pb::SubmitApplicationRequest {
        provider_id: "elsewhere".to_owned(),
        ..canary(town.agreement(173)).electronic_contract().unwrap()
    };
    let elsewhere = town.portal().submit(elsewhere).await;
    let again = town
        .officer()
        .refuse(&refused, refused.proposed_grounds.clone())
        .await;
    [wrong, elsewhere, again]
        .into_iter()
        .map(Result::unwrap_err)
        .collect()
}

/// A complaint in words that name persons, forwarded and rejected in such words, and one in vain.
async fn complained(town: &Town) {
    let refused = town.refused(175).await;
    let canaries = || CANARIES.concat();
    let words = |content: &mut pb::ComplaintContent| {
        let complainant = content.complainant.as_mut().unwrap();
        complainant.name = canaries();
        complainant.postal_address = canaries();
        MAILBOX.clone_into(&mut complainant.email);
        content.complained_of = canaries();
        content.demands = canaries();
        content.reasons = canaries();
    };
    let (subject, body) = (
        pb::ComplaintSubject::Refusal,
        pb::ComplaintAddressee::HigherBody,
    );
    let filed = town.complain_with(&refused, subject, body, words);
    let filed = filed.await.unwrap();
    let in_vain = town.complain_with(&refused, pb::ComplaintSubject::Overdue, body, words);
    let status = in_vain.await.unwrap_err();
    let status = status.status().unwrap();
    assert_clean("an answer", status.message());
    let reasons = || pb::LocalizedText {
        kk: canaries(),
        ru: canaries(),
        en: canaries(),
    };
    let forwarded = town.officer().forward_complaint(&filed).await.unwrap();
    let body = town.reviewer(Account::HigherBody);
    let extended = body
        .extend_complaint(&forwarded, 2, reasons())
        .await
        .unwrap();
    let (outcome, none) = (
        pb::ComplaintOutcome::Rejected,
        pb::ComplaintLeftReason::Unspecified,
    );
    let rejected = body.decide_complaint(&extended, outcome, none, reasons());
    rejected.await.unwrap();
}

/// A change of the Rules, of which one addressee's mail server speaks with its address.
async fn told_of_a_change(town: &Town) {
    let reply = "550 5.1.1 <koktobe@example.org> is unknown";
    town.catcher.refuse("koktobe@example.org", reply);
    let change = town.told_of(71).await;
    let ministry = town.ministry();
    let settled = ministry.letters_settled(&change.rules_change_id).await;
    assert_eq!(settled.unwrap().told_in_time_count, 3);
}

/// What officers write for each other.
async fn words_of_the_office(town: &Town, application: &pb::Application) {
    let taken = town.officer().take(application).await.unwrap();
    let mut review = town.raw(Account::Officer).review();
    let note = pb::AddReviewNoteRequest {
        request_id: new_request_id(),
        application_id: taken.application_id.clone(),
        text: CANARIES.concat(),
    };
    review.add_review_note(note).await.unwrap();
    let give = pb::HandOverApplicationRequest {
        request_id: new_request_id(),
        application_id: taken.application_id,
        etag: taken.etag,
        officer: String::new(),
        reason: CANARIES.concat(),
    };
    review.hand_over_application(give).await.unwrap();
}

/// A surname that was typed wrongly, and is put right.
async fn corrected(town: &Town) {
    let wrong = canary(town.agreement(174)).with(|agreement| {
        "Канарейкина".clone_into(&mut agreement.shareholder.as_mut().unwrap().surname);
    });
    let typed = town.typed(&wrong, 174).await;
    let right = canary(town.agreement(174));
    let part = Part {
        shareholder: right.message().shareholder.clone(),
        ..Part::default()
    };
    let asked = content(&typed, part.clone(), &["shareholder.surname"]);
    let asked = town.portal().request_correction(asked).await.unwrap();
    let again = content(&typed, part, &["shareholder.given_name"]);
    let refused = town.portal().request_correction(again).await.unwrap_err();
    let status = refused.status().unwrap();
    assert_clean("an answer", status.message());
    let details = String::from_utf8_lossy(status.details());
    assert_clean("an answer's details", &details);
    town.corrected(&asked).await;
    town.corrected_extract_sent(&asked).await;
}

/// A case in court whose papers are named after the shareholder, and which annuls the entry.
async fn brought_to_court(town: &Town, application: &pb::Application) {
    let case = town.court_case(&application.application_id).await;
    let head = town.provider(Account::Head);
    let name = format!("{}.pdf", CANARIES[0]);
    let paper = town
        .officer()
        .upload(&name, &tizilim::demo::scan(902))
        .await
        .unwrap();
    let response = court_response(&paper.document_id, Some(&paper.document_id));
    let case = head.file_court_response(&case, response).await.unwrap();
    let act = court_act(&paper.document_id, pb::CourtEffect::Annulment);
    let case = head.record_court_act(&case, act).await.unwrap();
    assert_clean("a case", &format!("{case:?}"));
    let (identity, now) = (&town.world.provider.head.identity, town.now().await);
    let id = &case.court_case_id;
    head.annul(id, identity, now).await.unwrap();
    town.portal().annulment_told(id).await.unwrap();
}

async fn journal(installation: &Installation) -> Vec<String> {
    let register = installation.register().await;
    let backend = register.get_database_backend();
    let facts = Statement::from_string(backend, "SELECT body FROM journal ORDER BY number");
    let rows = register.query_all_raw(facts).await.unwrap();
    let facts = rows
        .iter()
        .map(|row| row.try_get_by_index(0).unwrap())
        .collect();
    register.close().await.unwrap();
    facts
}

#[tokio::test]
async fn a_whole_journey_leaves_no_personal_data_where_none_belongs() {
    let town = Town::open().await;
    let faults = a_whole_journey(&town).await;
    for fault in faults {
        let status = fault.status().unwrap();
        assert_clean("an answer", status.message());
        assert_clean(
            "an answer's details",
            &String::from_utf8_lossy(status.details()),
        );
    }
    town.operator().all_stages_delivered().await.unwrap();
    let status = town.operator().status().await.unwrap();
    assert_clean("the status", &format!("{status:?}"));
    let installation = town.close().await;
    let facts = journal(&installation).await;
    assert!(facts.len() > 8, "{facts:?}");
    for fact in &facts {
        assert_clean("the journal", fact);
    }
    for entry in installation.path().join("monitoring").read_dir().unwrap() {
        // SQLite's files beside the database may vanish as it closes.
        let Ok(bytes) = std::fs::read(entry.unwrap().path()) else {
            continue;
        };
        assert_clean("the monitoring system", &String::from_utf8_lossy(&bytes));
    }
    // Of this journey and of whatever other tests ran meanwhile.
    let log = logged();
    assert!(log.lines().count() > 20, "the log is caught");
    assert_clean("the log", &log);
    assert_expected(&log);
}
