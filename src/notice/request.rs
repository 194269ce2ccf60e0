//! A change of the Rules as the authorized body sends it, read whole or not at all.
//! It never looks at what is stored.

use chrono::NaiveDate;

use crate::{
    administration::{read_act, rule_set_text},
    application::RuleSet,
    calendar::Act,
    kernel::{DocumentId, Localized, Moment, Problem, Text, parse_date},
    pb::registry::v1 as pb,
    rpc::FieldErrors,
};

/// How long the text is in each language, at most.
const TEXT_CHARACTERS_MAX: usize = 20_000;
/// How many files a change has, at most.
const FILES_MAX: usize = 5;

/// A change as it is asked to be told.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) act: Act,
    pub(super) published_on: NaiveDate,
    pub(super) in_force_on: NaiveDate,
    pub(super) text: Localized,
    pub(super) documents: Vec<DocumentId>,
    pub(super) rule_set: Option<(RuleSet, String)>,
}

/// Reads a change; everything that is wrong with it is told.
pub(super) fn asked(
    message: &pb::PublishRulesChangeRequest,
    now: Moment,
    errors: &mut FieldErrors,
) -> Option<Asked> {
    let act = read_act(message.act.as_ref(), errors);
    let published_on = errors.required("published_on", &message.published_on, parse_date);
    let in_force_on = errors.required("in_force_on", &message.in_force_on, parse_date);
    let text = text(message.text.as_ref(), errors);
    let documents = documents(&message.document_ids, errors);
    let rule_set = match &message.rule_set {
        None => Some(None),
        Some(carried) => errors
            .at("rule_set", |errors| rule_set_text(&carried.text, errors))
            .map(|rules| Some((rules, carried.text.clone()))),
    };
    let days = Days {
        adopted_on: act.as_ref().map(|act| act.dated_on),
        published_on,
        in_force_on,
        rule_set_from: rule_set.as_ref().and_then(|carried| {
            let (rules, _text) = carried.as_ref()?;
            Some(rules.effective_from)
        }),
    };
    for (path, problem) in days.contradictions(now) {
        errors.add(path, problem);
    }
    Some(Asked {
        act: act?,
        published_on: published_on?,
        in_force_on: in_force_on?,
        text: text?,
        documents: documents?,
        rule_set: rule_set?,
    })
}

/// The days of a change, as far as they could be read.
struct Days {
    adopted_on: Option<NaiveDate>,
    published_on: Option<NaiveDate>,
    in_force_on: Option<NaiveDate>,
    rule_set_from: Option<NaiveDate>,
}

impl Days {
    fn contradictions(&self, now: Moment) -> impl Iterator<Item = (&'static str, Problem)> {
        // What could not be read contradicts nothing.
        let before = |one: Option<NaiveDate>, other: Option<NaiveDate>| {
            one.zip(other).is_some_and(|(one, other)| one < other)
        };
        let today = Some(now.today);
        let (to_come, early) = (
            "must not be in the future",
            "must not be before the act's date",
        );
        let all = [
            (today, self.adopted_on, "act.dated_on", to_come),
            (today, self.published_on, "published_on", to_come),
            (self.published_on, self.adopted_on, "published_on", early),
            (self.in_force_on, self.adopted_on, "in_force_on", early),
            (
                self.rule_set_from,
                self.in_force_on,
                "rule_set.text.effective_from",
                "must not be before the first day of the change",
            ),
        ];
        all.into_iter()
            .filter(move |(one, other, ..)| before(*one, *other))
            .map(|(_, _, path, problem)| (path, Problem::new(problem)))
    }
}

/// Letters are in Kazakh and Russian; who reads English reads the authorized body's text or none.
fn text(message: Option<&pb::LocalizedText>, errors: &mut FieldErrors) -> Option<Localized> {
    let pb::LocalizedText { kk, ru, en } = errors.present("text", message)?;
    errors.at("text", |errors| {
        let parse = |text: &str| long_text(text);
        let kk = errors.required("kk", kk.trim(), parse);
        let ru = errors.required("ru", ru.trim(), parse);
        let en = errors.optional("en", en.trim(), parse);
        Some(Localized {
            kk: kk?,
            ru: ru?,
            en: en?.unwrap_or_default(),
        })
    })
}

/// A text of paragraphs: what is between line breaks is as any other text.
fn long_text(text: &str) -> Result<String, Problem> {
    let text = text.replace("\r\n", "\n");
    if text.chars().count() > TEXT_CHARACTERS_MAX {
        return Err(Problem::stated(format!(
            "must have at most {TEXT_CHARACTERS_MAX} characters"
        )));
    }
    for line in text.split('\n').filter(|line| !line.trim().is_empty()) {
        Text::<TEXT_CHARACTERS_MAX>::parse(line.trim())?;
    }
    Ok(text)
}

fn documents(ids: &[String], errors: &mut FieldErrors) -> Option<Vec<DocumentId>> {
    const PATH: &str = "document_ids";
    if ids.is_empty() {
        errors.missing(PATH);
        return None;
    }
    if ids.len() > FILES_MAX {
        errors.add(PATH, format_args!("must be at most {FILES_MAX}"));
        return None;
    }
    let mut read = Vec::new();
    for (index, id) in ids.iter().enumerate() {
        let id = errors.item(PATH, index, |errors| {
            let id = errors.required("", id, DocumentId::parse);
            if id.is_some_and(|id| read.contains(&Some(id))) {
                errors.add("", "must be named once");
                return None;
            }
            id
        });
        read.push(id);
    }
    read.into_iter().collect()
}
