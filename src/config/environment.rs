//! Variables override the file: `TIZILIM__LISTEN__ADDRESS` is the key `address` of `[listen]`.
//! It never looks at a variable with another beginning.

use toml::{Table, Value};

const BEGINNING: &str = "TIZILIM__";

/// The variables of the process; one that is no text is no key of ours.
pub(super) fn of_process() -> impl Iterator<Item = (String, String)> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
}

/// Puts what variables say over what the table says.
pub(super) fn override_with(
    table: &mut Table,
    variables: impl IntoIterator<Item = (String, String)>,
) -> Result<(), Vec<String>> {
    let mut problems = Vec::new();
    for (name, value) in variables {
        let Some(path) = name.strip_prefix(BEGINNING) else {
            continue;
        };
        let path = path.to_lowercase();
        let keys: Vec<&str> = path.split("__").collect();
        if !put(table, &keys, value) {
            problems.push(format!("{name} does not name a key"));
        }
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(problems)
    }
}

fn put(table: &mut Table, keys: &[&str], value: String) -> bool {
    match keys {
        [] | [""] => false,
        [key] => {
            table.insert((*key).to_owned(), Value::String(value));
            true
        }
        [section, below @ ..] => {
            let section = table
                .entry(*section)
                .or_insert_with(|| Value::Table(Table::new()));
            section
                .as_table_mut()
                .is_some_and(|section| put(section, below, value))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn overridden(text: &str, name: &str) -> Result<Table, Vec<String>> {
        let mut table = text.parse().unwrap();
        override_with(&mut table, [(name.to_owned(), "x".to_owned())])?;
        Ok(table)
    }

    #[test]
    fn a_variable_is_put_over_its_key() {
        for (text, name, expected) in [
            ("", "TIZILIM__A__B_C", "[a]\nb_c = 'x'"),
            ("[a]\nb = 1\nc = 2", "TIZILIM__A__B", "[a]\nb = 'x'\nc = 2"),
            ("", "TIZILIM__A__B__C", "[a.b]\nc = 'x'"),
            ("d = 1", "TIZILIM_A__B", "d = 1"),
            ("d = 1", "PATH", "d = 1"),
        ] {
            let expected: Table = expected.parse().unwrap();
            assert_eq!(overridden(text, name), Ok(expected), "{name}");
        }
    }

    #[test]
    fn a_variable_that_names_no_key_is_refused() {
        for (text, name) in [("", "TIZILIM__"), ("a = 1", "TIZILIM__A__B")] {
            let problems = overridden(text, name).unwrap_err();
            assert_eq!(problems, [format!("{name} does not name a key")]);
        }
    }
}
