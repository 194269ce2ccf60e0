//! Reads the table of a rule set key by key and notes everything that is wrong with it, each with its path.
//! It never stops at the first problem, and never repeats what stood there.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::de::DeserializeOwned;
use toml::{Table, Value};

use super::RuleProblem;
use crate::kernel::{Localized, Problem, Text, parse_date};

const REQUIRED: Problem = Problem::new("is required");
const UNKNOWN: Problem = Problem::new("is not known here");
const NO_TABLE: Problem = Problem::new("must be a table");
const NO_LIST: Problem = Problem::new("must be a list");
const NO_TEXT: Problem = Problem::new("must be a text");
const NO_CODE: Problem = Problem::new("must be a code that is known here");

/// Longer sentences than these are not read.
const SENTENCE_CHARACTERS_MAX: usize = 1000;

/// A part of the table: its path, what was not read of it yet, and where problems are noted.
pub(super) struct Part<'problems> {
    path: String,
    left: Table,
    problems: &'problems mut Vec<RuleProblem>,
}

/// Reads a whole table.
pub(super) fn whole<T>(
    table: Table,
    problems: &mut Vec<RuleProblem>,
    read: impl FnOnce(&mut Part<'_>) -> Option<T>,
) -> Option<T> {
    Part {
        path: String::new(),
        left: table,
        problems,
    }
    .read_whole(read)
}

impl Part<'_> {
    /// Notes what is wrong with a key.
    pub(super) fn problem(&mut self, key: &str, problem: Problem) {
        let path = self.join(key);
        self.problems.push(RuleProblem { path, problem });
    }

    /// What may be left out, read as what must be there.
    pub(super) fn if_given<T>(
        &mut self,
        key: &str,
        read: impl FnOnce(&mut Self, &str) -> Option<T>,
    ) -> Option<T> {
        let is_given = self.left.contains_key(key);
        is_given.then(|| read(self, key)).flatten()
    }

    /// A part that must be there; none if anything in it is wrong.
    pub(super) fn part<T>(
        &mut self,
        key: &str,
        read: impl FnOnce(&mut Part<'_>) -> Option<T>,
    ) -> Option<T> {
        let Some(Value::Table(left)) = self.take(key, NO_TABLE, Value::is_table) else {
            return None;
        };
        let part = Part {
            path: self.join(key),
            left,
            problems: &mut *self.problems,
        };
        part.read_whole(read)
    }

    /// One line of text.
    pub(super) fn line<const MAX: usize>(&mut self, key: &str) -> Option<String> {
        self.read(key, |text| {
            Text::<MAX>::parse(text).map(|_| text.to_owned())
        })
    }

    /// A day.
    pub(super) fn day(&mut self, key: &str) -> Option<NaiveDate> {
        self.read(key, parse_date)
    }

    /// Something that a text stands for.
    pub(super) fn read<T>(
        &mut self,
        key: &str,
        parse: impl FnOnce(&str) -> Result<T, Problem>,
    ) -> Option<T> {
        let Some(Value::String(text)) = self.take(key, NO_TEXT, Value::is_str) else {
            return None;
        };
        parse(&text)
            .map_err(|problem| self.problem(key, problem))
            .ok()
    }

    /// A whole number within its limits.
    pub(super) fn number(&mut self, key: &str, least: u16, most: u16) -> Option<u16> {
        let value = self.present(key)?;
        let number = value
            .as_integer()
            .and_then(|number| u16::try_from(number).ok());
        let within = number.filter(|number| (least..=most).contains(number));
        if within.is_none() {
            let limits = format!("must be a whole number from {least} to {most}");
            self.problem(key, Problem::stated(limits));
        }
        within
    }

    /// A text in the three languages.
    pub(super) fn localized(&mut self, key: &str) -> Option<Localized> {
        self.part(key, |part| {
            let [kk, ru, en] =
                ["kk", "ru", "en"].map(|language| part.line::<SENTENCE_CHARACTERS_MAX>(language));
            Some(Localized {
                kk: kk?,
                ru: ru?,
                en: en?,
            })
        })
    }

    /// A code.
    pub(super) fn code<T: DeserializeOwned>(&mut self, key: &str) -> Option<T> {
        let value = self.present(key)?;
        let code = decoded(value);
        if code.is_none() {
            self.problem(key, NO_CODE);
        }
        code
    }

    /// Codes, each once.
    pub(super) fn codes<T: DeserializeOwned + Ord>(&mut self, key: &str) -> Option<BTreeSet<T>> {
        let mut codes = BTreeSet::new();
        let all = self.items(key, |part, path, value| {
            let Some(code) = decoded(value) else {
                part.problem(path, NO_CODE);
                return None;
            };
            if !codes.insert(code) {
                part.problem(path, Problem::new("must be named only once"));
                return None;
            }
            Some(())
        });
        all.map(|_| codes)
    }

    /// The items of a list, if all of them can be read.
    pub(super) fn items<T>(
        &mut self,
        key: &str,
        mut read: impl FnMut(&mut Self, &str, Value) -> Option<T>,
    ) -> Option<Vec<T>> {
        let Some(Value::Array(values)) = self.take(key, NO_LIST, Value::is_array) else {
            return None;
        };
        let items: Vec<Option<T>> = (0_usize..)
            .zip(values)
            .map(|(index, value)| read(self, &format!("{key}[{index}]"), value))
            .collect();
        items.into_iter().collect()
    }

    fn take(&mut self, key: &str, otherwise: Problem, is: fn(&Value) -> bool) -> Option<Value> {
        let value = self.present(key)?;
        if is(&value) {
            return Some(value);
        }
        self.problem(key, otherwise);
        None
    }

    fn present(&mut self, key: &str) -> Option<Value> {
        let value = self.left.remove(key);
        if value.is_none() {
            self.problem(key, REQUIRED);
        }
        value
    }

    fn read_whole<T>(mut self, read: impl FnOnce(&mut Part<'_>) -> Option<T>) -> Option<T> {
        let before = self.problems.len();
        let value = read(&mut self);
        let unknown: Vec<String> = self.left.keys().cloned().collect();
        for key in unknown {
            self.problem(&key, UNKNOWN);
        }
        value.filter(|_| self.problems.len() == before)
    }

    fn join(&self, key: &str) -> String {
        if self.path.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.path)
        }
    }
}

fn decoded<T: DeserializeOwned>(value: Value) -> Option<T> {
    value.try_into().ok()
}
