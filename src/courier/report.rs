//! What became of rows: counted, and written into a file if that is asked for. It never repeats what a
//! row holds but its number in the former register.

use std::{fs::File, io, path::Path};

use super::{CourierFault, batch::Item, fault::in_file};
use crate::pb::registry::v1::{self as pb, ImportOutcome as Outcome};

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

/// What could not be read as a row.
pub(super) fn broken(problem: &str) -> pb::ImportVerdict {
    pb::ImportVerdict {
        outcome: Outcome::Broken.into(),
        problems: vec![pb::ImportProblem {
            column: "row".to_owned(),
            problem: problem.to_owned(),
        }],
        ..Default::default()
    }
}

/// The file that tells what became of each row.
pub(super) struct Report(Option<csv::Writer<File>>);

impl Report {
    pub(super) fn open(path: Option<&Path>) -> Result<Self, CourierFault> {
        let Some(path) = path else {
            return Ok(Self(None));
        };
        let file = File::create(path).map_err(|source| in_file(path, source))?;
        let mut writer = csv::Writer::from_writer(file);
        writer
            .write_record([
                "line",
                "outcome",
                "source_number",
                "entry_number",
                "problems",
            ])
            .map_err(io::Error::from)?;
        Ok(Self(Some(writer)))
    }

    pub(super) fn write(
        &mut self,
        item: &Item,
        verdict: &pb::ImportVerdict,
    ) -> Result<(), CourierFault> {
        let Some(writer) = &mut self.0 else {
            return Ok(());
        };
        let outcome = verdict.outcome().as_str_name();
        let problems = verdict.problems.iter();
        let problems: Vec<_> = problems
            .map(|wrong| format!("{}: {}", wrong.column, wrong.problem))
            .collect();
        let record = [
            &item.line.to_string(),
            outcome.strip_prefix("IMPORT_OUTCOME_").unwrap_or(outcome),
            &crate::transfer::escaped(&item.source_number),
            &verdict.entry_number,
            &problems.join("; "),
        ];
        Ok(writer.write_record(record).map_err(io::Error::from)?)
    }
}
