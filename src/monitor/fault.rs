//! What can go wrong in the stub itself. It never stands for a stage that is refused.

use std::{io, net::SocketAddr, path::PathBuf};

use sea_orm::DbErr;
use thiserror::Error;

/// The stub failed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum MonitorFault {
    /// The folder for the stub's file could not be made.
    #[error("cannot make the folder {}", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file of received stages could not be opened.
    #[error("cannot open the file of received stages {}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// Why.
        source: DbErr,
    },
    /// The file of received stages has a schema that this program does not know.
    #[error("the file of received stages has schema {found}, made by another release")]
    Schema {
        /// What the file says.
        found: i32,
    },
    /// The stored stages could not be read or added to.
    #[error("cannot use the file of received stages")]
    Store(#[from] DbErr),
    /// A stored stage is not a stage.
    #[error("the stored stage number {arrival} cannot be decoded")]
    Corrupt {
        /// Its number of arrival.
        arrival: i64,
        /// Why.
        source: prost::DecodeError,
    },
    /// A stored stage is not as the contract wants it.
    #[error("the stored stage number {arrival} is not as the contract wants it")]
    Unfit {
        /// Its number of arrival.
        arrival: i64,
    },
    /// The file with the digest of the token could not be read.
    #[error("cannot read the token's digest from {}", path.display())]
    ReadToken {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file with the digest of the token holds something else.
    #[error("{} must hold the SHA-256 of the token as 64 hexadecimal digits", path.display())]
    MalformedToken {
        /// The file.
        path: PathBuf,
    },
    /// The file of misbehaviours could not be read.
    #[error("cannot read misbehaviours from {}", path.display())]
    ReadMisbehaviour {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file of misbehaviours holds something else.
    #[error("{}: {problem}", path.display())]
    MalformedMisbehaviour {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// The address is not free, or not ours.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// The contract could not be offered for reflection.
    #[error("cannot offer the contract for reflection")]
    Reflection(#[from] tonic_reflection::server::Error),
    /// The server ended by itself.
    #[error("the server ended")]
    Serve(#[from] tonic::transport::Error),
    /// The server's task panicked.
    #[error("the server's task ended")]
    Task(#[from] tokio::task::JoinError),
    /// The signals that stop the program cannot be awaited.
    #[error("cannot await a signal")]
    Signal(#[source] io::Error),
}
