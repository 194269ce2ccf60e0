//! What may be wrong with a field, in the three languages. The English end of a sentence, as the code
//! states it, finds the other two. It never repeats what a field held (I-7): only limits and names of
//! the contract vary.

mod court;
mod general;
mod notices;
mod office;
mod reference;
mod rule_set;
mod sinks;
mod special;
mod statistics;

use crate::kernel::Language;

/// Where a limit, or a name of the contract, stands in a text.
const LIMIT: &str = "{}";

/// English, as the code states it; Kazakh; Russian. Limits come in the same order in each.
type Row = (&'static str, &'static str, &'static str);

fn rows() -> impl Iterator<Item = &'static Row> {
    general::ROWS
        .iter()
        .chain(court::ROWS)
        .chain(notices::ROWS)
        .chain(office::ROWS)
        .chain(reference::ROWS)
        .chain(rule_set::ROWS)
        .chain(sinks::ROWS)
        .chain(special::ROWS)
        .chain(statistics::ROWS)
}

/// Says what is wrong with a field as a whole sentence; none if the table does not have it.
pub fn problem(description: &str, language: Language) -> Option<String> {
    rows().find_map(|(english, kazakh, russian)| {
        let limits = limits(english, description)?;
        Some(match language {
            Language::Kazakh => filled(kazakh, &limits),
            Language::Russian => filled(russian, &limits),
            Language::English => format!("The field {description}."),
        })
    })
}

/// What stands in the places of the limits, if the text is the pattern's.
fn limits<'a>(pattern: &str, text: &'a str) -> Option<Vec<&'a str>> {
    let mut pieces = pattern.split(LIMIT);
    let mut rest = text.strip_prefix(pieces.next()?)?;
    let mut limits = Vec::new();
    for piece in pieces {
        let end = rest
            .find(|letter: char| !letter.is_ascii_alphanumeric())
            .unwrap_or(rest.len());
        let (limit, after) = rest.split_at_checked(end)?;
        if limit.is_empty() {
            return None;
        }
        limits.push(limit);
        rest = after.strip_prefix(piece)?;
    }
    rest.is_empty().then_some(limits)
}

fn filled(text: &str, limits: &[&str]) -> String {
    limits.iter().fold(text.to_owned(), |text, limit| {
        text.replacen(LIMIT, limit, 1)
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_problem_has_a_sentence_of_its_own_in_each_language() {
        let mut seen = BTreeSet::new();
        for (english, kazakh, russian) in rows() {
            let described = english.replace(LIMIT, "7");
            let said = [Language::Kazakh, Language::Russian, Language::English]
                .map(|language| problem(&described, language).unwrap());
            for text in said {
                assert!(text.ends_with('.'), "{text}");
                assert!(text.starts_with(|first: char| first.is_uppercase() || first == 'f'));
                assert!(!text.contains(['{', '}']), "{text}");
                assert!(seen.insert(text.clone()), "{text} is said twice");
            }
            for text in [kazakh, russian] {
                let count = |text: &str| text.matches(LIMIT).count();
                assert_eq!(count(text), count(english), "{text}");
            }
        }
    }

    #[test]
    fn limits_are_told_as_they_were_stated() {
        let russian = |text| problem(text, Language::Russian);
        assert_eq!(
            russian("must be from 1 to 250").as_deref(),
            Some("Значение должно быть от 1 до 250.")
        );
        assert_eq!(
            problem(
                "must have 4, 5 or 6 for the kind of entity",
                Language::Kazakh
            )
            .as_deref(),
            Some("Тұлға түрінің цифры 4, 5 немесе 6 болуы керек.")
        );
        for unknown in [
            "must be from 1 to ",
            "must be from to 2",
            "must be from 1 to 250 at most",
            "was not foreseen",
            "",
        ] {
            assert_eq!(russian(unknown), None, "{unknown}");
        }
    }
}
