//! Why a client did not get what it wanted. It never hides what the service answered.

use tonic::{Code, Status};
use tonic_types::StatusExt;

use crate::{pb::registry::v1::ApplicationStage, signature::IdentityFault};

/// Why a client did not get what it wanted.
#[derive(Debug, thiserror::Error)]
pub enum ClientFault {
    /// The service answered so.
    #[error("the service did not do it")]
    Call(#[from] Status),
    /// The service cannot be reached.
    #[error("the service cannot be reached")]
    Connect(#[from] tonic::transport::Error),
    /// The token cannot stand in a header.
    #[error("the token cannot stand in a header")]
    Token(#[from] tonic::metadata::errors::InvalidMetadataValue),
    /// The client could not sign.
    #[error("the client could not sign")]
    Sign(#[from] IdentityFault),
    /// An answer lacks what it must have.
    #[error("the answer has no {0}")]
    Missing(&'static str),
    /// The stage did not come.
    #[error("{number} did not reach {wanted:?} in time; it is at {stage:?}")]
    NotReached {
        /// Number of the application.
        number: String,
        /// The stage that was waited for.
        wanted: ApplicationStage,
        /// The stage at the last look.
        stage: ApplicationStage,
    },
    /// Something else did not come.
    #[error("{0} did not come in time")]
    NotInTime(&'static str),
}

impl ClientFault {
    /// What the service answered, if it did.
    pub const fn status(&self) -> Option<&Status> {
        match self {
            Self::Call(status) => Some(status),
            Self::Connect(_)
            | Self::Token(_)
            | Self::Sign(_)
            | Self::Missing(_)
            | Self::NotReached { .. }
            | Self::NotInTime(_) => None,
        }
    }

    /// The code that the service answered with, if it did.
    pub fn code(&self) -> Option<Code> {
        self.status().map(Status::code)
    }

    /// The reason that the service gave, as in `ErrorReason` without the prefix.
    pub fn reason(&self) -> Option<String> {
        Some(self.status()?.get_details_error_info()?.reason)
    }

    /// The fields that the service named, each with what is wrong with it.
    pub fn violations(&self) -> Vec<(String, String)> {
        self.status()
            .and_then(StatusExt::get_details_bad_request)
            .map(|bad| bad.field_violations)
            .unwrap_or_default()
            .into_iter()
            .map(|violation| (violation.field, violation.description))
            .collect()
    }
}
