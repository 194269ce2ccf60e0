//! One text in the three languages of the service. It never falls back from one to another.

use serde::{Deserialize, Serialize};

/// A text in Kazakh, Russian and English.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Localized {
    /// Kazakh.
    pub kk: String,
    /// Russian.
    pub ru: String,
    /// English.
    pub en: String,
}

impl Localized {
    /// The three texts, each made by the same function of its language's part.
    #[must_use]
    pub fn map(&self, change: impl Fn(&str) -> String) -> Self {
        Self {
            kk: change(&self.kk),
            ru: change(&self.ru),
            en: change(&self.en),
        }
    }

    /// The three texts, each followed by its own language's part of another.
    #[must_use]
    pub fn joined(&self, between: &str, other: &Self) -> Self {
        Self {
            kk: [&self.kk, between, &other.kk].concat(),
            ru: [&self.ru, between, &other.ru].concat(),
            en: [&self.en, between, &other.en].concat(),
        }
    }

    /// A text of literals.
    pub fn of(kk: &str, ru: &str, en: &str) -> Self {
        Self {
            kk: kk.to_owned(),
            ru: ru.to_owned(),
            en: en.to_owned(),
        }
    }

    /// Whether each language has a text.
    pub fn is_complete(&self) -> bool {
        [&self.kk, &self.ru, &self.en]
            .iter()
            .all(|text| !text.trim().is_empty())
    }
}
