//! A file as rows, one after the other: CSV with a line that names the columns, or an object of JSON in
//! each line. It never has more than one row in memory, and never guesses what a broken row meant.

use std::{
    collections::BTreeMap,
    io::{self, BufRead as _, BufReader},
    path::Path,
};

use clap::ValueEnum;
use csv::ByteRecord;
use serde_json::Value;

use super::{CourierFault, measured::Measured};
use crate::transfer::{COLUMNS, TOLD_BY_EXPORTS, shown_name, unescaped};

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Comma-separated values, RFC 4180, in UTF-8.
    Csv,
    /// An object of JSON in each line.
    Jsonl,
}

impl Format {
    /// By the end of the file's name.
    pub(super) fn of(file: &Path) -> Self {
        let is_json = file.extension().is_some_and(|end| {
            end.eq_ignore_ascii_case("jsonl") || end.eq_ignore_ascii_case("json")
        });
        if is_json { Self::Jsonl } else { Self::Csv }
    }
}

/// A row of the file.
pub(super) struct FileRow {
    /// The line on which it begins, from 1.
    pub(super) line: u64,
    /// Its cells by column, or why they cannot be read.
    pub(super) cells: Result<BTreeMap<String, String>, String>,
}

/// The rows of a file.
pub(super) enum Rows {
    Csv {
        reader: Box<csv::Reader<Measured>>,
        header: Vec<String>,
        line: u64,
    },
    Jsonl {
        reader: BufReader<Measured>,
        line: u64,
    },
}

impl Rows {
    pub(super) fn of(file: Measured, format: Format, delimiter: u8) -> Result<Self, CourierFault> {
        match format {
            Format::Csv => Self::csv(file, delimiter),
            Format::Jsonl => Ok(Self::Jsonl {
                reader: BufReader::new(file),
                line: 0,
            }),
        }
    }

    fn csv(file: Measured, delimiter: u8) -> Result<Self, CourierFault> {
        let mut reader = csv::ReaderBuilder::new()
            .flexible(true)
            // With CR LF as one end the reader counts lines too late.
            .terminator(csv::Terminator::Any(b'\n'))
            .delimiter(delimiter)
            .from_reader(file);
        let first = reader.byte_headers().map_err(|error| faulty(1, error))?;
        let names = first.iter().map(without_return);
        let names = names.map(|name| text(name).ok_or("is not UTF-8"));
        let header: Vec<String> = names
            .collect::<Result<_, _>>()
            .map_err(|problem| CourierFault::Header(problem.to_owned()))?;
        let wrong = wrong_header(&header);
        if wrong.is_empty() {
            Ok(Self::Csv {
                reader: Box::new(reader),
                header,
                line: 1,
            })
        } else {
            Err(CourierFault::Header(wrong.join("; ")))
        }
    }

    /// How much of the file was read.
    pub(super) fn bytes(&self) -> u64 {
        match self {
            Self::Csv { reader, .. } => reader.get_ref().bytes_read(),
            Self::Jsonl { reader, .. } => reader.get_ref().bytes_read(),
        }
    }

    /// SHA-256 of the file, once all of it was read.
    pub(super) fn sha256(self) -> String {
        match self {
            Self::Csv { reader, .. } => reader.into_inner().sha256(),
            Self::Jsonl { reader, .. } => reader.into_inner().sha256(),
        }
    }

    /// The next row in which there is anything.
    pub(super) fn next(&mut self) -> Result<Option<FileRow>, CourierFault> {
        match self {
            Self::Csv {
                reader,
                header,
                line,
            } => next_record(reader, header, line),
            Self::Jsonl { reader, line } => next_object(reader, line),
        }
    }
}

fn is_known(name: &str) -> bool {
    let mut known = COLUMNS.iter().chain(&TOLD_BY_EXPORTS);
    known.any(|column| column.name == name)
}

/// What is wrong with the line that names the columns. A cell that is no column is told by its place
/// alone: where the line is missing, the cells are those of a row, and may say things about a person.
fn wrong_header(header: &[String]) -> Vec<String> {
    if !header.iter().any(|name| is_known(name)) {
        let expected: Vec<_> = COLUMNS.iter().map(|column| column.name).collect();
        return vec![format!(
            "none of its cells is a column of an import ({}); is there no such line, or another --delimiter?",
            expected.join(", ")
        )];
    }
    let foreign = (1..).zip(header).filter(|(_, name)| !is_known(name));
    let mut wrong: Vec<String> = foreign
        .map(|(place, _): (usize, _)| format!("cell {place} is no column of an import"))
        .collect();
    let named = |name: &str| header.iter().filter(|one| *one == name).count();
    for column in COLUMNS {
        match named(column.name) {
            0 if column.is_required => wrong.push(format!("{} is missing", column.name)),
            0 | 1 => {}
            _ => wrong.push(format!("{} is named more than once", column.name)),
        }
    }
    wrong
}

fn next_record(
    reader: &mut csv::Reader<Measured>,
    header: &[String],
    line: &mut u64,
) -> Result<Option<FileRow>, CourierFault> {
    let mut record = ByteRecord::new();
    loop {
        reader.get_mut().begin_row();
        let is_there = reader
            .read_byte_record(&mut record)
            .map_err(|error| faulty(line.saturating_add(1), error))?;
        if !is_there {
            return Ok(None);
        }
        *line = record.position().map_or(*line, csv::Position::line);
        if record.iter().all(|cell| cell.trim_ascii().is_empty()) {
            continue;
        }
        let cells = cells_of(&record, header);
        return Ok(Some(FileRow { line: *line, cells }));
    }
}

fn cells_of(record: &ByteRecord, header: &[String]) -> Result<BTreeMap<String, String>, String> {
    if record.len() != header.len() {
        let (cells, columns) = (record.len(), header.len());
        return Err(format!("has {cells} cells under {columns} columns"));
    }
    let cell = |(name, cell): (&String, &[u8])| {
        let cell = text(without_return(cell)).ok_or_else(|| format!("{name} is not UTF-8"))?;
        Ok((name.clone(), unescaped(&cell).to_owned()))
    };
    header.iter().zip(record).map(cell).collect()
}

/// What a line's CR LF leaves at the end of its last cell.
fn without_return(cell: &[u8]) -> &[u8] {
    cell.strip_suffix(b"\r").unwrap_or(cell)
}

fn text(bytes: &[u8]) -> Option<String> {
    std::str::from_utf8(bytes).ok().map(str::to_owned)
}

fn next_object(
    reader: &mut BufReader<Measured>,
    line: &mut u64,
) -> Result<Option<FileRow>, CourierFault> {
    loop {
        *line = line.saturating_add(1);
        reader.get_mut().begin_row();
        let mut bytes = Vec::new();
        let read = reader.read_until(b'\n', &mut bytes);
        let count = read.map_err(|source| CourierFault::Line {
            line: *line,
            source,
        })?;
        if count == 0 {
            return Ok(None);
        }
        if bytes.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let cells = object_of(&bytes);
        return Ok(Some(FileRow { line: *line, cells }));
    }
}

/// A number is as good as its digits, and null as nothing.
fn object_of(bytes: &[u8]) -> Result<BTreeMap<String, String>, String> {
    let object: BTreeMap<String, Value> = serde_json::from_slice(bytes).map_err(|error| {
        let column = error.column();
        format!("is no object of JSON: wrong from character {column} on")
    })?;
    let mut cells = BTreeMap::new();
    for (name, value) in object {
        let cell = match value {
            Value::Null => continue,
            Value::String(text) => text,
            Value::Number(number) => number.to_string(),
            Value::Bool(_) | Value::Array(_) | Value::Object(_) => {
                let name = shown_name(&name).unwrap_or("a field");
                return Err(format!("{name} is neither a text nor a number"));
            }
        };
        cells.insert(name, cell);
    }
    Ok(cells)
}

fn faulty(line: u64, error: csv::Error) -> CourierFault {
    CourierFault::Line {
        line,
        source: io::Error::from(error),
    }
}
