//! `tizilim sign`: a detached signature over a file, for going on with a demonstration by hand.
//! Never for real signatures, whose keys stay with their holders.

use super::{IdentityFault, SigningIdentity};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// Why a file could not be signed.
#[derive(Debug, thiserror::Error)]
pub enum SignFault {
    /// A file could not be read.
    #[error("cannot read {path}")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The certificate and the key cannot sign.
    #[error("cannot sign")]
    Sign(#[from] IdentityFault),
    /// The signature could not be written.
    #[error("cannot write the signature")]
    Write(#[source] io::Error),
}

/// Signs the bytes of `content` with the identity in two PEM files, and writes the CMS in base64,
/// which is how JSON clients send bytes, on one line.
pub fn sign_file(
    certificate: &Path,
    key: &Path,
    content: &Path,
    at: DateTime<Utc>,
    out: &mut impl Write,
) -> Result<(), SignFault> {
    let unreadable = |path: &Path| {
        let path = path.to_owned();
        |source| SignFault::Read { path, source }
    };
    let certificate = fs::read_to_string(certificate).map_err(unreadable(certificate))?;
    let key = fs::read_to_string(key).map_err(unreadable(key))?;
    let content = fs::read(content).map_err(unreadable(content))?;
    let cms = SigningIdentity::from_pem(&certificate, &key)?.sign_detached(&content, at)?;
    writeln!(out, "{}", STANDARD.encode(cms)).map_err(SignFault::Write)
}
