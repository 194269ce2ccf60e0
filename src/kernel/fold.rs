//! One spelling for letters that look the same in Latin and Cyrillic.
//! It never joins other letters than these, but for Ё, which is commonly written as Е.

/// The capital letter of `c`, in Latin if the Cyrillic one looks like it.
pub(super) fn folded(c: char) -> impl Iterator<Item = char> {
    c.to_uppercase().map(|capital| match capital {
        'А' => 'A',
        'В' => 'B',
        'С' => 'C',
        'Е' | 'Ё' => 'E',
        'Н' => 'H',
        'І' => 'I',
        'К' => 'K',
        'М' => 'M',
        'О' => 'O',
        'Р' => 'P',
        'Т' => 'T',
        'Х' => 'X',
        'У' => 'Y',
        other => other,
    })
}

/// A text in capital letters, each in one spelling.
pub fn folded_text(text: &str) -> String {
    text.chars().flat_map(folded).collect()
}

/// Whether `c` is a letter of the two scripts that numbers and labels are written in here.
pub(super) fn is_letter(c: char) -> bool {
    c.is_ascii_alphabetic() || (matches!(c, '\u{400}'..='\u{4ff}') && c.is_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cyrillic_letters_fold_into_the_latin_ones_that_they_look_like() {
        let fold = |text: &str| text.chars().flat_map(folded).collect::<String>();
        assert_eq!(fold("АВСЕНКМОРТХУавсенкмортху"), "ABCEHKMOPTXYABCEHKMOPTXY");
        assert_eq!(fold("abcehkmoptxy"), "ABCEHKMOPTXY");
        assert_eq!(fold("ЁёІі"), "EEII");
        assert_eq!(fold("БГДЖЗИЛПФЦШЫЯҮҰҢ1"), "БГДЖЗИЛПФЦШЫЯҮҰҢ1");
    }

    #[test]
    fn letters_are_latin_or_cyrillic() {
        assert!("aZяЁӘһ".chars().all(is_letter));
        assert!(!"1 Αא\u{483}Ａ".chars().any(is_letter));
    }
}
