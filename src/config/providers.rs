//! The service providers of the configuration: `[[providers]]`.
//! It never lets two providers have one id.

use std::collections::BTreeSet;

use chrono::NaiveTime;

use super::reader::Section;
use crate::{
    calendar::WorkingHours,
    kernel::{Bin, Email, Kato, Localized, Problem, Text},
    provider::{ContractDecision, Official, Provider, ProviderKind, Providers},
};

pub(super) fn providers(root: &mut Section<'_>) -> Option<Providers> {
    let providers: Option<Vec<Provider>> =
        root.sections("providers", provider).into_iter().collect();
    let providers = providers?;
    let mut ids = BTreeSet::new();
    for (index, provider) in providers.iter().enumerate() {
        if !ids.insert(&provider.id) {
            root.problem(&format!("providers[{index}].id"), "is not the only one");
        }
    }
    Some(Providers::of(providers))
}

fn provider(section: &mut Section<'_>) -> Option<Provider> {
    let id = section.required("id", id);
    let bin = section.required("bin", Bin::parse);
    let kato = section.required("kato", Kato::parse);
    let name = section.section("name", localized);
    let hours = hours(section);
    let head = section.section("head", |head| {
        let name = head.required("name", text);
        let post = head.section("post", localized);
        Some(Official {
            name: name?,
            post: post?,
            from_on: None,
            to_on: None,
        })
    });
    let reviewing_body = section.section("reviewing_body", localized);
    let higher_body_bin = section.read("reviewing_body_bin", Bin::parse);
    let near_due_minutes = section.number_or(
        "near_due_minutes",
        Provider::NEAR_DUE_MINUTES_DEFAULT,
        Provider::NEAR_DUE_MINUTES,
    );
    let usual = ContractDecision::default().code();
    let contract_decision = section.read_or("contract_decision", usual, contract_decision);
    let has_notice_email = section.has("notice_email");
    let notice_email = section.read("notice_email", Email::parse);
    if has_notice_email && notice_email.is_none() {
        return None;
    }
    let kato = kato?;
    Some(Provider {
        id: id?,
        version: 1,
        kind: ProviderKind::of_place(&kato),
        bin: bin?,
        territory: vec![kato.clone()],
        kato,
        name: name?,
        hours: hours?,
        heads: vec![head?],
        deputies: Vec::new(),
        reviewing_body: reviewing_body?,
        higher_body_bin,
        near_due_minutes,
        contract_decision: contract_decision?,
        notice_email,
    })
}

/// The working hours; who names none works as D-4 says.
pub(super) fn hours(section: &mut Section<'_>) -> Option<WorkingHours> {
    let opens = section.read_or("opens", "09:00", time);
    let closes = section.read_or("closes", "18:30", time);
    WorkingHours::new(opens?, closes?)
        .map_err(|problem| section.problem("closes", problem))
        .ok()
}

fn contract_decision(code: &str) -> Result<ContractDecision, Problem> {
    ContractDecision::from_code(code).ok_or(Problem::new("must be AUTOMATIC or OFFICER"))
}

pub(super) fn localized(section: &mut Section<'_>) -> Option<Localized> {
    let kk = section.required("kk", text);
    let ru = section.required("ru", text);
    let en = section.required("en", text);
    Some(Localized {
        kk: kk?,
        ru: ru?,
        en: en?,
    })
}

fn text(text: &str) -> Result<String, Problem> {
    Text::<300>::parse(text).map(String::from)
}

fn id(id: &str) -> Result<String, Problem> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if (1..=50).contains(&id.len()) && id.chars().all(plain) {
        Ok(id.to_owned())
    } else {
        Err(Problem::new(
            "must have 1 to 50 characters of a–z, 0–9 and '-'",
        ))
    }
}

fn time(text: &str) -> Result<NaiveTime, Problem> {
    NaiveTime::parse_from_str(text, "%H:%M")
        .map_err(|_unreadable| Problem::new("must be a time like 09:00"))
}
