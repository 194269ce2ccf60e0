//! A file that is written as it is sent, in either format.

use super::{
    csv_file::CsvFile,
    parquet_file::ParquetFile,
    row::{Exported, Head},
    selection::Format,
};
use crate::store::StoreFault;

/// A file on its way.
pub(super) enum Writing {
    Csv(Box<CsvFile>),
    Parquet(Box<ParquetFile>),
}

impl Writing {
    pub(super) fn begin(format: Format, heads: &[Head]) -> Result<Self, StoreFault> {
        match format {
            Format::Csv => CsvFile::begin(heads)
                .map(|file| Self::Csv(Box::new(file)))
                .map_err(fault),
            Format::Parquet => ParquetFile::begin(heads)
                .map(|file| Self::Parquet(Box::new(file)))
                .map_err(fault),
        }
    }

    pub(super) fn add(&mut self, row: &Exported, heads: &[Head]) -> Result<(), StoreFault> {
        let cells = row.cells(heads);
        match self {
            Self::Csv(file) => file.add(&cells).map_err(fault),
            Self::Parquet(file) => file.add(cells).map_err(fault),
        }
    }

    /// What can be sent by now.
    pub(super) fn take(&mut self) -> Result<Vec<u8>, StoreFault> {
        match self {
            Self::Csv(file) => file.take().map_err(fault),
            Self::Parquet(file) => Ok(file.take()),
        }
    }

    /// What is left to be sent.
    pub(super) fn end(self) -> Result<Vec<u8>, StoreFault> {
        match self {
            Self::Csv(mut file) => file.take().map_err(fault),
            Self::Parquet(file) => file.end().map_err(fault),
        }
    }
}

impl Format {
    pub(super) const fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Parquet => "parquet",
        }
    }

    pub(super) const fn content_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv",
            Self::Parquet => "application/vnd.apache.parquet",
        }
    }
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "so that it stands in `map_err` by its name"
)]
fn fault(error: impl ToString) -> StoreFault {
    StoreFault::corrupt("export", error.to_string())
}
