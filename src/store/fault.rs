//! What can fail in the store, and in the one of documents beside it.
//! It never shows a statement's values, which may be personal data.

use std::{error::Error, io, iter, sync::Arc};

use sea_orm::{DbErr, RuntimeErr, SqlxError};
use serde_json::error::Category;
use thiserror::Error;

use super::code;
use crate::kernel::Problem;

/// The store failed; the caller learns only that it did.
#[derive(Clone, Debug, Error)]
pub enum StoreFault {
    /// The database refused or could not be reached.
    #[error("{operation}: {problem}")]
    Database {
        /// What was being done.
        operation: &'static str,
        /// Kind of the error and the database's own code, never its text.
        problem: String,
        /// The same operation may succeed if tried again.
        transient: bool,
    },
    /// A stored row breaks an invariant.
    #[error("a stored {what} is corrupt: {problem}")]
    Corrupt {
        /// Kind of the row.
        what: &'static str,
        /// Which invariant.
        problem: String,
    },
    /// The schema is not the one this program was made for.
    #[error("the schema has pending migrations; run `tizilim migrate`: {pending}")]
    PendingMigrations {
        /// How many.
        pending: usize,
    },
    /// A later release has changed the schema.
    #[error("the schema is of a later release of this program, which made {unknown}")]
    SchemaAhead {
        /// The migrations that this program does not know.
        unknown: String,
    },
    /// The register's URL is of no use.
    #[error("the register's URL {problem}")]
    Url {
        /// What is wrong with it; never what stands there.
        problem: Problem,
    },
    /// The server of the register does not let us in.
    #[error("the database at {place} is not to be had: {problem}")]
    Unreachable {
        /// Host and port.
        place: String,
        /// Why.
        problem: String,
    },
    /// The store of documents failed.
    #[error("{operation}")]
    Objects {
        /// What was being done.
        operation: &'static str,
        /// Names objects by their ids, nothing else.
        #[source]
        source: Arc<object_store::Error>,
    },
    /// The system gives no thread to write.
    #[error("no thread for the writer: {problem}")]
    NoThread {
        /// Kind of the error.
        problem: String,
    },
    /// A write panicked; it is not known whether it took place.
    #[error("a write panicked")]
    Panicked,
    /// A read panicked; it may succeed for others.
    #[error("a read panicked")]
    ReadPanicked,
    /// The database did not answer for longer than it may take; whether it did what it was asked is
    /// not known.
    #[error("{operation}: no answer in time")]
    Late {
        /// What was being done.
        operation: &'static str,
    },
    /// The committer has stopped.
    #[error("the store is closing")]
    Closing,
}

impl StoreFault {
    /// Describes a database error of an operation without the values it carries.
    #[expect(clippy::needless_pass_by_value, reason = "fits map_err")]
    pub(crate) fn database(operation: &'static str, error: DbErr) -> Self {
        let (problem, transient) = described(&error);
        Self::Database {
            operation,
            problem,
            transient,
        }
    }

    /// A row that cannot be read back.
    pub(crate) fn corrupt(what: &'static str, problem: impl Into<String>) -> Self {
        Self::Corrupt {
            what,
            problem: problem.into(),
        }
    }

    /// JSON that is not what it must be; where, and never what stands there, as serde's own words do.
    #[expect(clippy::needless_pass_by_value, reason = "fits map_err")]
    pub(crate) fn json(what: &'static str, error: serde_json::Error) -> Self {
        let (line, column) = (error.line(), error.column());
        let problem = match error.classify() {
            Category::Io => "its JSON cannot be written",
            Category::Syntax | Category::Eof => "it is no JSON",
            Category::Data => "its JSON has another shape",
        };
        Self::corrupt(what, format!("{problem}, line {line} column {column}"))
    }

    /// Whether it is the fault of what one row or one object holds, and others are not concerned.
    pub(crate) fn is_of_one_object(&self) -> bool {
        match self {
            Self::Corrupt { .. } => true,
            Self::Objects { .. } => !self.is_transient(),
            Self::Database { .. }
            | Self::PendingMigrations { .. }
            | Self::SchemaAhead { .. }
            | Self::Url { .. }
            | Self::Unreachable { .. }
            | Self::NoThread { .. }
            | Self::Panicked
            | Self::ReadPanicked
            | Self::Late { .. }
            | Self::Closing => false,
        }
    }

    /// Whether trying again may help.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Database { transient, .. } => *transient,
            Self::Objects { source, .. } => is_want_of_room(source),
            Self::Closing | Self::Late { .. } => true,
            Self::Corrupt { .. }
            | Self::PendingMigrations { .. }
            | Self::SchemaAhead { .. }
            | Self::Url { .. }
            | Self::Unreachable { .. }
            | Self::NoThread { .. }
            | Self::Panicked
            | Self::ReadPanicked => false,
        }
    }
}

/// Whether the machine has no room for an object now, or for one more open file: room can be made, and
/// files are closed. Whatever else is wrong with an object does not pass by itself.
fn is_want_of_room(error: &(dyn Error + 'static)) -> bool {
    /// `ENFILE` and `EMFILE`, of every Unix; they have no kind of their own.
    const FILES_OPEN_MAX: [i32; 2] = [23, 24];
    iter::successors(Some(error), |&error| error.source())
        .filter_map(|error| error.downcast_ref::<io::Error>())
        .any(|error| {
            let is_told_by_number = error
                .raw_os_error()
                .is_some_and(|number| FILES_OPEN_MAX.contains(&number));
            let is_told_by_kind = matches!(
                error.kind(),
                io::ErrorKind::StorageFull
                    | io::ErrorKind::QuotaExceeded
                    | io::ErrorKind::FileTooLarge
                    | io::ErrorKind::OutOfMemory
            );
            is_told_by_number || is_told_by_kind
        })
}

/// A label for each operation: `.map_err(during("load an application"))`.
pub(crate) fn during(operation: &'static str) -> impl Fn(DbErr) -> StoreFault {
    move |error| StoreFault::database(operation, error)
}

fn described(error: &DbErr) -> (String, bool) {
    if let DbErr::ConnectionAcquire(_) = error {
        return ("no connection was to be had in time".to_owned(), true);
    }
    let (DbErr::Exec(runtime) | DbErr::Query(runtime) | DbErr::Conn(runtime)) = error else {
        return ("unexpected error of the database layer".to_owned(), false);
    };
    let RuntimeErr::SqlxError(cause) = runtime else {
        return ("internal error of the database layer".to_owned(), false);
    };
    described_cause(cause)
}

/// What the driver has to say, without values, and whether it may pass.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the driver may fail in further ways"
)]
pub(super) fn described_cause(cause: &SqlxError) -> (String, bool) {
    match cause {
        SqlxError::Database(error) => code::described(&**error),
        // Of a socket; nothing of ours stands in it.
        SqlxError::Io(error) => (format!("the connection failed: {error}"), true),
        SqlxError::Tls(error) => (format!("no safe connection: {error}"), true),
        SqlxError::Protocol(_) | SqlxError::WorkerCrashed | SqlxError::BeginFailed => {
            ("the connection is broken".to_owned(), true)
        }
        SqlxError::PoolTimedOut | SqlxError::PoolClosed => {
            ("no connection was to be had in time".to_owned(), true)
        }
        SqlxError::Configuration(_) => ("the connection is configured wrongly".to_owned(), false),
        // The driver's words may repeat a value.
        _ => ("a row is not as the program expects it".to_owned(), false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_documents(number: i32) -> StoreFault {
        #[derive(Debug, Error)]
        #[error("unable to copy data to file: {0}")]
        struct OfItsDriver(#[source] io::Error);
        let source = Box::new(OfItsDriver(io::Error::from_raw_os_error(number)));
        let store = "LocalFileSystem";
        StoreFault::Objects {
            operation: "store an object",
            source: Arc::new(object_store::Error::Generic { store, source }),
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn want_of_room_for_documents_passes_and_concerns_all_of_them() {
        // ENOMEM, ENFILE, EMFILE, EFBIG, ENOSPC, EDQUOT.
        for number in [12, 23, 24, 27, 28, 122] {
            let fault = of_documents(number);
            assert!(fault.is_transient(), "{number}");
            assert!(!fault.is_of_one_object(), "{number}");
        }
        // EPERM, ENOENT, EIO, EACCES, EROFS.
        for number in [1, 2, 5, 13, 30] {
            let fault = of_documents(number);
            assert!(!fault.is_transient(), "{number}");
            assert!(fault.is_of_one_object(), "{number}");
        }
    }

    #[test]
    fn a_value_that_does_not_fit_is_not_repeated() {
        let error = serde_json::from_str::<u8>("\"Канарейкин\"").unwrap_err();
        assert!(error.to_string().contains("Канарейкин"));
        let told = StoreFault::json("application", error).to_string();
        assert_eq!(
            told,
            "a stored application is corrupt: its JSON has another shape, line 1 column 22"
        );
    }
}
