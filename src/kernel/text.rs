//! Text of bounded length that shows what it holds: no character of it is invisible or moves others.
//! It never changes what was given, but for spaces at its ends.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Problem;

/// One line of 1 to `MAX` characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Text<const MAX: usize>(String);

impl<const MAX: usize> Text<MAX> {
    /// Reads one line, without the spaces at its ends.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Problem::new("must not be empty"));
        }
        if text.chars().nth(MAX).is_some() {
            return Err(Problem::stated(format!(
                "must have at most {MAX} characters"
            )));
        }
        if text.chars().any(is_hidden) {
            return Err(Problem::new(
                "must not contain control or invisible characters",
            ));
        }
        Ok(Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> fmt::Display for Text<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<const MAX: usize> AsRef<str> for Text<MAX> {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> From<Text<MAX>> for String {
    fn from(text: Text<MAX>) -> Self {
        text.0
    }
}

impl<const MAX: usize> TryFrom<String> for Text<MAX> {
    type Error = Problem;

    fn try_from(text: String) -> Result<Self, Problem> {
        Self::parse(&text)
    }
}

/// Whether a reader would not see a character, or see others in another order because of it.
fn is_hidden(c: char) -> bool {
    let is_noncharacter = matches!(c, '\u{fdd0}'..='\u{fdef}') || u32::from(c) & 0xfffe == 0xfffe;
    c.is_control()
        || is_noncharacter
        || matches!(
            c,
            '\u{ad}' // soft hyphen
                | '\u{34f}' // combining grapheme joiner
                | '\u{61c}' // Arabic letter mark
                | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' // Hangul fillers
                | '\u{180e}' // Mongolian vowel separator
                | '\u{200b}'..='\u{200f}' // zero width, direction marks
                | '\u{2028}'..='\u{202e}' // line and paragraph separators, bidi overrides
                | '\u{2060}'..='\u{206f}' // word joiner, bidi isolates, invisible operators
                | '\u{feff}' // byte order mark
                | '\u{fff9}'..='\u{fffb}' // interlinear annotation
                | '\u{e0000}'..='\u{e007f}' // tags
        )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_and_addresses_in_three_languages_are_kept_as_given() {
        for text in [
            "Әбілқайырова Гүлнұр Өтегенқызы",
            "г. Алматы, ул. Пример, д. 5/1, кв. №12",
            "D'Artagnan-Šimić, 3rd floor (left)",
            "*b* $x$ #read(\"x\") @ref <label> \\ //",
        ] {
            assert_eq!(
                Text::<100>::parse(&format!("  {text}\u{a0} "))
                    .unwrap()
                    .as_str(),
                text
            );
        }
    }

    #[test]
    fn length_is_counted_in_characters() {
        assert!(Text::<5>::parse("үйқұр").is_ok());
        let problem = Text::<5>::parse("үйқұры").unwrap_err().to_string();
        assert_eq!(problem, "must have at most 5 characters");
        for empty in ["", " ", "\t\u{a0}\u{3000}"] {
            assert_eq!(
                Text::<5>::parse(empty).unwrap_err().to_string(),
                "must not be empty"
            );
        }
    }

    #[test]
    fn invisible_and_controlling_characters_are_refused() {
        for c in [
            '\0',
            '\n',
            '\r',
            '\t',
            '\u{1b}',
            '\u{7f}',
            '\u{85}',
            '\u{ad}',
            '\u{34f}',
            '\u{61c}',
            '\u{180e}',
            '\u{200b}',
            '\u{200c}',
            '\u{200d}',
            '\u{200e}',
            '\u{200f}',
            '\u{2028}',
            '\u{2029}',
            '\u{202a}',
            '\u{202e}',
            '\u{2060}',
            '\u{2066}',
            '\u{2069}',
            '\u{3164}',
            '\u{fdd0}',
            '\u{fdef}',
            '\u{feff}',
            '\u{fff9}',
            '\u{fffe}',
            '\u{ffff}',
            '\u{1fffe}',
            '\u{e0041}',
            '\u{10ffff}',
        ] {
            let problem = Text::<9>::parse(&format!("a{c}b")).unwrap_err().to_string();
            assert_eq!(
                problem, "must not contain control or invisible characters",
                "{c:?}"
            );
        }
    }

    #[test]
    fn stored_text_is_checked_again_when_read() {
        assert!(serde_json::from_str::<Text<3>>("\"abc\"").is_ok());
        assert!(serde_json::from_str::<Text<3>>("\"abcd\"").is_err());
    }

    proptest! {
        #[test]
        fn whatever_is_read_is_one_bounded_line_and_reads_the_same_again(given in any::<String>()) {
            if let Ok(text) = Text::<20>::parse(&given) {
                prop_assert!((1..=20).contains(&text.as_str().chars().count()));
                prop_assert!(!text.as_str().contains(|c: char| c.is_control()));
                prop_assert_eq!(Text::<20>::parse(text.as_str()).unwrap(), text);
            }
        }
    }
}
