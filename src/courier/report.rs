//! What became of rows: counted, and written into a file if that is asked for. It never repeats what a
//! row holds but its number in the former register, and no cell of the file is a formula.

use std::{fs::File, io, path::Path};

use super::{CourierFault, batch::Item, fault::in_file};
use crate::{
    pb::registry::v1::{self as pb, ImportOutcome as Outcome, ImportProblem},
    transfer::escaped,
};

/// What became of the rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) rows: u64,
    pub(super) imported: u64,
    pub(super) repeated: u64,
    pub(super) broken: u64,
}

impl Tally {
    pub(super) fn count(&mut self, outcome: Outcome) {
        self.rows = self.rows.saturating_add(1);
        let counted = match outcome {
            Outcome::Imported => &mut self.imported,
            Outcome::Repeated => &mut self.repeated,
            Outcome::Broken | Outcome::Unspecified => &mut self.broken,
        };
        *counted = counted.saturating_add(1);
    }
}

/// What became of a row.
pub(super) struct Told {
    pub(super) outcome: Outcome,
    pub(super) problems: Vec<ImportProblem>,
    entry_number: String,
}

impl Told {
    /// By what was found in the file, and by what the service says, if it was asked. What both tell
    /// of a column is told once.
    pub(super) fn of(item: &Item, verdict: Option<pb::ImportVerdict>) -> Self {
        let verdict = verdict.unwrap_or_default();
        let outcome = match verdict.outcome() {
            Outcome::Unspecified => Outcome::Broken,
            _ if !item.problems.is_empty() => Outcome::Broken,
            told @ (Outcome::Imported | Outcome::Repeated | Outcome::Broken) => told,
        };
        let is_new = |told: &ImportProblem| {
            let mut found = item.problems.iter();
            found.all(|found| found.column != told.column)
        };
        let mut problems = item.problems.clone();
        problems.extend(verdict.problems.into_iter().filter(is_new));
        Self {
            outcome,
            problems,
            entry_number: verdict.entry_number,
        }
    }
}

/// Whether rows are brought over, or only judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    Judge,
    Bring,
}

/// The file that tells what became of each row.
pub(super) struct Report {
    writer: Option<csv::Writer<File>>,
    purpose: Purpose,
}

impl Report {
    pub(super) fn open(path: Option<&Path>, purpose: Purpose) -> Result<Self, CourierFault> {
        let mut report = Self {
            writer: None,
            purpose,
        };
        if let Some(path) = path {
            let file = File::create(path).map_err(|source| in_file(path, source))?;
            report.writer = Some(csv::Writer::from_writer(file));
        }
        report.record([
            "line",
            "outcome",
            "source_number",
            "entry_number",
            "problems",
        ])?;
        Ok(report)
    }

    pub(super) fn write(&mut self, item: &Item, told: &Told) -> Result<(), CourierFault> {
        let problems = told.problems.iter();
        let problems: Vec<_> = problems
            .map(|wrong| format!("{}: {}", wrong.column, wrong.problem))
            .collect();
        self.record([
            &item.line.to_string(),
            became(told.outcome, self.purpose),
            &escaped(&item.source_number),
            &escaped(&told.entry_number),
            &escaped(&problems.join("; ")),
        ])
    }

    fn record(&mut self, cells: [&str; 5]) -> Result<(), CourierFault> {
        let written = self
            .writer
            .as_mut()
            .map(|writer| writer.write_record(cells));
        Ok(written.unwrap_or(Ok(())).map_err(io::Error::from)?)
    }

    pub(super) const fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// Writes out what is still held back.
    pub(super) fn end(mut self) -> Result<(), CourierFault> {
        let flushed = self.writer.as_mut().map(csv::Writer::flush);
        Ok(flushed.unwrap_or(Ok(()))?)
    }
}

const fn became(outcome: Outcome, purpose: Purpose) -> &'static str {
    match (outcome, purpose) {
        (Outcome::Imported, Purpose::Bring) => "IMPORTED",
        (Outcome::Imported, Purpose::Judge) => "TO_IMPORT",
        (Outcome::Repeated, _) => "ALREADY_THERE",
        (Outcome::Broken | Outcome::Unspecified, _) => "BROKEN",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::courier::{rows::FileRow, survey::Survey};

    #[test]
    fn no_cell_of_a_report_begins_a_formula() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("report.csv");
        let cells = [("source_number".to_owned(), "=1+1".to_owned())].into();
        let row = FileRow {
            line: 2,
            cells: Ok(cells),
        };
        let item = Item::of(row, &Survey::default(), Purpose::Judge);
        let verdict = pb::ImportVerdict {
            outcome: Outcome::Broken.into(),
            problems: vec![ImportProblem {
                column: "@share".to_owned(),
                problem: "is required".to_owned(),
            }],
            ..Default::default()
        };
        let mut report = Report::open(Some(&file), Purpose::Judge).unwrap();
        report
            .write(&item, &Told::of(&item, Some(verdict)))
            .unwrap();
        report.end().unwrap();
        let written = std::fs::read_to_string(&file).unwrap();
        let last = written.lines().last();
        assert_eq!(last, Some("2,BROKEN,'=1+1,,'@share: is required"));
    }

    #[test]
    fn a_report_that_cannot_be_written_is_a_fault() {
        // A device that is always full, where there is one.
        let full = Path::new("/dev/full");
        if full.exists() {
            let report = Report::open(Some(full), Purpose::Bring).unwrap();
            assert!(report.end().is_err());
        }
    }
}
