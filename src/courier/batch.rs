//! Rows that are sent together. It never holds more than one request takes.

use super::rows::FileRow;
use crate::pb::registry::v1 as pb;

/// How many rows one request has, and about how many bytes.
const ROWS_MAX: usize = 250;
const BYTES_MAX: usize = 512 * 1024;

/// Rows that are sent together, and what is known of them before.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) items: Vec<Item>,
    pub(super) rows: Vec<pb::ImportRow>,
    bytes: usize,
}

/// A row: sent, or broken already.
pub(super) struct Item {
    pub(super) line: u64,
    pub(super) source_number: String,
    /// Whether the entry leaves its share free.
    pub(super) frees: bool,
    pub(super) problem: Option<String>,
}

impl Batch {
    pub(super) fn add(&mut self, row: FileRow) {
        let line = row.line;
        match row.cells {
            Err(problem) => self.items.push(Item {
                line,
                source_number: String::new(),
                frees: false,
                problem: Some(problem),
            }),
            Ok(columns) => {
                let cell = |name: &str| columns.get(name).cloned().unwrap_or_default();
                self.items.push(Item {
                    line,
                    source_number: cell("source_number"),
                    frees: cell("state").trim() == "TERMINATED",
                    problem: None,
                });
                let cells = columns.iter();
                let bytes = cells.map(|(name, cell)| name.len().saturating_add(cell.len()));
                self.bytes = bytes.fold(self.bytes, usize::saturating_add);
                let line = i64::try_from(line).unwrap_or(i64::MAX);
                self.rows.push(pb::ImportRow { line, columns });
            }
        }
    }

    pub(super) fn is_full(&self) -> bool {
        self.items.len() >= ROWS_MAX || self.bytes >= BYTES_MAX
    }
}
