//! Why the service does not start, or did not end well.
//! It never speaks of a single call.

use std::{io, net::SocketAddr, path::PathBuf};

use thiserror::Error;

use crate::{
    administration::NotActivated,
    application::checks::RulesFault,
    authn::TokensFault,
    calendar::CalendarFault,
    delivery::SinkSetupFault,
    extract::RenderFault,
    kernel::SinkName,
    mail::MailSetupFault,
    signature::{IdentityFault, SignatureProblem, TrustFault},
    store::StoreFault,
};

/// The service cannot run.
#[derive(Debug, Error)]
pub enum ServeFault {
    /// Nobody could call.
    #[error(
        "no file of callers is configured: make tokens with `tizilim token`, put the rows that it \
         prints into a file, and name that file as `file` in [callers]"
    )]
    NoCallers,
    /// The file of callers is of no use.
    #[error(transparent)]
    Callers(#[from] TokensFault),
    /// A clock that is not the real one is for trials.
    #[error("a test clock runs only on a loopback address")]
    TestClockForOthers,
    /// A folder cannot be made.
    #[error("cannot make the folder {}", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The lock of an embedded register cannot be had.
    #[error("cannot lock {}", file.display())]
    Lock {
        /// The file of the lock.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// An embedded register is one process's at a time.
    #[error("another process works on the register {}: one SQLite file takes one process", register.display())]
    InUse {
        /// The register.
        register: PathBuf,
    },
    /// The store does not open.
    #[error("the register does not open")]
    Store(#[from] StoreFault),
    /// The shipped calendar is broken.
    #[error("the calendar is of no use")]
    Calendar(#[from] CalendarFault),
    /// The rule set is broken.
    #[error("the rule set is of no use")]
    Rules(#[from] RulesFault),
    /// The rule set of the configuration cannot be activated.
    #[error("the rule set of the configuration cannot be activated")]
    RulesNotActivated(#[from] NotActivated),
    /// Applications are judged by the rules of their day (O-3).
    #[error("the rule set is in force from {from} only")]
    RulesNotInForce {
        /// From when.
        from: chrono::NaiveDate,
    },
    /// The trust anchors of signatures are broken.
    #[error("the trust anchors of signatures are of no use")]
    Trust(#[from] TrustFault),
    /// Case files cannot be signed as configured.
    #[error("the key of case files is of no use")]
    Seal(#[from] IdentityFault),
    /// The certificate that would sign case files is not valid, or not for signing documents.
    #[error("the certificate of case files cannot sign them")]
    SealUnfit(#[from] SignatureProblem),
    /// Letters cannot be sent as configured.
    #[error("mail cannot be set up")]
    Mail(#[from] MailSetupFault),
    /// Extracts cannot be formed.
    #[error("extracts cannot be formed")]
    Extracts(#[from] RenderFault),
    /// A receiver of stages cannot be reached as configured.
    #[error("the push to {sink} cannot be set up")]
    Sink {
        /// The sink.
        sink: SinkName,
        /// Why.
        source: SinkSetupFault,
    },
    /// A file that the configuration names cannot be read.
    #[error("cannot read {}", file.display())]
    Pem {
        /// The file.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The address is taken, or not ours.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// The descriptor set is broken.
    #[error("the contract cannot be shown by reflection")]
    Reflection(#[from] tonic_reflection::server::Error),
    /// The transport failed: most often certificate and key do not fit.
    #[error("the transport failed")]
    Transport(#[from] tonic::transport::Error),
    /// Signals cannot be waited for.
    #[error("cannot wait for signals")]
    Signal(#[source] io::Error),
    /// The task of the server is lost.
    #[error("the server ended unexpectedly")]
    Lost,
    /// The drain took too long.
    #[error("cut after {seconds} s of draining: connections {connections}, tasks {tasks}")]
    Cut {
        /// The limit.
        seconds: u32,
        /// How many were still open.
        connections: usize,
        /// How many still ran.
        tasks: usize,
    },
    /// A second signal came.
    #[error("ended by a second signal")]
    Interrupted,
}
