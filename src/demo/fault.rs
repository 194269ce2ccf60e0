//! Why a demonstration ended before its end. It never hides what was not as it should be.

use std::io;

use super::{FolderFault, client::ClientFault};
use crate::{
    case_file::verify::VerifyFault,
    config::ConfigFault,
    kernel::Problem,
    monitor::MonitorFault,
    serve::ServeFault,
    signature::{AuthorityFault, IdentityFault},
};

/// Why a demonstration ended before its end.
#[derive(Debug, thiserror::Error)]
pub enum DemoFault {
    /// The folder cannot be used.
    #[error(transparent)]
    Folder(#[from] FolderFault),
    /// The certificates could not be made.
    #[error("the certificates could not be made")]
    Authority(#[from] AuthorityFault),
    /// An identity could not be written, or could not sign.
    #[error("an identity could not be used")]
    Identity(#[from] IdentityFault),
    /// An account could not be made.
    #[error("an account {0}")]
    Account(Problem),
    /// The configuration that was made is of no use.
    #[error(transparent)]
    Config(#[from] ConfigFault),
    /// The stub of the monitoring system failed.
    #[error("the stub of the monitoring system failed")]
    Monitor(#[from] MonitorFault),
    /// The catcher of letters failed.
    #[error("the catcher of letters failed")]
    Catcher(#[source] io::Error),
    /// The service failed.
    #[error("the service failed")]
    Serve(#[from] ServeFault),
    /// A client did not get what it wanted.
    #[error("a client failed")]
    Client(#[from] ClientFault),
    /// A case file does not hold.
    #[error("a case file does not hold")]
    CaseFile(#[from] VerifyFault),
    /// Nothing could be printed.
    #[error("cannot print")]
    Print(#[from] io::Error),
    /// A letter is no letter.
    #[error("{0} is no letter with one attachment")]
    Letter(String),
    /// The service works, but not as it should.
    #[error("not as expected: {0}")]
    NotAsExpected(String),
}

impl From<Problem> for DemoFault {
    fn from(problem: Problem) -> Self {
        Self::Account(problem)
    }
}

/// Ends the demonstration if something is not so.
pub(super) fn expect(is_so: bool, what: impl FnOnce() -> String) -> Result<(), DemoFault> {
    if is_so {
        Ok(())
    } else {
        Err(DemoFault::NotAsExpected(what()))
    }
}
