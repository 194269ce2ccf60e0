//! Rows as CSV: RFC 4180, UTF-8, a line that names the columns. No cell is a formula.

use std::io;

use super::row::{Cell, Head};
use crate::transfer::escaped;

/// Rows that become CSV.
pub(super) struct CsvFile {
    lines: csv::Writer<Vec<u8>>,
}

impl CsvFile {
    pub(super) fn begin(heads: &[Head]) -> io::Result<Self> {
        let mut lines = writer();
        lines.write_record(heads.iter().map(|head| head.name))?;
        Ok(Self { lines })
    }

    pub(super) fn add(&mut self, cells: &[Cell]) -> io::Result<()> {
        for cell in cells {
            match cell {
                Cell::Text(text) => self.lines.write_field(escaped(text).as_bytes())?,
                Cell::Number(number) => self.lines.write_field(number.to_string())?,
                Cell::Empty => self.lines.write_field("")?,
            }
        }
        self.lines.write_record(None::<&[u8]>)?;
        Ok(())
    }

    /// What was written since the last time.
    pub(super) fn take(&mut self) -> io::Result<Vec<u8>> {
        let lines = std::mem::replace(&mut self.lines, writer());
        lines
            .into_inner()
            .map_err(|error| io::Error::other(error.to_string()))
    }
}

fn writer() -> csv::Writer<Vec<u8>> {
    csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new())
}
