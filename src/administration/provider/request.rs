//! A provider as an operator sends it, read whole or not at all.
//! It never looks at what is stored.

use std::ops::RangeInclusive;

use chrono::NaiveTime;

use crate::{
    calendar::WorkingHours,
    kernel::{Bin, Email, Kato, Problem, Text, parse_date},
    pb::registry::v1 as pb,
    provider::{ContractDecision, Official, Provider, ProviderKind},
    rpc::FieldErrors,
};

/// How many codes a territory has at most, and how many officials of one kind a provider.
const ITEMS_MAX: usize = 50;

const TEXT_CHARACTERS_MAX: usize = 300;

/// Reads a provider; its version is still to be given.
pub(super) fn provider(message: &pb::Provider, errors: &mut FieldErrors) -> Option<Provider> {
    let id = errors.required("provider_id", &message.provider_id, id);
    let bin = errors.required("bin", &message.bin, Bin::parse);
    let kato = errors.required("kato", &message.kato, Kato::parse);
    let name = errors.localized::<TEXT_CHARACTERS_MAX>("name", message.name.as_ref());
    let hours = hours(message, errors);
    let kind = kind(message.kind, errors);
    let territory = territory(&message.territory, errors);
    let higher_body =
        errors.localized::<TEXT_CHARACTERS_MAX>("higher_body", message.higher_body.as_ref());
    let higher_body_bin = errors.optional("higher_body_bin", &message.higher_body_bin, Bin::parse);
    if message.heads.is_empty() {
        errors.missing("heads");
    }
    let heads = officials("heads", &message.heads, errors);
    let deputies = officials("deputies", &message.deputies, errors);
    let near_due_minutes = near_due_minutes(message.near_due_minutes, errors);
    let contract_decision = contract_decision(message.contract_decision, errors);
    let notice_email = errors.optional("notice_email", &message.notice_email, Email::parse);
    let provider = Provider {
        id: id?,
        version: 0,
        kind: kind?,
        bin: bin?,
        kato: kato?,
        territory: territory?,
        name: name?,
        hours: hours?,
        heads: heads?,
        deputies: deputies?,
        reviewing_body: higher_body?,
        higher_body_bin: higher_body_bin?,
        near_due_minutes: near_due_minutes?,
        contract_decision: contract_decision?,
        notice_email: notice_email?,
    };
    for (field, problem) in provider.contradictions() {
        errors.add(field, problem);
    }
    Some(provider)
}

/// As in the configuration.
fn id(id: &str) -> Result<String, Problem> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if id.len() <= ITEMS_MAX && id.chars().all(plain) {
        Ok(id.to_owned())
    } else {
        Err(Problem::new(
            "must have 1 to 50 characters of a–z, 0–9 and '-'",
        ))
    }
}

fn kind(kind: i32, errors: &mut FieldErrors) -> Option<ProviderKind> {
    match pb::ProviderKind::try_from(kind) {
        Ok(pb::ProviderKind::Unspecified) => {
            errors.missing("kind");
            None
        }
        Ok(pb::ProviderKind::Oblast) => Some(ProviderKind::Oblast),
        Ok(pb::ProviderKind::RepublicanCity) => Some(ProviderKind::RepublicanCity),
        Ok(pb::ProviderKind::District) => Some(ProviderKind::District),
        Ok(pb::ProviderKind::OblastCity) => Some(ProviderKind::OblastCity),
        Err(_unknown) => {
            errors.add("kind", "must be a known kind of provider");
            None
        }
    }
}

fn near_due_minutes(minutes: i32, errors: &mut FieldErrors) -> Option<u32> {
    const LIMITS: RangeInclusive<u32> = Provider::NEAR_DUE_MINUTES;
    if minutes == 0 {
        return Some(Provider::NEAR_DUE_MINUTES_DEFAULT);
    }
    let minutes = u32::try_from(minutes).ok();
    let minutes = minutes.filter(|minutes| LIMITS.contains(minutes));
    if minutes.is_none() {
        let (least, most) = LIMITS.into_inner();
        errors.add(
            "near_due_minutes",
            format_args!("must be from {least} to {most}"),
        );
    }
    minutes
}

fn contract_decision(way: i32, errors: &mut FieldErrors) -> Option<ContractDecision> {
    match pb::ContractDecision::try_from(way) {
        Ok(pb::ContractDecision::Unspecified) => Some(ContractDecision::default()),
        Ok(pb::ContractDecision::Automatic) => Some(ContractDecision::Automatic),
        Ok(pb::ContractDecision::Officer) => Some(ContractDecision::Officer),
        Err(_unknown) => {
            errors.add("contract_decision", "must be AUTOMATIC or OFFICER");
            None
        }
    }
}

fn hours(message: &pb::Provider, errors: &mut FieldErrors) -> Option<WorkingHours> {
    let usual = WorkingHours::default();
    let opens = errors.optional("opens", &message.opens, time)?;
    let closes = errors.optional("closes", &message.closes, time)?;
    let hours = WorkingHours::new(
        opens.unwrap_or(usual.opens()),
        closes.unwrap_or(usual.closes()),
    );
    errors.read("closes", hours)
}

fn time(text: &str) -> Result<NaiveTime, Problem> {
    NaiveTime::parse_from_str(text, "%H:%M")
        .ok()
        .filter(|time| time.format("%H:%M").to_string() == text)
        .ok_or(Problem::new("must be a time like 09:00"))
}

fn territory(codes: &[String], errors: &mut FieldErrors) -> Option<Vec<Kato>> {
    if codes.is_empty() {
        errors.missing("territory");
    }
    let read = |index, code: &String, errors: &mut FieldErrors| {
        errors.item("territory", index, |errors| {
            errors.required("", code, Kato::parse)
        })
    };
    items("territory", codes, errors, read)
}

fn officials(
    path: &str,
    messages: &[pb::Official],
    errors: &mut FieldErrors,
) -> Option<Vec<Official>> {
    let read = |index, message: &pb::Official, errors: &mut FieldErrors| {
        errors.item(path, index, |errors| official(message, errors))
    };
    items(path, messages, errors, read)
}

/// Reads all of a list, so that everything wrong in it is told.
fn items<M, T>(
    path: &str,
    messages: &[M],
    errors: &mut FieldErrors,
    read: impl Fn(usize, &M, &mut FieldErrors) -> Option<T>,
) -> Option<Vec<T>> {
    if messages.len() > ITEMS_MAX {
        errors.add(path, format_args!("must be at most {ITEMS_MAX}"));
        return None;
    }
    let items: Vec<Option<T>> = messages
        .iter()
        .enumerate()
        .map(|(index, message)| read(index, message, errors))
        .collect();
    items.into_iter().collect()
}

fn official(message: &pb::Official, errors: &mut FieldErrors) -> Option<Official> {
    let name = errors.required("name", &message.name, text);
    let post = errors.localized::<TEXT_CHARACTERS_MAX>("post", message.post.as_ref());
    let from_on = errors.optional("from_on", &message.from_on, parse_date);
    let to_on = errors.optional("to_on", &message.to_on, parse_date);
    Some(Official {
        name: name?,
        post: post?,
        from_on: from_on?,
        to_on: to_on?,
    })
}

fn text(text: &str) -> Result<String, Problem> {
    Text::<TEXT_CHARACTERS_MAX>::parse(text).map(String::from)
}
