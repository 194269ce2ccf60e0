//! `tizilim export`: writes what the service sends into a file, which gets its name only when all of it
//! is there. It never leaves half a file under the name that was asked for.

use std::{
    fs::{self, File},
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};

use chrono::{DateTime, Utc};
use clap::{Args, ValueEnum};
use sha2::{Digest as _, Sha256};

use super::{CourierFault, ServiceArgs, client::Service, fault::in_file};
use crate::{
    pb::registry::v1::{self as pb, export_part::Piece},
    rpc::timestamp,
};

/// How an export is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ExportFormat {
    /// Comma-separated values, RFC 4180, in UTF-8.
    Csv,
    /// Apache Parquet.
    Parquet,
}

/// What to export.
#[derive(Clone, Debug, Args)]
pub struct ExportArgs {
    /// The file to write; one that is there is replaced.
    #[arg(long, value_name = "FILE")]
    pub output: PathBuf,
    /// How it is written.
    #[arg(long, value_enum, default_value = "csv")]
    pub format: ExportFormat,
    /// Only what this provider keeps.
    #[arg(long, value_name = "ID")]
    pub provider: Option<String>,
    /// The moment as of which entries are told; now, if it is not given.
    #[arg(long, value_name = "MOMENT")]
    pub as_of: Option<DateTime<Utc>>,
    /// With the shareholders: for accounts of a provider that may decide; the journal tells of it.
    #[arg(long)]
    pub with_shareholders: bool,
    /// How to reach the service.
    #[command(flatten)]
    pub service: ServiceArgs,
}

/// Exports into a file.
pub async fn export(args: &ExportArgs, output: &mut dyn Write) -> Result<(), CourierFault> {
    let service = Service::connect(&args.service).await?;
    let format = match args.format {
        ExportFormat::Csv => pb::ExportFormat::Csv,
        ExportFormat::Parquet => pb::ExportFormat::Parquet,
    };
    let selection = pb::ExportSelection {
        provider_id: args.provider.clone().unwrap_or_default(),
        as_of_at: args.as_of.map(timestamp),
        format: format.into(),
    };
    let mut unfinished = args.output.clone().into_os_string();
    unfinished.push(".part");
    let unfinished = PathBuf::from(unfinished);
    let written = write(&service, selection, args.with_shareholders, &unfinished).await;
    let summary = match written {
        Ok(summary) => summary,
        Err(fault) => {
            // What is there of it is of no use; that it could not be taken away says nothing more.
            fs::remove_file(&unfinished).unwrap_or_default();
            return Err(fault);
        }
    };
    fs::rename(&unfinished, &args.output).map_err(|source| in_file(&args.output, source))?;
    let pb::ExportSummary {
        entries,
        size_bytes,
        sha256,
    } = summary;
    Ok(writeln!(
        output,
        "entries: {entries}; bytes: {size_bytes}; sha256: {sha256}"
    )?)
}

async fn write(
    service: &Service,
    selection: pb::ExportSelection,
    with_shareholders: bool,
    file: &Path,
) -> Result<pb::ExportSummary, CourierFault> {
    let mut parts = service.export(selection, with_shareholders).await?;
    let created = File::create(file).map_err(|source| in_file(file, source))?;
    let mut written = BufWriter::new(created);
    let mut hash = Sha256::new();
    while let Some(piece) = parts.next().await? {
        match piece {
            Piece::Header(_) => {}
            Piece::Chunk(chunk) => {
                hash.update(&chunk);
                let added = written.write_all(&chunk);
                added.map_err(|source| in_file(file, source))?;
            }
            Piece::Summary(summary) => {
                written.flush().map_err(|source| in_file(file, source))?;
                if hex::encode(hash.finalize()) == summary.sha256 {
                    return Ok(summary);
                }
                return Err(CourierFault::NotWhole);
            }
        }
    }
    Err(CourierFault::NotWhole)
}
