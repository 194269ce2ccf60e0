//! Rows that are sent together. It never holds more than one request takes.

use prost::Message as _;

use super::{report::Purpose, rows::FileRow, survey::Survey};
use crate::pb::registry::v1::{self as pb, ImportProblem};

/// How many rows one request has, and how many bytes: half of what a service takes.
const ROWS_MAX: usize = 250;
const BYTES_MAX: usize = 512 * 1024;
/// The largest row that is sent: more than all its columns can hold, each filled to its limit.
const ROW_BYTES_MAX: usize = 128 * 1024;

/// Rows that are sent together, and what is known of them before.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) items: Vec<Item>,
    pub(super) rows: Vec<pb::ImportRow>,
    bytes: usize,
}

/// A row, and what is wrong with it before it is sent.
pub(super) struct Item {
    pub(super) line: u64,
    pub(super) source_number: String,
    pub(super) problems: Vec<ImportProblem>,
    /// As it is sent; none if it cannot be read, or must not be brought over.
    row: Option<pb::ImportRow>,
    /// Whether the service tells what becomes of it.
    pub(super) is_sent: bool,
}

impl Item {
    /// A row of the file. One that is at odds with another is sent only to be judged.
    pub(super) fn of(row: FileRow, survey: &Survey, purpose: Purpose) -> Self {
        let line = row.line;
        let columns = match row.cells {
            Ok(columns) => columns,
            Err(problem) => return Self::unsent(line, String::new(), broken(problem)),
        };
        let source_number = columns.get("source_number").cloned().unwrap_or_default();
        let wire_line = i64::try_from(line).unwrap_or(i64::MAX);
        let row = pb::ImportRow {
            line: wire_line,
            columns,
        };
        if row.encoded_len() > ROW_BYTES_MAX {
            let kib = ROW_BYTES_MAX.div_euclid(1024);
            let problem = format!("has more than {kib} KiB");
            return Self::unsent(line, source_number, broken(problem));
        }
        let problems = survey.problems(line).to_vec();
        let row = Some(row).filter(|_| purpose == Purpose::Judge || problems.is_empty());
        Self {
            line,
            source_number,
            problems,
            is_sent: row.is_some(),
            row,
        }
    }

    const fn unsent(line: u64, source_number: String, problems: Vec<ImportProblem>) -> Self {
        Self {
            line,
            source_number,
            problems,
            row: None,
            is_sent: false,
        }
    }

    fn bytes(&self) -> usize {
        self.row.as_ref().map_or(0, pb::ImportRow::encoded_len)
    }
}

/// What is wrong with a row as a whole.
fn broken(problem: String) -> Vec<ImportProblem> {
    vec![ImportProblem {
        column: "row".to_owned(),
        problem,
    }]
}

impl Batch {
    /// Whether one more row can be sent with these.
    pub(super) fn has_room_for(&self, item: &Item) -> bool {
        let bytes = self.bytes.saturating_add(item.bytes());
        self.items.is_empty() || (self.items.len() < ROWS_MAX && bytes <= BYTES_MAX)
    }

    pub(super) fn add(&mut self, mut item: Item) {
        self.bytes = self.bytes.saturating_add(item.bytes());
        self.rows.extend(item.row.take());
        self.items.push(item);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn item(line: u64, bytes: usize) -> Item {
        let cells = BTreeMap::from([("amendments".to_owned(), "x".repeat(bytes))]);
        let row = FileRow {
            line,
            cells: Ok(cells),
        };
        Item::of(row, &Survey::default(), Purpose::Bring)
    }

    #[test]
    fn no_request_is_larger_than_a_service_takes_and_a_row_that_is_has_a_problem() {
        let mut batch = Batch::default();
        for line in 1..=100 {
            let item = item(line, 100 * 1024);
            if !batch.has_room_for(&item) {
                break;
            }
            batch.add(item);
        }
        assert_eq!(batch.rows.len(), 5);
        let fat = item(101, 128 * 1024);
        assert!(!fat.is_sent);
        assert_eq!(fat.problems[0].problem, "has more than 128 KiB");
    }

    #[test]
    fn no_request_has_more_rows_than_a_service_judges() {
        let mut batch = Batch::default();
        let items = (1..=600).map(|line| item(line, 10));
        for item in items {
            if batch.has_room_for(&item) {
                batch.add(item);
            }
        }
        assert_eq!(batch.rows.len(), ROWS_MAX);
    }
}
