//! Spellings of one share meet in one key, and different shares never do.

use proptest::prelude::*;

use super::*;

fn label(text: &str) -> ShareLabel {
    ShareLabel::parse(text).unwrap()
}

fn key(object: &str, block: &str, kind: &str, number: &str) -> ShareKey {
    let block = Some(block).filter(|block| !block.is_empty()).map(label);
    let object = CadastralNumber::parse(object).unwrap();
    ShareKey::of(&object, block.as_ref(), kind, &label(number))
}

#[test]
fn a_key_reads_as_plot_block_kind_and_number() {
    let key = key("20-315-032-150", "«б»", "APARTMENT", "№ 012а");
    assert_eq!(key.as_str(), "20:315:032:150|Б|APARTMENT|12A");
}

#[test]
fn spellings_of_one_label_are_one() {
    for (one, others) in [
        (
            "12",
            vec![
                "№12",
                "№ 12",
                "N12",
                "N 12",
                "No. 12",
                "no 12",
                "012",
                " 12 ",
                "\u{a0}0012",
                "кв. 12",
                "Кв.№12",
                "квартира 12",
                "12-пәтер",
                "Пәтер № 012",
                "м/м 12",
                "место 12",
                "паркинг №12",
                "оф. 12",
            ],
        ),
        (
            "12A",
            vec![
                "12А",
                "12а",
                "12a",
                "12 А",
                "12-А",
                "12\u{2013}а",
                "№ 012 \"А\"",
            ],
        ),
        ("А-5", vec!["A5", "а 05", "«А»-005", "А5"]),
        ("1-12", vec!["1 12", "01-012", "1 - 12", "1\u{2014}12"]),
        ("0", vec!["00", "№0"]),
        ("N", vec!["n", "«N»", "№N"]),
        ("N.", vec!["N .№", "n. №"]),
        ("Ё", vec!["е", "E", "ё"]),
    ] {
        for other in others {
            assert_eq!(
                label(one).normalized,
                label(other).normalized,
                "{one} and {other}"
            );
        }
    }
}

#[test]
fn different_labels_stay_different() {
    let labels = [
        "1", "2", "10", "100", "11", "1-1", "1/1", "1.1", "12", "1-12", "11-2", "112", "12А",
        "12Б", "А12", "А", "Б", "N", "А-Б", "АБ", "0", "З", "3", "О", "И", "Й", "Ұ", "У",
    ];
    for (index, one) in labels.iter().enumerate() {
        for other in &labels[..index] {
            assert_ne!(
                label(one).normalized,
                label(other).normalized,
                "{one} and {other}"
            );
        }
    }
}

#[test]
fn each_part_tells_shares_apart() {
    let keys = [
        key("20:315:032:150", "", "APARTMENT", "1"),
        key("20:315:032:151", "", "APARTMENT", "1"),
        key("20:315:032:150", "1", "APARTMENT", "1"),
        key("20:315:032:150", "", "PARKING_PLACE", "1"),
        key("20:315:032:150", "", "APARTMENT", "2"),
    ];
    for (index, one) in keys.iter().enumerate() {
        assert!(!keys[..index].contains(one), "{one}");
    }
}

#[test]
fn the_number_of_the_plot_and_of_the_building_on_it_name_one_object() {
    assert_eq!(
        key("20:315:032:150", "1", "APARTMENT", "7"),
        key("20:315:032:150:1:7", "1", "APARTMENT", "7")
    );
}

#[test]
fn a_label_that_could_hide_another_is_refused() {
    for (wrong, problem) in [
        ("", "must have a letter or a digit"),
        ("№", "must have a letter or a digit"),
        ("-", "must have a letter or a digit"),
        ("«»", "must have a letter or a digit"),
        (
            "Α1",
            "must have only Latin or Cyrillic letters, digits and - / . , № « »",
        ), // Greek
        (
            "１２",
            "must have only Latin or Cyrillic letters, digits and - / . , № « »",
        ),
        (
            "1|2",
            "must have only Latin or Cyrillic letters, digits and - / . , № « »",
        ),
        (
            "1\u{200b}2",
            "must have only Latin or Cyrillic letters, digits and - / . , № « »",
        ),
        (
            "1\n2",
            "must have only Latin or Cyrillic letters, digits and - / . , № « »",
        ),
    ] {
        assert_eq!(
            ShareLabel::parse(wrong).unwrap_err().to_string(),
            problem,
            "{wrong:?}"
        );
    }
    let long = "1".repeat(41);
    assert_eq!(
        ShareLabel::parse(&long).unwrap_err().to_string(),
        "must have at most 40 characters"
    );
}

/// How people write a number with a letter.
fn spelling() -> impl Strategy<Value = (&'static str, usize, &'static str, bool)> {
    let sign = prop::sample::select(vec!["", "№", "№ ", "N", "N ", "No. ", "  "]);
    let gap = prop::sample::select(vec!["", " ", "-", "\u{a0}", " \u{2013} "]);
    (sign, 1_usize..5, gap, any::<bool>())
}

/// The same letters as they are typed on a Latin and on a Cyrillic keyboard.
const LETTERS: [(&str, &str); 6] = [
    ("", ""),
    ("A", "а"),
    ("b", "В"),
    ("C", "С"),
    ("k", "К"),
    ("X", "х"),
];

fn spelled(number: u32, letter: usize, how: (&str, usize, &str, bool)) -> String {
    let (sign, width, gap, is_latin) = how;
    let (latin, cyrillic) = LETTERS[letter];
    let letter = if is_latin { latin } else { cyrillic };
    format!("{sign}{number:0width$}{gap}{letter}")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(9_999))]

    #[test]
    fn two_spellings_meet_exactly_if_number_and_letter_are_equal(
        one in (1_u32..200, 0..LETTERS.len()),
        other in (1_u32..200, 0..LETTERS.len()),
        how in spelling(),
        how_else in spelling(),
    ) {
        let key = |(number, letter), how| {
            key("20:315:032:150", "", "APARTMENT", &spelled(number, letter, how))
        };
        prop_assert_eq!(key(one, how) == key(other, how_else), one == other);
        prop_assert_eq!(key(one, how), key(one, how_else));
    }

    #[test]
    fn a_normalized_label_is_its_own_normal_form(given in "[0-9A-NО-яё№N.,«»/ -]{1,12}") {
        if let Ok(label) = ShareLabel::parse(&given) {
            let again = ShareLabel::parse(&label.normalized).unwrap();
            prop_assert_eq!(again.normalized, label.normalized);
        }
    }
}
