//! Why a file could not be carried. It never repeats what a row holds.

use std::{
    fmt, io,
    path::{Path, PathBuf},
};

use tonic::Status;
use tonic_types::StatusExt as _;

/// Why a file could not be carried.
#[derive(Debug, thiserror::Error)]
pub enum CourierFault {
    /// A file could not be read or written.
    #[error("{file}")]
    File {
        /// Which.
        file: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The file to import cannot be read on from there.
    #[error("line {line} cannot be read")]
    Line {
        /// The line, from 1.
        line: u64,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The file's first line does not name its columns.
    #[error("the first line must name the columns: {0}")]
    Header(String),
    /// The file is not what it was when it was read first.
    #[error("the file has changed while it was read; run the import again")]
    Changed,
    /// What is read of the file goes nowhere.
    #[error("the output cannot be written")]
    Output(#[from] io::Error),
    /// The address is none, or the authority of its certificate.
    #[error("the address or the authority of the service cannot be used")]
    Connect(#[from] tonic::transport::Error),
    /// The token cannot stand in a header.
    #[error("the file of the token holds no token")]
    Token(#[from] tonic::metadata::errors::InvalidMetadataValue),
    /// A protected service needs an authority.
    #[error("an address with https needs --ca")]
    NoAuthority,
    /// The service said no, or nothing for too long; what it acknowledged stays.
    #[error("the service did not go on: {0}")]
    Refused(Told),
    /// The export ended before its summary, or is not what the summary says.
    #[error("the export did not come whole; run it again")]
    NotWhole,
    /// The answer does not fit the question.
    #[error("the service answered otherwise than it was asked")]
    Answer,
}

/// A fault of a file.
pub(super) fn in_file(file: &Path, source: io::Error) -> CourierFault {
    CourierFault::File {
        file: file.to_owned(),
        source,
    }
}

/// What the service said.
#[derive(Debug)]
pub struct Told(Box<Status>);

impl From<Status> for Told {
    fn from(status: Status) -> Self {
        Self(Box::new(status))
    }
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let details = self.0.get_error_details();
        if let Some(info) = details.error_info() {
            write!(f, "{}: ", info.reason)?;
        }
        f.write_str(self.0.message())?;
        let wrong = details.bad_request().into_iter();
        for wrong in wrong.flat_map(|request| &request.field_violations) {
            write!(f, "; {} {}", wrong.field, wrong.description)?;
        }
        Ok(())
    }
}
