//! Whatever the code may say of a field has words in all three languages: each such text is looked for in
//! the sources. It never asks when it is said.

use tizilim::rpc::languages::problem;

use super::LANGUAGES;
use crate::sources::{self, Source};

/// Read by operators and developers only, in English: configuration and what is shipped.
const OF_OPERATORS: &[&str] = &[
    "src/authn/",
    "src/calendar/cause.rs",
    "src/calendar/table.rs",
    "src/config/",
    "src/courier/",
    "src/demo/",
    "src/store/",
    "src/transfer/former/",
    "src/transfer/judge.rs",
];

/// Of a stage, not of a field: `PreconditionFailure`, for programs.
const OF_NO_FIELD: &str = "must be one of {names}";

#[test]
fn whatever_the_code_says_of_a_field_has_words_in_each_language() {
    let mut count = 0;
    for source in sources::shipped() {
        if OF_OPERATORS.iter().any(|of| source.path.starts_with(of)) {
            continue;
        }
        for text in problems(&source) {
            count += 1;
            // Any number does for a limit.
            let sample = with_limits(&text);
            for language in LANGUAGES {
                let said = problem(&sample, language);
                assert!(
                    said.is_some() || text == OF_NO_FIELD,
                    "{}: add “{text}” to rpc/languages/problems",
                    source.path
                );
            }
        }
    }
    assert!(count > 80, "the problems are found: {count}");
}

#[test]
fn problems_are_found_however_they_are_stated() {
    let source = Source {
        path: "src/x.rs".to_owned(),
        text: r#"
            Problem::new("says \"no\"")
            Problem::stated(format!("has over {MAX} rows"))
            errors.add("path", "lacks all")
            errors.add(PATH, format_args!("holds {MAX}"))
            Malformed::one("path", "came late")
            FieldError { path, problem: "was old".to_owned() }
            const RULE: &str = "must be \
                so";
            condition.add("not a problem");
            other("a, b", '"', "neither");
        "#
        .to_owned(),
    };
    let found = problems(&source);
    assert_eq!(
        found,
        [
            "says \"no\"",
            "has over {MAX} rows",
            "lacks all",
            "holds {MAX}",
            "came late",
            "was old",
            "must be so",
        ]
    );
}

/// The texts that say what is wrong with a field, as the code has them.
fn problems(source: &Source) -> Vec<String> {
    let mut found = Vec::new();
    let mut before = String::new();
    let code = source.code().replace("'\"'", "' '");
    let mut rest = code.as_str();
    while let Some((head, tail)) = rest.split_once('"') {
        before.extend(head.chars().filter(|letter| !letter.is_whitespace()));
        let (text, after) = literal(tail);
        if begins_as_a_rule(&text) || is_a_problem(&before) {
            found.push(text);
        }
        before.push_str("\"\"");
        rest = after;
    }
    found
}

/// A literal and what follows it; `text` begins after the quotation mark.
fn literal(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => return (value, letters.as_str()),
            '\\' => match letters.next() {
                // The line goes on; the next one's indent is not of the text.
                Some('\n') => letters = letters.as_str().trim_start().chars(),
                Some(escaped) => value.push(escaped),
                None => break,
            },
            _ => value.push(letter),
        }
    }
    (value, "")
}

fn begins_as_a_rule(text: &str) -> bool {
    ["must ", "is required", "does not belong"]
        .iter()
        .any(|begin| text.starts_with(begin))
}

/// Whether what stands before a literal, without spaces, makes it a problem.
fn is_a_problem(before: &str) -> bool {
    let before = ["format!(", "format_args!("]
        .iter()
        .find_map(|wrapper| before.strip_suffix(wrapper))
        .unwrap_or(before);
    if ["Problem::new(", "Problem::stated(", "problem:"]
        .iter()
        .any(|maker| before.ends_with(maker))
    {
        return true;
    }
    // The second of two arguments.
    let Some((call, argument)) = before.rsplit_once('(') else {
        return false;
    };
    let is_second = argument.matches(',').count() == 1 && argument.ends_with(',');
    let takes_a_problem = [".add", "Malformed::one"];
    is_second && takes_a_problem.iter().any(|taker| call.ends_with(taker))
}

/// `{MAX}` as a number.
fn with_limits(text: &str) -> String {
    let mut sample = String::new();
    let mut rest = text;
    while let Some((head, tail)) = rest.split_once('{') {
        sample.push_str(head);
        sample.push('7');
        rest = tail.split_once('}').map_or("", |(_, after)| after);
    }
    sample + rest
}
