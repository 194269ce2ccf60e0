//! `tizilim export`: writes what the service sends into a file, which gets its name only when all of it
//! is there. It never leaves half a file under the name that was asked for, nor one that others may read.

use std::{
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
    let service = Service::of(&args.service)?;
    let format = match args.format {
        ExportFormat::Csv => pb::ExportFormat::Csv,
        ExportFormat::Parquet => pb::ExportFormat::Parquet,
    };
    let selection = pb::ExportSelection {
        provider_id: args.provider.clone().unwrap_or_default(),
        as_of_at: args.as_of.map(timestamp),
        format: format.into(),
    };
    let summary = write(&service, selection, args).await?;
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

/// Writes into a file that only we can read, and that is gone if anything fails; it gets its name when all
/// of it is on the disk.
async fn write(
    service: &Service,
    selection: pb::ExportSelection,
    args: &ExportArgs,
) -> Result<pb::ExportSummary, CourierFault> {
    let output = &args.output;
    let failed = |source| in_file(output, source);
    let mut parts = service.export(selection, args.with_shareholders).await?;
    let folder = output
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let unfinished = tempfile::Builder::new()
        .prefix(".tizilim-export-")
        .tempfile_in(folder.unwrap_or_else(|| Path::new(".")))
        .map_err(failed)?;
    let mut written = BufWriter::new(unfinished);
    let mut hash = Sha256::new();
    let summary = loop {
        match parts.next().await?.ok_or(CourierFault::NotWhole)? {
            Piece::Header(_) => {}
            Piece::Chunk(chunk) => {
                hash.update(&chunk);
                written.write_all(&chunk).map_err(failed)?;
            }
            Piece::Summary(summary) => break summary,
        }
    };
    if hex::encode(hash.finalize()) != summary.sha256 {
        return Err(CourierFault::NotWhole);
    }
    let whole = written
        .into_inner()
        .map_err(|error| failed(error.into_error()))?;
    whole.as_file().sync_all().map_err(failed)?;
    whole.persist(output).map_err(|error| failed(error.error))?;
    Ok(summary)
}
