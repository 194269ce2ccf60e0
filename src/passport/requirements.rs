//! Annex 2, item by item, made of what the code obeys: providers and hours from the register, terms from
//! the forms, grounds from the closed list. It never asks the database.

use super::phrases;
use crate::{
    application::{Form, refusal::Ground},
    kernel::Localized,
    provider::Provider,
};

/// An item of Annex 2.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Requirement {
    pub(super) title: Localized,
    pub(super) entries: Vec<Entry>,
}

/// One thing that an item says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) code: String,
    pub(super) text: Localized,
    pub(super) working_days: u32,
}

/// The ten items for these providers, in their order.
pub(super) fn requirements(providers: &[&Provider]) -> Vec<Requirement> {
    let entries = [
        providers.iter().map(|provider| named(provider)).collect(),
        vec![alone(phrases::channel())],
        terms(),
        vec![alone(phrases::form())],
        vec![
            entry("EXTRACT", phrases::extract()),
            entry("REFUSAL", phrases::refusal()),
        ],
        vec![alone(phrases::free())],
        hours(providers),
        documents(),
        Ground::ALL
            .into_iter()
            .map(|ground| entry(ground.code(), ground.label()))
            .collect(),
        vec![alone(phrases::result_through_the_system())],
    ];
    phrases::titles()
        .into_iter()
        .zip(entries)
        .map(|(title, entries)| Requirement { title, entries })
        .collect()
}

fn named(provider: &Provider) -> Entry {
    entry(&provider.id, provider.name.clone())
}

fn terms() -> Vec<Entry> {
    let of_form = |form: Form| {
        let working_days = form.working_days();
        Entry {
            working_days,
            ..entry(form.code(), phrases::term(&form.label(), working_days))
        }
    };
    let mut terms: Vec<Entry> = Form::ALL.into_iter().map(of_form).collect();
    terms.push(alone(phrases::same_terms()));
    terms
}

fn hours(providers: &[&Provider]) -> Vec<Entry> {
    let of_provider = |provider: &&Provider| {
        let [opens, closes] = [provider.hours.opens(), provider.hours.closes()]
            .map(|time| time.format("%H:%M").to_string());
        let text = phrases::hours(&provider.name, &opens, &closes);
        entry(&provider.id, text)
    };
    let mut hours = vec![alone(phrases::round_the_clock())];
    hours.extend(providers.iter().map(of_provider));
    hours
}

/// What each procedure must carry (A2-8); an agreement in either form.
fn documents() -> Vec<Entry> {
    let either = |pick: fn(&Localized) -> &str, or: &str| {
        let forms = Form::ALL.map(|form| pick(&form.label()).to_owned());
        forms.join(or)
    };
    let agreement = Localized {
        kk: either(|text| &text.kk, " немесе "),
        ru: either(|text| &text.ru, " или "),
        en: either(|text| &text.en, " or "),
    };
    vec![
        entry("PARTICIPATION_AGREEMENT", agreement),
        entry("AMENDMENT", phrases::additional_agreement()),
        entry("ASSIGNMENT", phrases::assignment()),
        entry("DEREGISTRATION", phrases::end_of_agreement()),
    ]
}

fn alone(text: Localized) -> Entry {
    entry("", text)
}

fn entry(code: &str, text: Localized) -> Entry {
    Entry {
        code: code.to_owned(),
        text,
        working_days: 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_items_say_what_the_code_obeys_in_three_languages() {
        let requirements = requirements(&[]);
        assert_eq!(requirements.len(), 10);
        for requirement in &requirements {
            assert!(requirement.title.is_complete());
            assert!(requirement.entries.iter().all(|one| one.text.is_complete()));
        }
        let terms = requirements[2].entries.iter();
        let terms: Vec<_> = terms
            .map(|one| (one.code.as_str(), one.working_days))
            .collect();
        assert_eq!(
            terms,
            [("ELECTRONIC_COPY", 3), ("ELECTRONIC_CONTRACT", 1), ("", 0)]
        );
        let grounds = requirements[8].entries.iter();
        let grounds: Vec<_> = grounds.map(|one| one.text.clone()).collect();
        assert_eq!(grounds, Ground::ALL.map(Ground::label));
        assert_eq!(
            requirements[7].entries[0].text.ru,
            "электронная копия договора или электронный договор"
        );
    }
}
