//! Every error is said in the language of whoever reads it, over a real socket.
//! It never judges the words.

mod problems;

use tizilim::{
    kernel::Language,
    pb::registry::v1::{self as pb, ErrorReason},
    rpc::{
        languages::{problem, reason},
        timestamp,
    },
};
use tonic::Status;
use tonic_types::StatusExt as _;

use crate::{
    harness::{Account, Raw, Town, call, moment, told_raw},
    journeys::holiday,
};

const LANGUAGES: [Language; 3] = [Language::Kazakh, Language::Russian, Language::English];

/// What callers send, and the language that it means.
const WISHES: &[(&str, Language)] = &[
    ("kk", Language::Kazakh),
    ("ru-KZ,ru;q=0.9,kk;q=0.8,en;q=0.7", Language::Russian),
    ("en;q=0.3, kk-KZ;q=0.31", Language::Kazakh),
    ("de, *;q=0.5", Language::English),
    ("en;q=0, *", Language::Kazakh),
    ("not a language; q=soon", Language::English),
];

fn assert_said(status: &Status, expected: ErrorReason, language: Language) {
    let said = status.get_details_localized_message();
    let said = said.unwrap_or_else(|| panic!("nothing for people: {status:?}"));
    assert_eq!(said.locale, language.tag());
    assert_eq!(said.message, language.of(&reason(expected)));
    assert!(status.message().is_ascii(), "programs read English");
}

async fn wrong_page(raw: &Raw) -> Status {
    let request = pb::ListApplicationsRequest {
        page_size: -1,
        ..Default::default()
    };
    let refused = raw.applications().list_applications(request).await;
    refused.unwrap_err()
}

#[tokio::test]
async fn each_caller_is_told_in_the_language_that_it_reads_best() {
    let town = Town::open().await;
    for (wish, language) in WISHES {
        let portal = town.raw(Account::Portal).reading(wish);
        let status = wrong_page(&portal).await;
        assert_said(&status, ErrorReason::InvalidFields, *language);
        let field = status.get_details_bad_request().unwrap();
        let field = &field.field_violations[0];
        assert_eq!(field.description, "must not be negative");
        let said = field.localized_message.as_ref().unwrap();
        assert_eq!(said.locale, language.tag());
        let expected = problem("must not be negative", *language).unwrap();
        assert_eq!(said.message, expected);
    }
}

#[tokio::test]
async fn who_names_no_language_is_told_in_english() {
    let town = Town::open().await;
    let status = wrong_page(&town.raw(Account::Portal)).await;
    assert_said(&status, ErrorReason::InvalidFields, Language::English);
}

#[tokio::test]
async fn errors_of_the_edge_are_said_in_the_callers_language_too() {
    let town = Town::open().await;
    for language in LANGUAGES {
        let stranger = town.raw_anonymous().reading(language.tag());
        let status = wrong_page(&stranger).await;
        assert_said(&status, ErrorReason::Unauthenticated, language);

        let portal = town.raw(Account::Portal).reading(language.tag());
        for (path, bytes, expected) in [
            (
                "/tizilim.registry.v1.X/Y",
                vec![],
                ErrorReason::NoSuchMethod,
            ),
            (
                "/tizilim.registry.v1.ApplicationService/GetApplication",
                vec![0xff],
                ErrorReason::MalformedMessage,
            ),
            (
                "/tizilim.registry.v1.ApplicationService/GetApplication",
                vec![0x41; 2 << 20],
                ErrorReason::MessageTooLarge,
            ),
            // A stream answers in its trailers.
            (
                "/tizilim.registry.v1.ApplicationService/UploadDocument",
                vec![],
                ErrorReason::InvalidFields,
            ),
        ] {
            let status = call(&portal, path, vec![bytes]).await.unwrap_err();
            assert_said(&status, expected, language);
        }

        let foreign = pb::GetApplicationRequest {
            application_id: "019b5f6e-4c00-7abc-8def-0123456789ab".to_owned(),
        };
        let status = portal.applications().get_application(foreign).await;
        let status = status.unwrap_err();
        assert_said(&status, ErrorReason::PermissionDenied, language);
    }
}

#[tokio::test]
async fn a_package_with_everything_wrong_is_told_field_by_field() {
    let town = Town::open().await;
    let portal = town.raw(Account::Portal).reading("kk");
    let empty = pb::SubmitApplicationRequest::default();
    let status = portal.applications().submit_application(empty).await;
    let status = status.unwrap_err();
    assert_said(
        &status,
        ErrorReason::IncompleteApplication,
        Language::Kazakh,
    );
    let bad = status.get_details_bad_request().unwrap();
    assert!(bad.field_violations.len() > 2);
    for field in &bad.field_violations {
        let said = field.localized_message.as_ref().unwrap();
        assert_eq!(said.message, "Өріс міндетті түрде толтырылуы керек.");
    }
    assert_eq!(told_raw::<()>(Err(status)).reason, "INCOMPLETE_APPLICATION");
}

#[tokio::test]
async fn what_an_officer_writes_is_in_all_three_languages_or_refused() {
    let town = Town::open().await;
    let id = || "019b5f6e-4c00-7abc-8def-0123456789ab".to_owned();
    let half = Some(pb::LocalizedText {
        kk: "Тек қазақша".to_owned(),
        ru: " ".to_owned(),
        en: String::new(),
    });
    let record = pb::RecordCheckRequest {
        request_id: id(),
        application_id: id(),
        etag: "\"1\"".to_owned(),
        check: "C22".to_owned(),
        outcome: pb::CheckOutcome::Failed.into(),
        note: half.clone(),
    };
    let officer = town.raw(Account::Officer);
    let told = told_raw(officer.review().record_check(record).await);
    assert_eq!(told.paths(), ["note.ru", "note.en"]);

    let refuse = pb::RefuseApplicationRequest {
        request_id: id(),
        application_id: id(),
        etag: "\"1\"".to_owned(),
        grounds: vec![pb::RefusalGround {
            code: pb::RefusalGroundCode::UnreliableData.into(),
            subject: "scan".to_owned(),
            reasoning: half,
            ..Default::default()
        }],
    };
    let head = town.raw(Account::Head);
    let told = told_raw(head.review().refuse_application(refuse).await);
    let paths = ["grounds[0].reasoning.ru", "grounds[0].reasoning.en"];
    assert_eq!(told.paths(), paths);
}

#[tokio::test]
async fn what_an_operator_says_of_a_day_is_in_all_three_languages_or_refused() {
    let town = Town::open().await;
    let half = Some(pb::LocalizedText {
        kk: "Тек қазақша".to_owned(),
        ru: " ".to_owned(),
        en: String::new(),
    });
    let act = Some(pb::Act {
        title: half.clone(),
        number: "12-T".to_owned(),
        dated_on: "2026-11-20".to_owned(),
    });
    let change = pb::CalendarChange {
        act: act.clone(),
        reason: half.clone(),
        ..holiday("2026-11-25")
    };
    let mut calendar = town.raw(Account::Operator).calendar();
    let id = || "019b5f6e-4c00-7abc-8def-0123456789ab".to_owned();
    let set = pb::SetDayRequest {
        request_id: id(),
        change: Some(change),
    };
    let missing = ["act.title.ru", "act.title.en", "reason.ru", "reason.en"];
    let told = told_raw(calendar.set_day(set).await);
    assert_eq!(told.paths(), missing.map(|path| format!("change.{path}")));
    let recalculate = pb::RecalculateDueMomentsRequest {
        request_id: id(),
        act,
        reason: half,
        ..Default::default()
    };
    let told = told_raw(calendar.recalculate_due_moments(recalculate).await);
    assert_eq!(told.paths(), missing);
}

/// Of a fixed due moment and of each day, whatever set it: nothing of it is in one language only.
#[tokio::test]
async fn the_reason_of_a_day_is_told_in_all_three_languages() {
    let town = Town::open().await;
    let mut calendar = town.raw(Account::Portal).calendar();
    let days = pb::GetDaysRequest {
        from_on: "2026-01-01".to_owned(),
        to_on: "2026-12-31".to_owned(),
    };
    let days = calendar.get_days(days).await.unwrap().into_inner().days;
    let term = pb::ComputeDueDateRequest {
        arrived_at: Some(timestamp(moment("2026-03-20T13:31:00Z"))),
        working_days: 3,
        provider_id: String::new(),
    };
    let term = calendar.compute_due_date(term).await.unwrap().into_inner();
    let reasons = days.into_iter().map(|day| day.reason);
    let reasons = reasons.chain(term.days.into_iter().map(|day| day.reason));
    let mut count = 0;
    for reason in reasons {
        let pb::LocalizedText { kk, ru, en } = reason.unwrap();
        let is_cyrillic = |text: &str| text.chars().any(|letter| ('а'..='я').contains(&letter));
        assert!(
            is_cyrillic(&kk) && is_cyrillic(&ru) && kk != ru,
            "{kk}, {ru}"
        );
        assert!(!en.is_empty() && en.is_ascii(), "{en}");
        count += 1;
    }
    assert!(count > 365, "{count}");
}
