//! The pages that tell where a duty, a term or a text is kept, and by which test: each duty has its row,
//! and each file and test that they name is there. It never asks whether a test proves enough.

use std::{collections::BTreeMap, fs};

use crate::sources;

/// The pages whose references are followed.
const PAGES: [&str; 3] = [
    "docs/DEADLINES.md",
    "docs/LANGUAGES.md",
    "docs/OBLIGATIONS.md",
];

/// How many duties the Rules and the laws behind them have.
const LAST_DUTY: usize = 76;

/// Why a row may name no test.
const WITHOUT_TEST: [&str; 2] = ["not yet (issue ", "outside a computer system: "];

fn page(path: &str) -> String {
    fs::read_to_string(sources::root().join(path)).unwrap()
}

/// The cells of each row of the table that has this head.
fn rows<'a>(page: &'a str, head: &str) -> Vec<Vec<&'a str>> {
    let lines = page.lines().skip_while(|line| *line != head).skip(2);
    let rows = lines.take_while(|line| line.starts_with("| "));
    rows.map(|row| {
        let cells = row.trim_matches('|').split('|');
        cells.map(str::trim).collect()
    })
    .collect()
}

/// What stands between backquotes.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// Each test that a text names, with its file: `name` in `path`.
fn tests_named(text: &str) -> Vec<(&str, &str)> {
    let pieces: Vec<&str> = text.split('`').collect();
    let named = pieces.windows(4).skip(1).step_by(2);
    named
        .filter(|piece| piece[1] == " in ")
        .map(|piece| (piece[0], piece[2]))
        .collect()
}

fn is_path(word: &str) -> bool {
    let folders = [
        "benches/",
        "docs/",
        "migrations/",
        "proto/",
        "src/",
        "tests/",
    ];
    folders.iter().any(|folder| word.starts_with(folder))
}

/// The functions of each file that the tests runner calls.
fn tests_by_file() -> BTreeMap<String, Vec<String>> {
    let mut found = BTreeMap::<String, Vec<String>>::new();
    for source in sources::all() {
        let mut is_test = false;
        for line in source.text.lines().map(str::trim) {
            let function = line
                .strip_prefix("async fn ")
                .or_else(|| line.strip_prefix("fn "));
            match function.and_then(|function| function.split_once('(')) {
                Some((name, _)) if is_test => {
                    let tests = found.entry(source.path.clone()).or_default();
                    tests.push(name.to_owned());
                }
                _ => {}
            }
            let begins = line.starts_with("#[test]") || line.starts_with("#[tokio::test");
            is_test = begins || is_test && line.starts_with("#[");
        }
    }
    found
}

#[test]
fn every_duty_has_its_row_and_says_where_and_by_which_test() {
    let page = page("docs/OBLIGATIONS.md");
    let rows = rows(&page, "| № | clause | duty | where | test |");
    let numbers: Vec<_> = rows.iter().map(|row| row[0].to_owned()).collect();
    let expected: Vec<_> = (1..=LAST_DUTY)
        .map(|number| format!("O-{number}"))
        .collect();
    assert_eq!(numbers, expected);
    for row in rows {
        let [number, clause, duty, place, test] = row[..] else {
            panic!("{row:?} has other columns");
        };
        assert!(!clause.is_empty() && !duty.is_empty(), "{number}");
        let names_one = !tests_named(test).is_empty();
        let needs_none = WITHOUT_TEST.iter().any(|reason| place.starts_with(reason));
        assert!(names_one != needs_none, "{number}: {place}: {test}");
        let refers = place.contains("as O-") || place.contains("the same");
        let names_file = quoted(place).any(is_path) || refers;
        assert!(names_file != needs_none, "{number}: {place}");
    }
}

#[test]
fn every_term_says_where_it_is_kept_and_by_which_test() {
    let page = page("docs/DEADLINES.md");
    let head = "| clause | who | what | length | begins | ends | where | test |";
    let rows = rows(&page, head);
    assert!(rows.len() > 10, "the terms are found");
    for row in rows {
        let [clause, .., place, test] = row[..] else {
            panic!("{row:?} has other columns");
        };
        assert_eq!(row.len(), 8, "{clause}");
        let needs_none = place.starts_with("not yet (issue ");
        assert!(
            tests_named(test).is_empty() == needs_none,
            "{clause}: {test}"
        );
    }
}

#[test]
fn every_file_and_test_that_a_page_names_is_there() {
    let tests = tests_by_file();
    let mut count = 0;
    for path in PAGES {
        let page = page(path);
        for word in quoted(&page).filter(|word| is_path(word)) {
            let exists = sources::root().join(word).exists();
            assert!(exists, "{path} names {word}, which is not there");
        }
        for (name, file) in tests_named(&page) {
            // A sentence is a test; anything shorter is a function that the file must hold.
            let is_there = if name.split('_').count() > 3 {
                count += 1;
                let named = tests.get(file);
                named.is_some_and(|tests| tests.iter().any(|test| test == name))
            } else {
                let text = fs::read_to_string(sources::root().join(file)).unwrap();
                text.contains(name)
            };
            assert!(
                is_there,
                "{path} names {name} in {file}, which is not there"
            );
        }
    }
    assert!(count > 90, "the named tests are found: {count}");
}

#[test]
fn named_tests_are_found_in_a_sentence() {
    let text = "`a` in `src/a.rs`; `c_d` in `tests/c.rs`, and `other` without one";
    assert_eq!(
        tests_named(text),
        [("a", "src/a.rs"), ("c_d", "tests/c.rs")]
    );
    assert!(tests_named("nothing in quotes").is_empty());
}
