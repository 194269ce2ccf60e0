//! What makes two shares the same share, however their numbers are spelled.
//! It never depends on who holds the share.

use std::{fmt, sync::LazyLock};

use super::{
    CadastralNumber, Problem,
    fold::{folded, folded_text, is_letter},
};

const LABEL_LENGTH_MAX: usize = 40;

/// The block or the number of a share, as given: `12`, `№ 12А`, `А-05`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ShareLabel {
    given: String,
    normalized: String,
}

impl ShareLabel {
    /// Reads a label of Latin and Cyrillic letters, digits and the usual signs: nothing else, since a
    /// letter of a third script that looks the same would hide an earlier right to the share (cl. 8).
    pub fn parse(label: &str) -> Result<Self, Problem> {
        let label = label.trim();
        if label.chars().nth(LABEL_LENGTH_MAX).is_some() {
            return Err(Problem::stated(format!(
                "must have at most {LABEL_LENGTH_MAX} characters"
            )));
        }
        if !label.chars().all(is_usual) {
            return Err(Problem::new(
                "must have only Latin or Cyrillic letters, digits and - / . , № « »",
            ));
        }
        let normalized = normalized(label);
        if !normalized.contains(char::is_alphanumeric) {
            return Err(Problem::new("must have a letter or a digit"));
        }
        Ok(Self {
            given: label.to_owned(),
            normalized,
        })
    }

    /// The label as it was given, without spaces at its ends.
    pub fn as_str(&self) -> &str {
        &self.given
    }
}

impl fmt::Display for ShareLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.given)
    }
}

/// The identity of a share: land plot, block, kind and number, each in one spelling.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ShareKey(String);

impl ShareKey {
    /// Makes the key of a share. An object is named by its land plot and block, so that it does not
    /// matter whether the plot's or the building's number was given.
    pub fn of(
        object: &CadastralNumber,
        block: Option<&ShareLabel>,
        kind: &str,
        number: &ShareLabel,
    ) -> Self {
        let block = block.map_or("", |block| &block.normalized);
        Self(format!(
            "{}|{block}|{kind}|{}",
            object.land_plot(),
            number.normalized
        ))
    }

    /// The key, for the store.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ShareKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What stands only before a number.
const SIGNS: [&str; 7] = ["no", "n", "кв", "оф", "пом", "мм", "м/м"];
/// What stands before a number or after it.
const WORDS: [&str; 15] = [
    "квартира",
    "пәтер",
    "помещение",
    "офис",
    "машиноместо",
    "место",
    "орын",
    "паркинг",
    "бокс",
    "кладовая",
    "қойма",
    "блок",
    "секция",
    "подъезд",
    "кіреберіс",
];

fn is_usual(c: char) -> bool {
    is_letter(c) || c.is_ascii_digit() || is_gap(c) || is_quote(c) || matches!(c, '/' | '.' | ',')
}

/// What only stands between the words of a label.
fn is_gap(c: char) -> bool {
    matches!(
        c,
        ' ' | '\u{a0}' | '\u{202f}' | '№' | '-' | '\u{2010}'..='\u{2015}' | '\u{2212}'
    )
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\'' | '«' | '»' | '“' | '”' | '„')
}

/// Drops quotes, folds letters, drops leading zeros of each number, and keeps of a gap one hyphen,
/// and that only between two digits or two letters: `12 А` is `12А`, but `1-12` is neither `112` nor
/// `11-2`.
fn normalized(label: &str) -> String {
    let letters = label.chars().filter(|c| !is_quote(*c)).flat_map(folded);
    let mut rest = letters.peekable();
    let mut key = String::new();
    let mut in_gap = false;
    while let Some(c) = rest.next() {
        if is_gap(c) {
            in_gap = true;
            continue;
        }
        let before = key.chars().next_back();
        if in_gap && before.is_some_and(|before| are_alike(before, c)) {
            key.push('-');
        }
        let continues = !in_gap && before.is_some_and(|before| before.is_ascii_digit());
        in_gap = false;
        let is_leading_zero =
            c == '0' && !continues && rest.peek().is_some_and(char::is_ascii_digit);
        if !is_leading_zero {
            key.push(c);
        }
    }
    without_words(&key).to_owned()
}

fn are_alike(left: char, right: char) -> bool {
    (left.is_ascii_digit() && right.is_ascii_digit())
        || (left.is_alphabetic() && right.is_alphabetic())
}

/// The words as they stand in a key: first what stands only before a number.
static SPELT: LazyLock<(Vec<String>, Vec<String>)> = LazyLock::new(|| {
    let spelt = |words: &[&str]| words.iter().map(|word| folded_text(word)).collect();
    (spelt(&SIGNS), spelt(&WORDS))
});

/// `N12`, `кв. 12`, `квартира 12` and `12-пәтер` are `12`; a block named `N` stays one. The kind is
/// told apart, so a word for it before or after a number says nothing.
fn without_words(key: &str) -> &str {
    let (signs, words) = &*SPELT;
    let before = |word: &String| {
        let rest = key.strip_prefix(word.as_str())?;
        let rest = rest.trim_start_matches(['.', '-']);
        Some(rest).filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    };
    let after = |word: &String| {
        let rest = key.strip_suffix(word.as_str())?;
        let rest = rest.trim_end_matches(['.', '-']);
        Some(rest).filter(|rest| rest.ends_with(|c: char| c.is_ascii_digit()))
    };
    signs
        .iter()
        .chain(words)
        .find_map(before)
        .or_else(|| words.iter().find_map(after))
        .unwrap_or(key)
}

#[cfg(test)]
#[path = "share_key/tests.rs"]
mod tests;
