//! A text as a cell of CSV that a spreadsheet takes for a text and not for a formula: one that begins
//! with a sign of a formula gets an apostrophe before it, and loses it again when it is read.
//! Nothing is ever lost: what was written is read back as it was.

use std::borrow::Cow;

/// With what a spreadsheet begins a formula, and the apostrophe that tells that there is none.
const fn is_sign(first: char) -> bool {
    matches!(first, '=' | '+' | '-' | '@' | '\t' | '\r' | '\'')
}

/// As it is written.
pub(crate) fn escaped(text: &str) -> Cow<'_, str> {
    if text.starts_with(is_sign) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// As it was before. An apostrophe before a letter was there already.
pub(crate) fn unescaped(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(text) if text.starts_with(is_sign) => text,
        Some(_) | None => cell,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn no_cell_begins_a_formula_and_foreign_apostrophes_stay() {
        assert_eq!(escaped("=1+1"), "'=1+1");
        assert_eq!(escaped("-17"), "'-17");
        assert_eq!(escaped("Үлгі"), "Үлгі");
        assert_eq!(unescaped("'Үлгі' ТҚК"), "'Үлгі' ТҚК");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(text in "['=+@\\-a\t]{0,4}") {
            let cell = escaped(&text).into_owned();
            prop_assert_eq!(unescaped(&cell), text.as_str());
            prop_assert!(!cell.starts_with(['=', '+', '-', '@']));
        }
    }
}
