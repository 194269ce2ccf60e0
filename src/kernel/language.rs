//! A language of the service. It never stands for a script or a country.

use super::Localized;

/// One of the three languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Language {
    /// Kazakh, the default.
    Kazakh,
    /// Russian.
    Russian,
    /// English.
    English,
}

impl Language {
    /// The text in this language.
    pub fn of(self, text: &Localized) -> &str {
        match self {
            Self::Kazakh => &text.kk,
            Self::Russian => &text.ru,
            Self::English => &text.en,
        }
    }

    /// The language's tag (BCP 47).
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Kazakh => "kk",
            Self::Russian => "ru",
            Self::English => "en",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_finds_its_own_text_under_its_own_tag() {
        let text = Localized::of("kk", "ru", "en");
        for language in [Language::Kazakh, Language::Russian, Language::English] {
            assert_eq!(language.of(&text), language.tag());
        }
    }
}
