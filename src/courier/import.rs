//! `tizilim import`: reads a file of a former register twice, once to say what would happen and once to
//! bring it over. It never writes before it has checked everything, unless broken rows may be skipped.

use std::{
    collections::BTreeSet,
    fmt,
    io::{self, Write},
    path::PathBuf,
};

use clap::Args;

use super::{
    CourierFault, ServiceArgs,
    batch::{Batch, Item},
    client::Service,
    fault::in_file,
    measured::{Measured, hash_of},
    progress::Progress,
    repeats::{Kind, Repeat, Repeats},
    report::{Report, Tally, broken},
    rows::{Format, Rows},
};
use crate::{
    kernel::{Clock as _, IdSource as _, SystemClock, SystemIds},
    pb::registry::v1::{self as pb, ImportOutcome as Outcome},
};

/// What to import.
#[derive(Clone, Debug, Args)]
pub struct ImportArgs {
    /// The file of the former register; docs/IMPORT.md names its columns.
    pub file: PathBuf,
    /// Name of the former register, the same for each of its files.
    #[arg(long)]
    pub source: String,
    /// The act that orders the import: its kind, number and date.
    #[arg(long)]
    pub act: String,
    /// How the file is written; by the end of its name, if it is not given.
    #[arg(long, value_enum)]
    pub format: Option<Format>,
    /// What stands between the cells of CSV.
    #[arg(long, default_value = ",", value_parser = delimiter)]
    pub delimiter: u8,
    /// Bring the rows over. Without it nothing is written: it is only said what would happen.
    #[arg(long)]
    pub commit: bool,
    /// Bring over the rows that nothing is wrong with. Without it one broken row keeps all out.
    #[arg(long)]
    pub skip_broken: bool,
    /// Write what became of each row into this file, as CSV.
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// How to reach the service.
    #[command(flatten)]
    pub service: ServiceArgs,
}

fn delimiter(text: &str) -> Result<u8, &'static str> {
    match text.as_bytes() {
        [byte] => Ok(*byte),
        _ if text == "\\t" => Ok(b'\t'),
        _ => Err("must be one character"),
    }
}

/// Rows were broken: the exit code tells it.
#[derive(Debug)]
pub struct Broken {
    tally: Tally,
    is_imported: bool,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let then = if self.is_imported {
            "the others were imported"
        } else {
            "nothing was imported"
        };
        write!(f, "broken rows: {}; {then}", self.tally.broken)
    }
}

impl std::error::Error for Broken {}

/// Imports a file, or says what would happen.
pub async fn import(
    args: &ImportArgs,
    output: &mut dyn Write,
) -> Result<Option<Broken>, CourierFault> {
    let (sha256, bytes) = hash_of(&args.file).map_err(|source| in_file(&args.file, source))?;
    let service = Service::connect(&args.service).await?;
    let mut pass = Pass {
        args,
        service,
        sha256,
        bytes,
        output,
    };
    if args.commit && args.skip_broken {
        return pass.bring().await;
    }
    let checked = pass.check().await?;
    if checked.broken > 0 {
        return Ok(Some(Broken {
            tally: checked,
            is_imported: false,
        }));
    }
    if args.commit {
        pass.bring().await
    } else {
        Ok(None)
    }
}

/// One reading of the file.
struct Pass<'a> {
    args: &'a ImportArgs,
    service: Service,
    sha256: String,
    bytes: u64,
    output: &'a mut dyn Write,
}

impl Pass<'_> {
    /// Says what would happen; rows of the file that are at odds with each other are told at the end.
    async fn check(&mut self) -> Result<Tally, CourierFault> {
        let mut repeats = Repeats::new();
        let mut tally = self.read(true, Some(&mut repeats)).await?;
        let mut lines = BTreeSet::new();
        let output = &mut *self.output;
        repeats.find(
            |Repeat {
                 line,
                 first_line,
                 column,
             }| {
                if lines.insert(line) {
                    tally.broken = tally.broken.saturating_add(1);
                    tally.imported = tally.imported.saturating_sub(1);
                }
                writeln!(
                    output,
                    "line {line}: {column}: is that of line {first_line}"
                )
            },
        )?;
        self.tell("to import", tally)?;
        Ok(tally)
    }

    /// Brings rows over.
    async fn bring(&mut self) -> Result<Option<Broken>, CourierFault> {
        let tally = self.read(false, None).await?;
        self.tell("imported", tally)?;
        Ok((tally.broken > 0).then_some(Broken {
            tally,
            is_imported: true,
        }))
    }

    fn tell(&mut self, what: &str, tally: Tally) -> io::Result<()> {
        let Tally {
            rows,
            imported,
            repeated,
            broken,
        } = tally;
        writeln!(
            self.output,
            "rows: {rows}; {what}: {imported}; imported before: {repeated}; broken: {broken}"
        )
    }

    async fn read(
        &mut self,
        validate_only: bool,
        mut repeats: Option<&mut Repeats>,
    ) -> Result<Tally, CourierFault> {
        let file = &self.args.file;
        let measured = Measured::open(file).map_err(|source| in_file(file, source))?;
        let format = self.args.format.unwrap_or_else(|| Format::of(file));
        let mut rows = Rows::of(measured, format, self.args.delimiter)?;
        let mut report = Report::open(self.args.report.as_deref())?;
        let what = if validate_only {
            "checking"
        } else {
            "importing"
        };
        let mut progress = Progress::begin(what, self.bytes);
        let mut tally = Tally::default();
        let mut batch = Batch::default();
        loop {
            let row = rows.next()?;
            let is_last = row.is_none();
            if let Some(row) = row {
                batch.add(row);
            }
            if batch.is_full() || (is_last && !batch.items.is_empty()) {
                let batch = std::mem::take(&mut batch);
                let verdicts = self.send(batch.rows, validate_only).await?;
                self.take_in(&batch.items, verdicts, &mut tally, &mut report)
                    .and_then(|good| note(good, repeats.as_deref_mut()))?;
                progress.at(tally.rows, rows.bytes());
            }
            if is_last {
                break;
            }
        }
        progress.end(tally.rows);
        if rows.sha256() != self.sha256 {
            return Err(CourierFault::Changed);
        }
        Ok(tally)
    }

    async fn send(
        &self,
        rows: Vec<pb::ImportRow>,
        validate_only: bool,
    ) -> Result<Vec<pb::ImportVerdict>, CourierFault> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let count = rows.len();
        let name = self.args.file.file_name().unwrap_or_default();
        let message = pb::ImportEntriesRequest {
            request_id: SystemIds.next(SystemClock.now().instant).to_string(),
            validate_only,
            source: Some(pb::ImportSource {
                name: self.args.source.clone(),
                act: self.args.act.clone(),
                file_name: name.to_string_lossy().into_owned(),
                file_sha256: self.sha256.clone(),
            }),
            rows,
        };
        let verdicts = self.service.import(&message).await?.verdicts;
        if verdicts.len() == count {
            Ok(verdicts)
        } else {
            Err(CourierFault::Answer)
        }
    }

    /// Tells what became of rows; gives those that nothing is wrong with.
    fn take_in<'i>(
        &mut self,
        items: &'i [Item],
        verdicts: Vec<pb::ImportVerdict>,
        tally: &mut Tally,
        report: &mut Report,
    ) -> Result<Vec<(&'i Item, pb::ImportVerdict)>, CourierFault> {
        let mut verdicts = verdicts.into_iter();
        let mut good = Vec::new();
        for item in items {
            let verdict = match &item.problem {
                Some(problem) => broken(problem),
                None => verdicts.next().ok_or(CourierFault::Answer)?,
            };
            tally.count(verdict.outcome());
            for wrong in &verdict.problems {
                let (line, column, problem) = (item.line, &wrong.column, &wrong.problem);
                writeln!(self.output, "line {line}: {column}: {problem}")?;
            }
            report.write(item, &verdict)?;
            if verdict.outcome() == Outcome::Imported {
                good.push((item, verdict));
            }
        }
        Ok(good)
    }
}

fn note(
    good: Vec<(&Item, pb::ImportVerdict)>,
    repeats: Option<&mut Repeats>,
) -> Result<(), CourierFault> {
    let Some(repeats) = repeats else {
        return Ok(());
    };
    for (item, verdict) in good {
        let Item { line, frees, .. } = item;
        repeats.note(Kind::Number, item.source_number.trim(), *line, false)?;
        repeats.note(Kind::Agreement, &verdict.agreement_key, *line, false)?;
        repeats.note(Kind::Share, &verdict.share_key, *line, *frees)?;
    }
    Ok(())
}
