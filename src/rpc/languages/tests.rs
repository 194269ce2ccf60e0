//! Statuses as the edge sends them on, in each language. It never opens a socket.

use std::{collections::BTreeSet, time::Duration};

use tonic::Code;
use tonic_types::{ErrorDetails, StatusExt as _};

use super::*;
use crate::{
    kernel::Localized,
    rpc::{FieldErrors, Reason},
};

const LANGUAGES: [Language; 3] = [Language::Kazakh, Language::Russian, Language::English];

/// Every reason of the contract.
fn reasons() -> Vec<ErrorReason> {
    (0..)
        .map_while(|number| ErrorReason::try_from(number).ok())
        .collect()
}

fn wrong_fields(count: usize) -> Status {
    let mut errors = FieldErrors::new();
    for index in 0..count {
        errors.item("payments", index, |errors| {
            errors.add("amount_tiyn", "must be above zero");
        });
    }
    errors.into_malformed().into()
}

fn said(status: &Status, language: Language) -> ErrorDetails {
    let said = localized(status, language).unwrap();
    assert_eq!(said.code(), status.code());
    assert_eq!(said.message(), status.message());
    said.get_error_details()
}

#[test]
fn each_reason_has_a_text_of_its_own_in_each_language() {
    let reasons = reasons();
    assert!(reasons.len() > 30, "the reasons are found");
    let mut seen = BTreeSet::new();
    for one in reasons {
        let Localized { kk, ru, en } = reason(one);
        for text in [kk, ru, en] {
            assert!(text.ends_with('.'), "{text}");
            assert!(!text.contains(['{', '}', '`', '_']), "{text}");
            let is_shared = one == ErrorReason::Internal;
            assert!(seen.insert(text.clone()) || is_shared, "{text} twice");
        }
    }
}

#[test]
fn a_status_gets_its_reason_in_the_readers_language_and_keeps_the_rest() {
    let status = Status::from(
        Reason::new(ErrorReason::WrongStage, "the stage does not allow this")
            .with("stage", "GRANTED")
            .unless("STAGE", "Application", "must be in review")
            .about("Application", "019b5f6e-4c00-7abc-8def-0123456789ab")
            .retry_after(Duration::from_secs(3))
            .in_call("77"),
    );
    for language in LANGUAGES {
        let details = said(&status, language);
        let message = details.localized_message().unwrap();
        assert_eq!(message.locale, language.tag());
        let expected = reason(ErrorReason::WrongStage);
        assert_eq!(message.message, language.of(&expected));
        assert_eq!(details.error_info().unwrap().metadata["stage"], "GRANTED");
        assert!(details.precondition_failure().is_some());
        assert!(details.resource_info().is_some());
        assert!(details.retry_info().is_some());
        assert_eq!(details.request_info().unwrap().request_id, "77");
    }
}

#[test]
fn a_field_is_told_in_the_readers_language_beside_the_english_rule() {
    let mut errors = FieldErrors::new();
    errors.missing("provider_id");
    errors.add("agreement.number", "must have at most 50 characters");
    let status = Status::from(errors.into_malformed());
    for (language, texts) in [
        (
            Language::Kazakh,
            [
                "Өріс міндетті түрде толтырылуы керек.",
                "Таңбалардың ең көп саны – 50.",
            ],
        ),
        (
            Language::Russian,
            [
                "Поле обязательно для заполнения.",
                "Знаков может быть не больше 50.",
            ],
        ),
        (
            Language::English,
            [
                "The field is required.",
                "The field must have at most 50 characters.",
            ],
        ),
    ] {
        let details = said(&status, language);
        let fields = &details.bad_request().unwrap().field_violations;
        assert_eq!(fields[0].field, "provider_id");
        assert_eq!(fields[0].description, "is required");
        for (field, text) in fields.iter().zip(texts) {
            let message = field.localized_message.as_ref().unwrap();
            assert_eq!(
                (message.locale.as_str(), message.message.as_str()),
                (language.tag(), text)
            );
        }
    }
}

#[test]
fn what_is_wrong_goes_before_how_it_is_said() {
    let localized_count = |status: &Status| {
        let details = said(status, Language::Kazakh);
        let fields = details.bad_request().unwrap().field_violations.clone();
        let said = fields
            .iter()
            .filter(|field| field.localized_message.is_some());
        (fields.len(), said.count())
    };
    assert_eq!(localized_count(&wrong_fields(60)), (60, 60));

    let many = wrong_fields(100_000);
    let listed = many
        .get_details_bad_request()
        .unwrap()
        .field_violations
        .len();
    let (kept, told) = localized_count(&many);
    assert_eq!(kept, listed);
    assert!((1..listed).contains(&told), "{told}");
    let size = localized(&many, Language::Kazakh).unwrap().details().len();
    assert!((9_000..=DETAILS_BYTES_MAX).contains(&size), "{size}");
}

#[test]
fn a_status_without_a_reason_of_ours_is_left_as_it_is() {
    for status in [
        Status::ok(""),
        Status::not_found("of another service"),
        Status::with_error_details(
            Code::Aborted,
            "of another service",
            ErrorDetails::with_error_info("STALE_ETAG", "elsewhere", []),
        ),
    ] {
        assert!(localized(&status, Language::Russian).is_none());
    }
}
