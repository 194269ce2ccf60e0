//! Texts in three languages as they are sent. They are never translated here.

use crate::{kernel::Localized, pb::registry::v1 as pb};

/// A text in three languages as sent.
pub fn localized(text: Localized) -> pb::LocalizedText {
    let Localized { kk, ru, en } = text;
    pb::LocalizedText { kk, ru, en }
}
