//! The statements that the log tells, by the calls that made them. It never sees a value.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::harness::logged;

const STATEMENT: &str = "tizilim::store::trace";

/// A call that ended well.
pub(super) struct Call {
    pub(super) method: String,
    /// Their texts, in order.
    pub(super) statements: Vec<String>,
}

/// The calls of all callers whose name begins with a word.
pub(super) fn calls_of(word: &str) -> Vec<Call> {
    let prefix = format!("{word}-");
    let mut calls = BTreeMap::<String, Call>::new();
    let mut ended = Vec::new();
    for line in lines() {
        let span = &line["span"];
        if !text(span, "caller").starts_with(&prefix) {
            continue;
        }
        let (id, method) = (text(span, "id").to_owned(), text(span, "method").to_owned());
        let statements = Vec::new();
        let call = calls
            .entry(id.clone())
            .or_insert(Call { method, statements });
        let fields = &line["fields"];
        if text(&line, "target") == STATEMENT {
            call.statements.push(text(fields, "sql").to_owned());
        } else if text(fields, "outcome") == "Ok" {
            ended.push(id);
        }
    }
    ended.iter().filter_map(|id| calls.remove(id)).collect()
}

/// Every statement that the process has made until now.
pub(super) fn statements() -> BTreeSet<String> {
    lines()
        .filter(|line| text(line, "target") == STATEMENT)
        .map(|line| text(&line["fields"], "sql").to_owned())
        .collect()
}

fn lines() -> impl Iterator<Item = Value> {
    let logged = logged();
    let lines: Vec<Value> = logged
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect();
    lines.into_iter()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}
