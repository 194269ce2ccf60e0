//! Writes the whole text of a refusal in three languages: what, why, and how to complain (O-42, O-72).
//! It never says what is not in the grounds and findings that it is given.

use chrono::NaiveDate;

use super::{
    RefusalGround,
    phrases::{ENGLISH, KAZAKH, Phrases, RUSSIAN},
};
use crate::{
    application::{Procedure, checks::Finding},
    kernel::Localized,
};

/// What a refusal is written from.
#[derive(Clone, Copy, Debug)]
pub struct RefusalText<'a> {
    /// What is refused.
    pub procedure: Procedure,
    /// The grounds, in their order.
    pub grounds: &'a [RefusalGround],
    /// What the checks found.
    pub findings: &'a [Finding],
    /// The number of the application.
    pub application_number: &'a str,
    /// The name of the provider.
    pub provider: &'a Localized,
    /// Who reviews complaints against it (cl. 14).
    pub reviewing_body: &'a Localized,
    /// The legal day of the refusal.
    pub on: NaiveDate,
}

/// Writes the text.
pub fn compose(refusal: &RefusalText<'_>) -> Localized {
    Localized {
        kk: written(refusal, &KAZAKH),
        ru: written(refusal, &RUSSIAN),
        en: written(refusal, &ENGLISH),
    }
}

fn written(refusal: &RefusalText<'_>, phrases: &Phrases) -> String {
    let mut lines = vec![
        phrases.title.to_owned(),
        phrases.refused.to_owned(),
        labelled(phrases.provider, (phrases.of)(refusal.provider)),
        labelled(phrases.application, refusal.application_number),
        labelled(phrases.date, &refusal.on.format("%d.%m.%Y").to_string()),
        String::new(),
        format!("{} {}", phrases.basis, (phrases.denied)(refusal.procedure)),
        String::new(),
        format!("{}:", phrases.grounds),
    ];
    for (number, ground) in (1..).zip(refusal.grounds) {
        let label = ground.code.label();
        lines.push(format!("{number}. {}.", capitalized((phrases.of)(&label))));
        lines.push(format!("{}:", phrases.reasons));
        lines.extend(reasons(ground, refusal.findings, phrases));
    }
    lines.extend([String::new(), phrases.again.to_owned(), String::new()]);
    lines.extend(complaint(refusal.provider, refusal.reviewing_body, phrases));
    lines.join("\n")
}

/// How to complain of a decision of a provider (cl. 14–16; O-42, O-72), in the three languages.
pub(crate) fn how_to_complain(provider: &Localized, reviewing_body: &Localized) -> Localized {
    let said = |phrases| complaint(provider, reviewing_body, phrases).join("\n");
    Localized {
        kk: said(&KAZAKH),
        ru: said(&RUSSIAN),
        en: said(&ENGLISH),
    }
}

/// How to go to court when a complaint was not satisfied (cl. 16; O-42), in the three languages.
pub(crate) fn way_to_court() -> Localized {
    let said = |phrases: &Phrases| phrases.to_court.to_owned();
    Localized {
        kk: said(&KAZAKH),
        ru: said(&RUSSIAN),
        en: said(&ENGLISH),
    }
}

fn complaint(provider: &Localized, reviewing_body: &Localized, phrases: &Phrases) -> Vec<String> {
    let mut lines = vec![
        format!("{}:", phrases.complaint),
        labelled(phrases.filed_with, (phrases.of)(provider)),
        labelled(phrases.reviewing_body, (phrases.of)(reviewing_body)),
        phrases.term.to_owned(),
    ];
    lines.extend(phrases.procedure.iter().map(|text| (*text).to_owned()));
    lines
}

/// What one ground rests on, a line each.
fn reasons(ground: &RefusalGround, findings: &[Finding], phrases: &Phrases) -> Vec<String> {
    let mut reasons = Vec::new();
    for check in &ground.failed_checks {
        let found = findings.iter().find(|finding| finding.check == *check);
        if let Some(finding) = found {
            let article = finding
                .article
                .as_deref()
                .map_or_else(String::new, |article| {
                    format!(" ({})", article_of_the_law(article, phrases))
                });
            let text = finding.text.as_ref().map_or("", phrases.of);
            reasons.push(format!("{}: {text}{article}", check.code()));
        }
    }
    if let Some(article) = &ground.article {
        reasons.push(article_of_the_law(article.as_str(), phrases));
    }
    if let Some(subject) = &ground.subject {
        reasons.push(labelled(phrases.subject, subject.as_str()));
    }
    if let Some(decision) = &ground.court_decision {
        reasons.push(labelled(phrases.court, decision.court.as_str()));
        reasons.push(labelled(phrases.case_number, decision.case_number.as_str()));
        for (label, date) in [
            (phrases.decided_on, decision.decided_on),
            (phrases.in_force_on, decision.in_force_on),
        ] {
            reasons.push(labelled(label, &date.format("%d.%m.%Y").to_string()));
        }
    }
    if let Some(reasoning) = &ground.reasoning {
        reasons.push((phrases.of)(reasoning.disclose()).to_owned());
    }
    reasons.iter().map(|reason| format!("– {reason}")).collect()
}

fn article_of_the_law(article: &str, phrases: &Phrases) -> String {
    let (before, after) = phrases.article;
    format!("{before}{article}{after}")
}

fn labelled(label: &str, value: &str) -> String {
    format!("{label}: {value}")
}

fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}
