//! `tizilim verify`: a case file looked through without the service, line by line, for whoever got one.
//! It never trusts what the archive says of itself, and never says that something holds that it did not look at.

mod agreement;
mod report;
mod signatures;

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{self, Read, Seek, Write},
    path::{Path, PathBuf},
};

use sha2::{Digest as _, Sha256};
use thiserror::Error;

use super::{
    archive::{Archive, NotAnArchive},
    manifest::{self, Manifest},
};
use crate::signature::{BuiltinVerifier, TrustFault};
use report::Report;

/// The largest file of JSON that is looked into.
const JSON_BYTES_MAX: usize = 16 * 1024 * 1024;

/// What to verify.
#[derive(Debug, clap::Args)]
pub struct VerifyArgs {
    /// The case file, as `DownloadCaseFile` sends it.
    pub file: PathBuf,
    /// A certificate whose signatures count, PEM; may be given more than once. Without one nobody's
    /// signature is found to be whose it must be.
    #[arg(long, value_name = "CERT.pem")]
    pub anchor: Vec<PathBuf>,
    /// The hash that the case file is known by, as the complaint or `ListCaseFiles` tells it.
    #[arg(long, value_name = "HASH")]
    pub sha256: Option<String>,
    /// The BIN of the organisation whose seal the manifest must have: the provider, or who runs its register.
    /// Anybody with a certificate can sign, so without it, or the hash, the case file is not known to be
    /// the register's.
    #[arg(long, value_name = "BIN")]
    pub sealed_by: Option<String>,
}

/// Why nothing could be said.
#[derive(Debug, Error)]
pub enum VerifyFault {
    /// A file cannot be read.
    #[error("cannot read {}", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The anchors are of no use.
    #[error("the anchors cannot be used")]
    Anchors(#[from] TrustFault),
    /// The report could not be written.
    #[error("cannot write the report")]
    Report(#[from] io::Error),
    /// Something is not as it must be.
    #[error("the case file does not hold: {0} of the checks failed")]
    Broken(usize),
    /// Nothing is wrong, but not everything could be looked at.
    #[error("nothing is wrong, but {0} of the checks could not be made")]
    Unproven(usize),
}

impl VerifyFault {
    /// Whether nothing is wrong with what could be looked at.
    pub const fn is_unproven(&self) -> bool {
        match self {
            Self::Unproven(_) => true,
            Self::Unreadable { .. } | Self::Anchors(_) | Self::Report(_) | Self::Broken(_) => false,
        }
    }
}

/// Verifies a case file and writes a line for each check.
pub async fn verify(arguments: &VerifyArgs, output: &mut impl Write) -> Result<(), VerifyFault> {
    let verifier = anchors(&arguments.anchor)?;
    let file = File::open(&arguments.file).map_err(unreadable(&arguments.file))?;
    let mut report = Report::of(output);
    look_through(file, arguments, verifier.as_ref(), &mut report).await?;
    report.ended()
}

fn anchors(files: &[PathBuf]) -> Result<Option<BuiltinVerifier>, VerifyFault> {
    if files.is_empty() {
        return Ok(None);
    }
    let mut pem = String::new();
    for file in files {
        pem.push_str(&fs::read_to_string(file).map_err(unreadable(file))?);
        pem.push('\n');
    }
    Ok(Some(BuiltinVerifier::from_pem(&pem, "")?))
}

fn unreadable(path: &Path) -> impl FnOnce(io::Error) -> VerifyFault {
    let path = path.to_owned();
    |source| VerifyFault::Unreadable { path, source }
}

/// Makes every check that can still be made.
async fn look_through<R: Read + Seek, W: Write>(
    file: R,
    arguments: &VerifyArgs,
    verifier: Option<&BuiltinVerifier>,
    report: &mut Report<'_, W>,
) -> Result<(), VerifyFault> {
    let mut archive = match Archive::open(file) {
        Ok(archive) => archive,
        Err(problem) => return Ok(report.bad("archive", &told(&problem))?),
    };
    let count = archive.entries().count();
    report.good("archive", &format!("{count} members and nothing else"))?;
    let Some(text) = archive.whole(manifest::PATH, JSON_BYTES_MAX).ok().flatten() else {
        return Ok(report.bad(manifest::PATH, "is not there, or too large")?);
    };
    if !manifest::is_known(&text) {
        return Ok(report.bad(manifest::PATH, "is of no format that this program knows")?);
    }
    let Some(manifest) = Manifest::read(&text) else {
        return Ok(report.bad(manifest::PATH, "is not written as a manifest is")?);
    };
    let is_known = names(&manifest, &text, arguments, report)?;
    // What follows takes it that each file is there once.
    if !order(&manifest, &archive, report)? || !signatures::are_told_once(&manifest, report)? {
        return Ok(());
    }
    for file in &manifest.files {
        hashed(&mut archive, file, report)?;
    }
    for path in [manifest::PATH, manifest::SIGNATURE_PATH] {
        summed(&mut archive, path, report)?;
    }
    let seal = signatures::Seal {
        text: &text,
        at: manifest.as_of_at,
        asked: arguments.sealed_by.as_deref(),
        is_known,
    };
    signatures::seal(&mut archive, &seal, verifier, report).await?;
    signatures::parties(&mut archive, &manifest, verifier, report).await?;
    agreement::files(&mut archive, &manifest, report)?;
    Ok(())
}

fn told(problem: &NotAnArchive) -> String {
    problem.to_string()
}

/// Which case it is, and whether its hash is the one that was asked for.
fn names<W: Write>(
    manifest: &Manifest,
    text: &[u8],
    arguments: &VerifyArgs,
    report: &mut Report<'_, W>,
) -> io::Result<bool> {
    let (number, as_of) = (manifest.journal_number, manifest.as_of_at);
    let application = report::plain(&manifest.application_number);
    let says = format!("application {application}, as of fact {number} of {as_of}");
    report.good(manifest::PATH, &says)?;
    let sha256 = manifest::sha256(text);
    let what = "hash of the case file";
    let asked = arguments.sha256.as_deref();
    let is_known = asked.is_some_and(|asked| asked.eq_ignore_ascii_case(&sha256));
    match asked {
        None => report.note(what, &format!("{sha256}, to be compared"))?,
        Some(_) if is_known => report.good(what, &format!("{sha256}, as asked"))?,
        Some(_) => report.bad(what, &format!("{sha256}, not the one asked for"))?,
    }
    Ok(is_known)
}

/// Whether every member is named by the manifest, in its order, and none is missing.
fn order<R: Read + Seek, W: Write>(
    manifest: &Manifest,
    archive: &Archive<R>,
    report: &mut Report<'_, W>,
) -> io::Result<bool> {
    let named = manifest.files.iter().map(|file| file.path.as_str());
    let named = named.chain([manifest::PATH]);
    let there = archive.entries().map(|entry| entry.path.as_str());
    let is_seal = |path: &&str| *path == manifest::SIGNATURE_PATH;
    let seal = archive
        .entries()
        .last()
        .map(|entry| entry.path.as_str())
        .filter(is_seal);
    if there.clone().eq(named.clone().chain(seal)) {
        report.good("members", "as the manifest names them, none more")?;
        return Ok(true);
    }
    let named: BTreeSet<&str> = named.collect();
    let there: BTreeSet<&str> = there.collect();
    for path in named.difference(&there) {
        report.bad(&report::plain(path), "is missing")?;
    }
    for path in there.difference(&named).filter(|path| !is_seal(path)) {
        report.bad(&report::plain(path), "is not named in the manifest")?;
    }
    report.bad("members", "are not those of the manifest in its order")?;
    Ok(false)
}

/// The checksum of a member that the manifest does not name.
fn summed<R: Read + Seek, W: Write>(
    archive: &mut Archive<R>,
    path: &str,
    report: &mut Report<'_, W>,
) -> io::Result<()> {
    let Some(crc32) = archive.entry(path).map(|entry| entry.crc32) else {
        return Ok(());
    };
    let mut sum = crc32fast::Hasher::new();
    let read = archive.read(path, |piece| sum.update(piece));
    if read.is_ok() && sum.finalize() == crc32 {
        Ok(())
    } else {
        report.bad(path, "does not have the checksum that the archive says")
    }
}

/// A member is as long as the manifest says, and has the hash that it says.
fn hashed<R: Read + Seek, W: Write>(
    archive: &mut Archive<R>,
    file: &manifest::File,
    report: &mut Report<'_, W>,
) -> io::Result<()> {
    let Some(entry) = archive.entry(&file.path).cloned() else {
        return report.bad(&report::plain(&file.path), "is missing");
    };
    let mut hash = Sha256::new();
    let mut crc32 = crc32fast::Hasher::new();
    let read = archive.read(&file.path, |piece| {
        hash.update(piece);
        crc32.update(piece);
    });
    let path = report::plain(&file.path);
    if read.is_err() {
        return report.bad(&path, "cannot be read");
    }
    let (sha256, crc32) = (hex::encode(hash.finalize()), crc32.finalize());
    if entry.size != file.size_bytes || sha256 != file.sha256 || crc32 != entry.crc32 {
        return report.bad(&path, "is not what the manifest says");
    }
    report.good(
        &path,
        &format!("{} bytes, SHA-256 {sha256}", file.size_bytes),
    )
}

#[cfg(test)]
mod tests;
