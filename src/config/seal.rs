//! `[case_file]`: the certificate and key with which the service signs the manifests of case files.
//! It never opens them.

use std::path::PathBuf;

use super::{reader::Section, sections::path};

/// PEM files, both of them.
#[derive(Clone, Debug)]
pub struct Seal {
    /// The certificate: of the kind that may sign documents.
    pub certificate: PathBuf,
    /// Its private key, ECDSA on P-256 in PKCS#8.
    pub key: PathBuf,
}

pub(super) fn seal(section: &mut Section<'_>) -> Option<Seal> {
    let certificate = section.required("certificate", path);
    let key = section.required("key", path);
    Some(Seal {
        certificate: certificate?,
        key: key?,
    })
}
