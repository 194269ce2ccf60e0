//! The signatures of a case file: the service's over the manifest, the parties' over what they filed, the
//! head's over what entered the register. It never takes a signature for somebody's whose certificate no
//! anchor vouches for.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Read, Seek, Write},
};

use chrono::{DateTime, Utc};

use super::{
    super::{
        archive::Archive,
        manifest::{self, Manifest, Signatory, Signed},
    },
    report::{Report, plain},
};
use crate::{
    kernel::{Bin, Iin, local},
    signature::{
        BuiltinVerifier, CMS_BYTES_MAX, SignatureVerifier as _, Signer, cooperative_executive,
        prove, provider_head, shareholder,
    },
};

/// The largest content that a signature is over: a scan.
const CONTENT_BYTES_MAX: usize = 64 * 1024 * 1024;

/// How many may sign one file: the cooperative and, of an assignment, both shareholders.
const SIGNATORIES_MAX: usize = 3;

/// What is known of the manifest, and whose seal it must have.
pub(super) struct Seal<'a> {
    pub(super) text: &'a [u8],
    pub(super) at: DateTime<Utc>,
    pub(super) asked: Option<&'a str>,
    /// Its hash is the one that was asked for: then it is the register's, whoever sealed it.
    pub(super) is_known: bool,
}

/// Whether each signature is over a file, and no file is signed by more than may sign one.
pub(super) fn are_told_once<W: Write>(
    manifest: &Manifest,
    report: &mut Report<'_, W>,
) -> io::Result<bool> {
    let files = manifest.files.iter().map(|file| file.path.as_str());
    let files: BTreeSet<&str> = files.collect();
    let mut paths = BTreeSet::new();
    let mut over: BTreeMap<&str, usize> = BTreeMap::new();
    for named in &manifest.signatures {
        let count = over.entry(&named.signs).or_default();
        *count = count.saturating_add(1);
        let is_there = files.contains(named.path.as_str()) && files.contains(named.signs.as_str());
        if !is_there || !paths.insert(&named.path) || *count > SIGNATORIES_MAX {
            let path = plain(&named.path);
            report.bad(
                &path,
                "is over no file, or named more often than a signature is",
            )?;
            return Ok(false);
        }
    }
    Ok(true)
}

/// The service's own signature, if the installation has a key for that. Anybody can sign a manifest with a
/// certificate under the same anchor: whose the seal is must be known.
pub(super) async fn seal<R: Read + Seek, W: Write>(
    archive: &mut Archive<R>,
    seal: &Seal<'_>,
    verifier: Option<&BuiltinVerifier>,
    report: &mut Report<'_, W>,
) -> io::Result<()> {
    let path = manifest::SIGNATURE_PATH;
    if archive.entry(path).is_none() {
        return match (seal.asked, seal.is_known) {
            (Some(_), _) => report.bad(path, "the manifest is not sealed"),
            (None, true) => report.note(path, "the manifest is not sealed, but known by its hash"),
            (None, false) => report.open(path, "the manifest is not sealed: compare its hash"),
        };
    }
    let Ok(Some(cms)) = archive.whole(path, CMS_BYTES_MAX) else {
        return report.bad(path, "is too large, or cannot be read");
    };
    let signed_at = match prove(seal.text, &cms) {
        Ok(signed_at) => signed_at.unwrap_or(seal.at),
        Err(problem) => return report.bad(path, &problem.to_string()),
    };
    let Some(verifier) = verifier else {
        return report.open(
            path,
            "is over the manifest, but no --anchor says whose it is",
        );
    };
    let signer = match verifier.verify(seal.text, &cms, signed_at).await {
        Ok(signer) => signer,
        Err(problem) => return report.bad(path, &problem.to_string()),
    };
    let Some(bin) = signer.bin else {
        return report.bad(path, "is of a person, and no organisation's seal");
    };
    let says = format!("sealed at {signed_at} for the organisation with BIN {bin}");
    match seal.asked {
        Some(asked) if asked == bin.as_str() => report.good(path, &says),
        Some(_) => report.bad(path, &format!("{says}, not the one asked for")),
        None if seal.is_known => report.good(path, &says),
        None => report.open(
            path,
            &format!("{says}: say --sealed-by if it is the one you expect"),
        ),
    }
}

/// Every signature that the manifest names, and none besides.
pub(super) async fn parties<R: Read + Seek, W: Write>(
    archive: &mut Archive<R>,
    manifest: &Manifest,
    verifier: Option<&BuiltinVerifier>,
    report: &mut Report<'_, W>,
) -> io::Result<()> {
    for named in &manifest.signatures {
        party(archive, named, verifier, report).await?;
    }
    let signatures = manifest.signatures.iter().map(|named| named.path.as_str());
    let signatures: BTreeSet<&str> = signatures.collect();
    let files = manifest.files.iter().map(|file| file.path.as_str());
    for path in
        files.filter(|path| path.strip_suffix(".cms").is_some() && !signatures.contains(path))
    {
        report.bad(&plain(path), "is over nothing")?;
    }
    Ok(())
}

async fn party<R: Read + Seek, W: Write>(
    archive: &mut Archive<R>,
    named: &Signed,
    verifier: Option<&BuiltinVerifier>,
    report: &mut Report<'_, W>,
) -> io::Result<()> {
    let path = plain(&named.path);
    let content = archive
        .whole(&named.signs, CONTENT_BYTES_MAX)
        .ok()
        .flatten();
    let cms = archive.whole(&named.path, CMS_BYTES_MAX).ok().flatten();
    let Some((content, cms)) = content.zip(cms) else {
        return report.bad(&path, "it, or what it is over, is not there or too large");
    };
    let over = plain(&named.signs);
    let found = match verifier {
        None => prove(&content, &cms)
            .map(|_| None)
            .map_err(|problem| problem.to_string()),
        Some(verifier) => match verifier.verify(&content, &cms, named.at).await {
            Ok(signer) => whose(named, &signer).map(Some),
            Err(problem) => Err(problem.to_string()),
        },
    };
    match found {
        Ok(Some(whose)) => report.good(&path, &format!("over {over}, {whose}")),
        Ok(None) => report.open(
            &path,
            &format!("over {over}, but no --anchor says whose it is"),
        ),
        Err(problem) if named.must_hold => report.bad(&path, &problem),
        Err(problem) => report.note(&path, &format!("{problem}; nothing was granted on it")),
    }
}

/// Whether it is of whom it must be.
fn whose(named: &Signed, signer: &Signer) -> Result<String, String> {
    let bin = || Bin::parse(&named.number).map_err(|problem| problem.to_string());
    let iin =
        || Iin::parse(&named.number, local(named.at).date()).map_err(|problem| problem.to_string());
    let (unmet, whose) = match named.by {
        Signatory::Cooperative => (
            cooperative_executive(signer, &bin()?),
            "an executive of the cooperative's",
        ),
        Signatory::Head => (provider_head(signer, &bin()?), "the head of the provider's"),
        Signatory::Shareholder => (shareholder(signer, &iin()?), "the shareholder's"),
        Signatory::FormerShareholder => (shareholder(signer, &iin()?), "the former shareholder's"),
    };
    unmet
        .map_err(|unmet| unmet.to_string())
        .map(|()| whose.to_owned())
}
