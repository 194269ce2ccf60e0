//! `tizilim import`: reads a file of a former register by itself, then has it judged, and then brings it
//! over. It never writes before it has checked everything, unless broken rows may be skipped.

use std::{
    fmt, fs,
    io::{self, Write},
    path::PathBuf,
};

use clap::Args;

use super::{
    CourierFault, ServiceArgs,
    batch::{Batch, Item},
    client::Service,
    fault::in_file,
    measured::Measured,
    progress::Progress,
    report::{Purpose, Report, Tally, Told},
    rows::{Format, Rows},
    survey::Survey,
};
use crate::{
    kernel::{Clock as _, IdSource as _, SystemClock, SystemIds},
    pb::registry::v1 as pb,
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
    let file = fs::metadata(&args.file).map_err(|source| in_file(&args.file, source))?;
    let survey = Survey::of(rows_of(args)?, file.len())?;
    let service = Service::of(&args.service)?;
    let mut courier = Courier {
        args,
        service,
        survey,
        ids: SystemIds::new(),
        output,
    };
    if args.commit && args.skip_broken {
        return courier.bring().await;
    }
    let checked = courier.check().await?;
    if checked.broken > 0 {
        return Ok(Some(Broken {
            tally: checked,
            is_imported: false,
        }));
    }
    if args.commit {
        courier.bring().await
    } else {
        Ok(None)
    }
}

/// The rows of the file, from its beginning.
fn rows_of(args: &ImportArgs) -> Result<Rows, CourierFault> {
    let file = &args.file;
    let measured = Measured::open(file).map_err(|source| in_file(file, source))?;
    let format = args.format.unwrap_or_else(|| Format::of(file));
    Rows::of(measured, format, args.delimiter)
}

/// A file and where it goes.
struct Courier<'a> {
    args: &'a ImportArgs,
    service: Service,
    survey: Survey,
    ids: SystemIds,
    output: &'a mut dyn Write,
}

impl Courier<'_> {
    /// Says what would happen.
    async fn check(&mut self) -> Result<Tally, CourierFault> {
        let tally = self.carry(Purpose::Judge).await?;
        self.tell("to import", tally)?;
        Ok(tally)
    }

    /// Brings rows over.
    async fn bring(&mut self) -> Result<Option<Broken>, CourierFault> {
        let tally = self.carry(Purpose::Bring).await?;
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

    /// Reads the file, sends its rows, and tells what becomes of them.
    async fn carry(&mut self, purpose: Purpose) -> Result<Tally, CourierFault> {
        let mut rows = rows_of(self.args)?;
        let mut report = Report::open(self.args.report.as_deref(), purpose)?;
        let what = match purpose {
            Purpose::Judge => "checking",
            Purpose::Bring => "importing",
        };
        let mut progress = Progress::begin(what, self.survey.bytes);
        let mut tally = Tally::default();
        let mut batch = Batch::default();
        while let Some(row) = rows.next()? {
            let item = Item::of(row, &self.survey, purpose);
            if !batch.has_room_for(&item) {
                let full = std::mem::take(&mut batch);
                self.settle(full, &mut tally, &mut report).await?;
                progress.at(tally.rows, rows.bytes());
            }
            batch.add(item);
        }
        self.settle(batch, &mut tally, &mut report).await?;
        report.end()?;
        progress.end(tally.rows);
        if rows.sha256() != self.survey.sha256 {
            return Err(CourierFault::Changed);
        }
        Ok(tally)
    }

    /// Sends rows, and tells what became of them.
    async fn settle(
        &mut self,
        batch: Batch,
        tally: &mut Tally,
        report: &mut Report,
    ) -> Result<(), CourierFault> {
        let verdicts = self.send(batch.rows, report.purpose()).await?;
        let mut verdicts = verdicts.into_iter();
        for item in &batch.items {
            let verdict = if item.is_sent {
                Some(verdicts.next().ok_or(CourierFault::Answer)?)
            } else {
                None
            };
            let told = Told::of(item, verdict);
            tally.count(told.outcome);
            for wrong in &told.problems {
                let (line, column, problem) = (item.line, &wrong.column, &wrong.problem);
                writeln!(self.output, "line {line}: {column}: {problem}")?;
            }
            report.write(item, &told)?;
        }
        Ok(())
    }

    async fn send(
        &self,
        rows: Vec<pb::ImportRow>,
        purpose: Purpose,
    ) -> Result<Vec<pb::ImportVerdict>, CourierFault> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let count = rows.len();
        let name = self.args.file.file_name().unwrap_or_default();
        let message = pb::ImportEntriesRequest {
            request_id: self.ids.next(SystemClock.now().instant).to_string(),
            validate_only: purpose == Purpose::Judge,
            source: Some(pb::ImportSource {
                name: self.args.source.clone(),
                act: self.args.act.clone(),
                file_name: name.to_string_lossy().into_owned(),
                file_sha256: self.survey.sha256.clone(),
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
}
