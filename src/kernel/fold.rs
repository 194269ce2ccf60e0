//! One spelling for letters that look the same in Latin and Cyrillic.
//! It never joins letters that a reader can tell apart.

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
        'У' | 'Ү' => 'Y',
        other => other,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cyrillic_letters_fold_into_the_latin_ones_that_they_look_like() {
        let fold = |text: &str| text.chars().flat_map(folded).collect::<String>();
        assert_eq!(fold("АВСЕНКМОРТХУавсенкмортху"), "ABCEHKMOPTXYABCEHKMOPTXY");
        assert_eq!(fold("abcehkmoptxy"), "ABCEHKMOPTXY");
        assert_eq!(fold("БГДЖЗИЛПФЦШЫЯ1"), "БГДЖЗИЛПФЦШЫЯ1");
    }
}
