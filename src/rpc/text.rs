//! Texts in three languages as they are read and sent. They are never translated here.

use super::FieldErrors;
use crate::{
    kernel::{Localized, Text},
    pb::registry::v1 as pb,
};

impl FieldErrors {
    /// Reads a required text: all three languages, each of 1 to `MAX` characters.
    pub fn localized<const MAX: usize>(
        &mut self,
        path: &str,
        message: Option<&pb::LocalizedText>,
    ) -> Option<Localized> {
        let pb::LocalizedText { kk, ru, en } = self.present(path, message)?;
        self.at(path, |errors| {
            let mut read = |path, text: &str| {
                errors
                    .required(path, text.trim(), Text::<MAX>::parse)
                    .map(String::from)
            };
            let (kk, ru, en) = (read("kk", kk), read("ru", ru), read("en", en));
            Some(Localized {
                kk: kk?,
                ru: ru?,
                en: en?,
            })
        })
    }
}

/// A text in three languages as sent.
pub fn localized(text: Localized) -> pb::LocalizedText {
    let Localized { kk, ru, en } = text;
    pb::LocalizedText { kk, ru, en }
}
