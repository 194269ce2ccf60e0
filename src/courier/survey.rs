//! A first reading of a file by itself: its hash, its size, and which of its rows are at odds with one
//! before them. It asks no service, so that the same file is told the same however its rows are sent.

use std::collections::BTreeMap;

use super::{
    CourierFault,
    progress::Progress,
    repeats::{Kind, Repeat, Repeats},
    rows::{FileRow, Rows},
};
use crate::{
    kernel::{Clock as _, SystemClock},
    pb::registry::v1::ImportProblem,
    rpc::FieldErrors,
    transfer::{FormerEntry, Row},
};

/// What a file says of itself.
#[derive(Default)]
pub(super) struct Survey {
    pub(super) sha256: String,
    pub(super) bytes: u64,
    at_odds: BTreeMap<u64, Vec<ImportProblem>>,
}

impl Survey {
    /// Reads a file to its end. Rows that cannot be read are left to the service, which says why.
    pub(super) fn of(mut rows: Rows, bytes: u64) -> Result<Self, CourierFault> {
        let mut progress = Progress::begin("reading", bytes);
        let mut repeats = Repeats::new();
        let mut count: u64 = 0;
        while let Some(row) = rows.next()? {
            note(row, &mut repeats)?;
            count = count.saturating_add(1);
            progress.at(count, rows.bytes());
        }
        let bytes = rows.bytes();
        Ok(Self {
            sha256: rows.sha256(),
            bytes,
            at_odds: at_odds(repeats)?,
        })
    }

    /// In what the row on a line is at odds with one before it.
    pub(super) fn problems(&self, line: u64) -> &[ImportProblem] {
        self.at_odds.get(&line).map_or(&[], Vec::as_slice)
    }
}

fn note(row: FileRow, repeats: &mut Repeats) -> Result<(), CourierFault> {
    let today = SystemClock.now().today;
    let Ok(cells) = row.cells else {
        return Ok(());
    };
    let mut errors = FieldErrors::new();
    let entry = FormerEntry::parse(&Row::of(cells), today, &mut errors);
    let Some(entry) = entry.filter(|_| errors.is_empty()) else {
        return Ok(());
    };
    let (line, frees) = (row.line, entry.claim().is_free());
    repeats.note(Kind::Number, entry.source_number.as_str(), line, false)?;
    repeats.note(Kind::Agreement, &entry.agreement_key(), line, false)?;
    repeats.note(Kind::Share, &entry.share_key(), line, frees)?;
    Ok(())
}

/// Of a row that repeats a number only that is told: its agreement and its share go with it.
fn at_odds(repeats: Repeats) -> Result<BTreeMap<u64, Vec<ImportProblem>>, CourierFault> {
    let mut at_odds: BTreeMap<u64, Vec<ImportProblem>> = BTreeMap::new();
    repeats.find(|repeat| {
        let Repeat {
            line,
            first_line,
            kind,
        } = repeat;
        let problems = at_odds.entry(line).or_default();
        let number = Kind::Number.column();
        if !problems.iter().any(|problem| problem.column == number) {
            problems.push(ImportProblem {
                column: kind.column().to_owned(),
                problem: format!("is that of line {first_line}"),
            });
        }
        Ok(())
    })?;
    Ok(at_odds)
}
