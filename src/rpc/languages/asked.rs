//! Which language a caller reads best, by its `accept-language` (RFC 9110, 12.5.4).
//! It never fails: what is not written as the RFC has it asks for nothing.

use std::cmp::Reverse;

use http::{HeaderMap, header::ACCEPT_LANGUAGE};

use crate::kernel::Language;

/// In the order in which they are taken where the caller leaves the choice; the first is what all
/// messages for programs are written in.
const OURS: [Language; 3] = [Language::English, Language::Kazakh, Language::Russian];

/// A range of languages, and how welcome it is.
#[derive(Debug)]
struct Wish<'a> {
    range: &'a str,
    per_mille: u16,
}

/// The language of ours that the caller likes best; English if it asks for none of them.
pub(in crate::rpc) fn asked(headers: &HeaderMap) -> Language {
    let mut wishes: Vec<Wish<'_>> = headers
        .get_all(ACCEPT_LANGUAGE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(Wish::read)
        .collect();
    // Of equals, the one named first stays first.
    wishes.sort_by_key(|wish| Reverse(wish.per_mille));
    wishes
        .iter()
        .filter(|wish| wish.per_mille > 0)
        .find_map(|wish| match wish.range {
            "*" => not_named(&wishes),
            _ => wish.names(),
        })
        .or_else(|| not_named(&wishes))
        .unwrap_or(Language::English)
}

/// The first of ours that no wish names, for better or worse.
fn not_named(wishes: &[Wish<'_>]) -> Option<Language> {
    let is_named = |language| wishes.iter().any(|wish| wish.names() == Some(language));
    OURS.into_iter().find(|language| !is_named(*language))
}

impl<'a> Wish<'a> {
    fn read(item: &'a str) -> Option<Self> {
        let mut parts = item.split(';').map(str::trim);
        let range = parts.next()?;
        let per_mille = parts.next().map_or(Some(1_000), quality)?;
        parts.next().is_none().then_some(Self { range, per_mille })
    }

    /// The language of ours that the range is of: `ru-KZ` is `ru`.
    fn names(&self) -> Option<Language> {
        let primary = self.range.split('-').next()?;
        OURS.into_iter()
            .find(|language| language.tag().eq_ignore_ascii_case(primary))
    }
}

/// Reads `q=0.8`: from 0 to 1, at most three digits after the point.
fn quality(parameter: &str) -> Option<u16> {
    let value = parameter
        .strip_prefix("q=")
        .or_else(|| parameter.strip_prefix("Q="))?;
    let (whole, fraction) = value.split_once('.').unwrap_or((value, ""));
    if fraction.len() > 3 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let thousandths: u16 = format!("{fraction:0<3}").parse().ok()?;
    match (whole, thousandths) {
        ("0", _) => Some(thousandths),
        ("1", 0) => Some(1_000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked_by(values: &[&str]) -> &'static str {
        let headers = values
            .iter()
            .map(|value| (ACCEPT_LANGUAGE, value.parse().unwrap()))
            .collect();
        asked(&headers).tag()
    }

    #[test]
    fn the_most_welcome_language_is_taken_and_of_equals_the_first() {
        for (value, tag) in [
            ("kk", "kk"),
            ("ru", "ru"),
            ("en", "en"),
            ("RU", "ru"),
            ("ru-KZ", "ru"),
            ("kk-Cyrl-KZ", "kk"),
            ("ru, kk", "ru"),
            ("kk,ru;q=0.9,en;q=0.8", "kk"),
            ("en;q=0.1, ru;q=0.9", "ru"),
            ("en;q=0.899,ru;q=0.9", "ru"),
            ("de, fr;q=0.9, kk;q=0.2", "kk"),
            ("ru ; q=0.5 , kk ;Q=0.6", "kk"),
            ("de;q=1.000, ru;q=0.001", "ru"),
        ] {
            assert_eq!(asked_by(&[value]), tag, "{value}");
        }
        assert_eq!(asked_by(&["ru;q=0.5", "kk;q=0.7"]), "kk");
    }

    #[test]
    fn a_star_is_any_language_that_is_not_named() {
        for (value, tag) in [
            ("*", "en"),
            ("*, ru;q=0.5", "en"),
            ("en;q=0.5, *;q=0.9", "kk"),
            ("en;q=0, *", "kk"),
            ("en;q=0, kk;q=0, *", "ru"),
            ("*;q=0.1, ru;q=0.2", "ru"),
        ] {
            assert_eq!(asked_by(&[value]), tag, "{value}");
        }
    }

    #[test]
    fn who_asks_for_none_of_ours_gets_one_that_it_did_not_refuse() {
        assert_eq!(asked_by(&[]), "en");
        for (value, tag) in [
            ("", "en"),
            ("de", "en"),
            ("en;q=0", "kk"),
            ("ru;q=0", "en"),
            ("en;q=0,kk;q=0", "ru"),
            ("en;q=0,kk;q=0,ru;q=0", "en"),
        ] {
            assert_eq!(asked_by(&[value]), tag, "{value}");
        }
    }

    #[test]
    fn what_the_rfc_does_not_define_asks_for_nothing() {
        for value in [
            "ru;q=1.1",
            "ru;q=2",
            "ru;q=-1",
            "ru;q=0.1234",
            "ru;q=0,5",
            "ru;q=",
            "ru;q=.5",
            "ru;q=a",
            "ru;q=0.5;q=0.6",
            "ru;level=1",
            "ru_RU",
            "russian",
            ";",
            ";;;q=1,,,",
        ] {
            assert_eq!(asked_by(&[value]), "en", "{value}");
        }
        let headers = HeaderMap::from_iter([(
            ACCEPT_LANGUAGE,
            http::HeaderValue::from_bytes(b"ru\xff").unwrap(),
        )]);
        assert_eq!(asked(&headers), Language::English);
    }
}
