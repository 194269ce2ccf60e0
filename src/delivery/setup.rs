//! Why a receiver cannot be reached as configured. It never tells a secret.

use thiserror::Error;

use super::MappingFault;

/// A sink is of no use.
#[derive(Debug, Error)]
pub enum SinkSetupFault {
    /// The endpoint or its TLS settings are wrong.
    #[error("its endpoint cannot be used")]
    Endpoint(#[source] tonic::transport::Error),
    /// The endpoint is no address of the web.
    #[error("its endpoint is no web address")]
    Address,
    /// The authority of its certificate cannot be read.
    #[error("its ca is no PEM file of certificates")]
    Authority,
    /// The token cannot stand in a header.
    #[error("its token has characters that no header can hold")]
    Token,
    /// A secret of signatures is none.
    #[error("its secret must be whsec_ and 24 to 64 bytes in base64")]
    Secret,
    /// The table of its words is wrong.
    #[error("its mapping is of no use: {0}")]
    Mapping(#[from] MappingFault),
}
