//! Reads a TOML table key by key and notes every problem, unknown keys included, before any is told.
//! It never stops at the first, and never repeats the value of a key.

use std::{fmt::Display, ops::RangeInclusive};

use toml::{Table, Value};

use crate::kernel::Problem;

/// Part of a table, with its path, all that is wrong with it so far, and what is in effect.
#[derive(Debug)]
pub struct Section<'problems> {
    path: String,
    left: Table,
    effective: Table,
    problems: &'problems mut Vec<String>,
}

/// Reads a whole table: what it says, what is in effect with all defaults, or everything that is
/// wrong with it, one problem in each line.
pub fn read<T>(
    table: Table,
    read: impl FnOnce(&mut Section<'_>) -> Option<T>,
) -> Result<(T, Table), Vec<String>> {
    let mut problems = Vec::new();
    let mut root = Section::new(String::new(), table, &mut problems);
    let value = read(&mut root);
    let effective = root.close();
    match value {
        Some(value) if problems.is_empty() => Ok((value, effective)),
        _ => Err(problems),
    }
}

impl<'problems> Section<'problems> {
    fn new(path: String, left: Table, problems: &'problems mut Vec<String>) -> Self {
        Self {
            path,
            left,
            effective: Table::new(),
            problems,
        }
    }

    /// Notes what is wrong with a key.
    pub fn problem(&mut self, key: &str, problem: impl Display) {
        let path = self.join(key);
        self.problems.push(format!("{path} {problem}"));
    }

    /// Whether the key is given.
    pub fn has(&self, key: &str) -> bool {
        self.left.contains_key(key)
    }

    /// A text, if it is given.
    pub fn text(&mut self, key: &str) -> Option<String> {
        let Value::String(text) = self.left.remove(key)? else {
            self.problem(key, "must be a text");
            return None;
        };
        self.effective.insert(key.to_owned(), text.clone().into());
        Some(text)
    }

    /// A text, or what holds without it.
    pub fn text_or(&mut self, key: &str, default: &str) -> String {
        self.left
            .entry(key)
            .or_insert_with(|| Value::String(default.to_owned()));
        self.text(key).unwrap_or_default()
    }

    /// A value read from a text, if it is given.
    pub fn read<T>(
        &mut self,
        key: &str,
        parse: impl FnOnce(&str) -> Result<T, Problem>,
    ) -> Option<T> {
        let text = self.text(key)?;
        parse(&text)
            .map_err(|problem| self.problem(key, problem))
            .ok()
    }

    /// A value read from a text that must be given.
    pub fn required<T>(
        &mut self,
        key: &str,
        parse: impl FnOnce(&str) -> Result<T, Problem>,
    ) -> Option<T> {
        if !self.has(key) {
            self.problem(key, "is required");
        }
        self.read(key, parse)
    }

    /// A value read from a text, or from what holds without it.
    pub fn read_or<T>(
        &mut self,
        key: &str,
        default: &str,
        parse: impl FnOnce(&str) -> Result<T, Problem>,
    ) -> Option<T> {
        let text = self.text_or(key, default);
        parse(&text)
            .map_err(|problem| self.problem(key, problem))
            .ok()
    }

    /// A whole number within its limits, or what holds without it. The environment knows only texts.
    pub fn number_or(&mut self, key: &str, default: u32, limits: RangeInclusive<u32>) -> u32 {
        let number = match self.left.remove(key) {
            None => Some(default),
            Some(Value::Integer(number)) => u32::try_from(number).ok(),
            Some(Value::String(text)) => text.parse().ok(),
            Some(_) => None,
        };
        let number = number.filter(|number| limits.contains(number));
        if number.is_none() {
            let (least, most) = (limits.start(), limits.end());
            self.problem(
                key,
                format_args!("must be a whole number from {least} to {most}"),
            );
        }
        let number = number.unwrap_or(default);
        self.effective
            .insert(key.to_owned(), i64::from(number).into());
        number
    }

    /// Texts; none if the key is not given. In the environment they are separated by commas.
    pub fn texts(&mut self, key: &str) -> Vec<String> {
        let given = match self.left.remove(key) {
            None => Some(Vec::new()),
            Some(Value::String(text)) => {
                let parts = text
                    .split(',')
                    .map(str::trim)
                    .filter(|part| !part.is_empty());
                Some(parts.map(str::to_owned).collect())
            }
            Some(Value::Array(values)) => values
                .iter()
                .map(|value| value.as_str().map(str::to_owned))
                .collect(),
            Some(_) => None,
        };
        if given.is_none() {
            self.problem(key, "must be a list of texts");
        }
        let texts = given.unwrap_or_default();
        self.effective.insert(key.to_owned(), texts.clone().into());
        texts
    }

    /// What a section says; one that is not given is empty.
    pub fn section<T>(&mut self, key: &str, read: impl FnOnce(&mut Section<'_>) -> T) -> T {
        let table = match self.left.remove(key) {
            None => Table::new(),
            Some(Value::Table(table)) => table,
            Some(_) => {
                self.problem(key, "must be a section");
                Table::new()
            }
        };
        let mut section = Section::new(self.join(key), table, self.problems);
        let value = read(&mut section);
        let effective = section.close();
        self.effective.insert(key.to_owned(), effective.into());
        value
    }

    /// What a section says, if it is given.
    pub fn section_if_given<T>(
        &mut self,
        key: &str,
        read: impl FnOnce(&mut Section<'_>) -> T,
    ) -> Option<T> {
        self.has(key).then(|| self.section(key, read))
    }

    /// What each of the sections `[[key]]` says.
    pub fn sections<T>(
        &mut self,
        key: &str,
        mut read: impl FnMut(&mut Section<'_>) -> T,
    ) -> Vec<T> {
        let tables: Option<Vec<Table>> = match self.left.remove(key) {
            None => Some(Vec::new()),
            Some(Value::Array(values)) => values
                .iter()
                .map(|value| value.as_table().cloned())
                .collect(),
            Some(_) => None,
        };
        if tables.is_none() {
            self.problem(key, "must be sections, each begun with [[…]]");
        }
        let mut values = Vec::new();
        let mut effective = Vec::new();
        for (index, table) in tables.unwrap_or_default().into_iter().enumerate() {
            let path = format!("{}[{index}]", self.join(key));
            let mut section = Section::new(path, table, self.problems);
            values.push(read(&mut section));
            effective.push(Value::Table(section.close()));
        }
        self.effective.insert(key.to_owned(), effective.into());
        values
    }

    /// Shows another text in what is in effect: a secret does not show itself.
    pub fn show_as(&mut self, key: &str, text: &str) {
        self.effective.insert(key.to_owned(), text.into());
    }

    fn close(mut self) -> Table {
        for key in std::mem::take(&mut self.left).keys() {
            self.problem(key, "is not a known key");
        }
        self.effective
    }

    fn join(&self, key: &str) -> String {
        if self.path.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.path)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Bin;

    fn table(text: &str) -> Table {
        text.parse().unwrap()
    }

    #[test]
    fn every_problem_is_told_at_once() {
        let given = table(
            "colour = 1\nbin = '1'\nname = 3\nports = 'x'\n[a]\nseconds = 0\n[[b]]\n[[b]]\nz = 1",
        );
        let problems = read(given, |root| {
            root.read("bin", Bin::parse);
            root.text("name");
            root.section("ports", |_| ());
            root.required("owner", Bin::parse);
            root.section("a", |a| a.number_or("seconds", 5, 1..=9));
            root.sections("b", |b| b.has("z"));
            Some(())
        })
        .unwrap_err();
        assert_eq!(
            problems,
            [
                "bin must have 12 digits",
                "name must be a text",
                "ports must be a section",
                "owner is required",
                "a.seconds must be a whole number from 1 to 9",
                "b[1].z is not a known key",
                "colour is not a known key",
            ]
        );
    }

    #[test]
    fn what_is_in_effect_holds_the_defaults_and_hides_secrets() {
        let given = table("list = ['x', 'y']\n[a]\nseconds = '7'\nurl = 'p://u:secret@h'");
        let (seconds, effective) = read(given, |root| {
            let list = root.texts("list");
            assert_eq!(list, ["x", "y"]);
            root.section("a", |a| {
                a.text("url");
                a.show_as("url", "p://h");
                a.text_or("mode", "plain");
                Some(a.number_or("seconds", 5, 1..=9))
            })
        })
        .unwrap();
        assert_eq!(seconds, 7);
        let expected = "list = ['x', 'y']\n[a]\nseconds = 7\nurl = 'p://h'\nmode = 'plain'";
        assert_eq!(effective, table(expected));
    }
}
