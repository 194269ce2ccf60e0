//! How every file of ours must look. It never asks what the code does.

use crate::sources;

/// A file over this is two files.
const LINES_MAX: usize = 400;

#[test]
fn files_are_short() {
    for source in sources::all() {
        let lines = source.text.lines().count();
        assert!(lines <= LINES_MAX, "{} has {lines} lines", source.path);
    }
}

#[test]
fn every_file_opens_with_its_idea() {
    for source in sources::all() {
        assert!(
            source.text.starts_with("//! "),
            "{} does not open with //!",
            source.path
        );
    }
}

/// Split, so that this file does not hold what it looks for.
const UNWANTED: &[(&str, &str)] = &[
    ("to", "do!"),
    ("TO", "DO"),
    ("FIX", "ME"),
    ("unimpl", "emented!"),
    ("#[ign", "ore"),
    ("should_", "panic"),
    ("#[al", "low("),
    ("#![al", "low("),
    ("db", "g!("),
];

/// What only a server can show is listed, and run by `tests/run`, which has one.
const NEEDS_A_SERVER: &str = r#"#[ignore = "needs PostgreSQL: tests/run"]"#;

#[test]
fn nothing_is_put_off_or_silenced() {
    for source in sources::all() {
        let text = source.text.replace(NEEDS_A_SERVER, "");
        for (head, tail) in UNWANTED {
            let word = format!("{head}{tail}");
            assert!(!text.contains(&word), "{} contains {word}", source.path);
        }
    }
}

#[test]
fn tests_are_named_by_sentences() {
    for source in sources::all() {
        let mut is_test = false;
        for line in source.text.lines().map(str::trim) {
            if let Some(function) = line
                .strip_prefix("async fn ")
                .or_else(|| line.strip_prefix("fn "))
                && is_test
            {
                let name = function.split('(').next().unwrap_or_default();
                let sentence = name.split('_').count() >= 3 && !name.starts_with("test_");
                assert!(sentence, "{}: {name} says too little", source.path);
            }
            let begins = line.starts_with("#[test]") || line.starts_with("#[tokio::test");
            is_test = begins || is_test && line.starts_with("#[");
        }
    }
}
