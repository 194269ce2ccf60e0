//! The rules of the contract that `buf lint` does not know, and the essential ones that it does, so
//! that a developer without buf sees red too. It never looks at the service.

use prost_types::{DescriptorProto, FieldDescriptorProto, field_descriptor_proto::Type};

use crate::contract::{self, Contract, Described};

/// Methods that change nothing begin with one of these verbs.
const READING: &[&str] = &[
    "Get", "List", "Verify", "Compute", "Prepare", "Preview", "Find", "Download", "Export",
    "Replay", "Try", "Watch",
];

/// Moving the acceptance clock twice to one moment is the same as once, as is setting the stub's ways;
/// stages carry ids of their own.
const IDEMPOTENT_BY_CONTENT: &[&str] = &[
    "AdvanceClock",
    "ClearMisbehaviour",
    "PushStages",
    "SetMisbehaviour",
];

fn without_comment<T>(described: &[Described<T>]) -> Vec<&str> {
    assert!(!described.is_empty(), "something is found");
    described
        .iter()
        .filter(|one| !one.comment.ends_with('.') && !one.comment.ends_with('`'))
        .map(|one| one.name.as_str())
        .collect()
}

#[test]
fn everything_has_a_comment_of_whole_sentences() {
    let contract = contract::read();
    let mut wrong = without_comment(&contract.messages);
    wrong.extend(without_comment(&contract.fields));
    wrong.extend(without_comment(&contract.oneofs));
    wrong.extend(without_comment(&contract.enums));
    wrong.extend(without_comment(&contract.values));
    wrong.extend(without_comment(&contract.services));
    wrong.extend(without_comment(&contract.methods));
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn enums_begin_with_an_unspecified_zero_and_prefix_their_values() {
    for kind in contract::read().enums {
        let prefix = upper_snake(kind.is.name());
        for value in &kind.is.value {
            assert!(
                value.name().starts_with(&format!("{prefix}_")),
                "{}",
                value.name()
            );
        }
        assert_eq!(kind.is.value[0].number(), 0, "{}", kind.name);
        assert_eq!(kind.is.value[0].name(), format!("{prefix}_UNSPECIFIED"));
    }
}

/// `ApplicationStage` → `APPLICATION_STAGE`.
fn upper_snake(name: &str) -> String {
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.extend(letter.to_uppercase());
    }
    snake
}

#[test]
fn every_change_carries_a_request_id() {
    let contract = contract::read();
    let mut changing = 0;
    for method in &contract.methods {
        let name = method.is.name();
        if READING.iter().any(|verb| name.starts_with(verb))
            || IDEMPOTENT_BY_CONTENT.contains(&name)
        {
            continue;
        }
        changing += 1;
        let request = contract.message(method.is.input_type());
        let header = request.field.iter().find(|field| field.name() == "header");
        // A stream carries it in its first message.
        let carrier = match header {
            Some(header) if method.is.client_streaming() => contract.message(header.type_name()),
            Some(_) | None => request,
        };
        let first = &carrier.field[0];
        assert_eq!(first.name(), "request_id", "{}", method.name);
        assert_eq!(first.number(), 1, "{}", method.name);
        assert_eq!(first.r#type(), Type::String, "{}", method.name);
        let response = contract.message(method.is.output_type());
        assert!(
            response
                .field
                .iter()
                .any(|field| field.name() == "replayed"),
            "{}: a repeat must be told from the first answer",
            method.name
        );
    }
    assert!(changing > 5, "changes are found");
}

#[test]
fn requests_and_responses_are_named_after_their_method() {
    for method in contract::read().methods {
        let name = method.is.name();
        assert!(
            method.is.input_type().ends_with(&format!(".{name}Request")),
            "{name}"
        );
        assert!(
            method
                .is
                .output_type()
                .ends_with(&format!(".{name}Response")),
            "{name}"
        );
    }
}

/// They add something beside an object and change nothing of it.
const WITHOUT_ETAG: &[&str] = &[
    "tizilim.registry.v1.AddReviewNoteRequest",
    "tizilim.registry.v1.MakeCaseFileRequest",
];

#[test]
fn changes_of_an_object_carry_the_etag_that_was_read() {
    let contract = contract::read();
    let by_id = |message: &DescriptorProto, name: &str| {
        message.field.iter().any(|field| field.name() == name)
    };
    let mut found = 0;
    for message in &contract.messages {
        if message.name.ends_with("Request")
            && by_id(&message.is, "request_id")
            && by_id(&message.is, "application_id")
        {
            found += 1;
            let is_free = WITHOUT_ETAG.contains(&message.name.as_str());
            assert!(by_id(&message.is, "etag") != is_free, "{}", message.name);
        }
    }
    assert!(found > 5, "changes are found");
}

#[test]
fn the_unit_of_a_field_is_its_suffix_and_its_type() {
    let contract = contract::read();
    for field in &contract.fields {
        let name = field.is.name();
        let kind = field.is.r#type();
        assert!(
            !matches!(kind, Type::Double | Type::Float),
            "{}: never floating point",
            field.name
        );
        let expected = [
            ("_at", Type::Message),
            ("_on", Type::String),
            ("_tiyn", Type::Int64),
            ("_bytes", Type::Int64),
            ("_dm2", Type::Int32),
            ("_id", Type::String),
            ("_count", Type::Int32),
        ];
        for (suffix, right) in expected {
            if name.ends_with(suffix) {
                assert_eq!(kind, right, "{}", field.name);
            }
        }
        let is_instant = field.is.type_name() == ".google.protobuf.Timestamp";
        assert_eq!(name.ends_with("_at"), is_instant, "{}", field.name);
    }
}

/// One cursor of the stub is a number; the others say in their comment why they need no pages.
const WITHOUT_PAGES: &[&str] = &[
    "ListReceivedStages",
    "ListProviders",
    "ListSinks",
    "ListApplicationStages",
    "ListChecks",
    "ListDayHistory",
    "ListDueMomentMoves",
    "ListRuleSets",
];

#[test]
fn lists_have_pages_of_bounded_size() {
    let contract = contract::read();
    for method in &contract.methods {
        let name = method.is.name();
        if !name.starts_with("List") || WITHOUT_PAGES.contains(&name) {
            continue;
        }
        let request = contract.message(method.is.input_type());
        let response = contract.message(method.is.output_type());
        assert!(has(request, "page_size", Type::Int32), "{name}");
        assert!(has(request, "page_token", Type::String), "{name}");
        assert!(has(response, "next_page_token", Type::String), "{name}");
        assert_eq!(response.field[0].number(), 1, "{name}: results come first");
    }
}

fn has(message: &DescriptorProto, name: &str, kind: Type) -> bool {
    let is = |field: &FieldDescriptorProto| field.name() == name && field.r#type() == kind;
    message.field.iter().any(is)
}

const WORDS: &[&str] = &[
    "required",
    "optional",
    "empty",
    "only",
    "0 means",
    "message",
    "unspecified",
];

#[test]
fn an_input_field_says_whether_it_is_required() {
    let contract = contract::read();
    let requests: Vec<&str> = contract
        .methods
        .iter()
        .filter(|method| method.name.starts_with("tizilim.registry."))
        .map(|method| method.is.input_type().trim_start_matches('.'))
        .collect();
    for field in &contract.fields {
        let owner = field.name.rsplit_once('.').unwrap().0;
        if !requests.contains(&owner) || in_oneof(&field.is) {
            continue;
        }
        let comment = field.comment.to_lowercase();
        assert!(
            WORDS.iter().any(|word| comment.contains(word)),
            "{}",
            field.name
        );
    }
}

fn in_oneof(field: &FieldDescriptorProto) -> bool {
    field.oneof_index.is_some()
}

#[test]
fn the_contract_of_the_monitoring_system_shares_nothing_with_ours() {
    let Contract { fields, .. } = contract::read();
    for field in fields {
        let of = |package: &str| field.is.type_name().starts_with(&format!(".{package}."));
        if field.name.starts_with("tizilim.monitoring.") {
            assert!(!of("tizilim.registry.v1"), "{}", field.name);
        } else {
            assert!(!of("tizilim.monitoring.v1"), "{}", field.name);
        }
    }
}
