//! Whether the files of a case agree with each other: what was signed is what was filed, an extract is the
//! one of its version, the text of a refusal is the decided one.
//! It never judges whether the decision is right.

use std::io::{self, Read, Seek, Write};

use serde_json::Value as Json;

use super::{
    super::{archive::Archive, manifest::Manifest},
    JSON_BYTES_MAX,
    report::{Report, plain},
};

/// Every case has these, whatever became of it.
const REQUIRED: [&str; 3] = ["application.json", "decision.json", "entry-versions.json"];

/// Compares what one file says of another.
pub(super) fn files<R: Read + Seek, W: Write>(
    archive: &mut Archive<R>,
    manifest: &Manifest,
    report: &mut Report<'_, W>,
) -> io::Result<()> {
    for path in REQUIRED {
        if read(archive, path).is_null() {
            report.bad(path, "is missing, no JSON, or too large to be looked into")?;
        }
    }
    let application = read(archive, "application.json");
    let is_of = *at(&application, "/application_id") == manifest.application_id.as_str()
        && *at(&application, "/application_number") == manifest.application_number.as_str();
    told(
        report,
        "application.json",
        is_of,
        "is the application of the manifest",
    )?;
    filed(archive, manifest, &application, report)?;
    extracts(archive, manifest, report)?;
    refusal(archive, report)
}

/// What was signed has the hash that the application was filed under.
fn filed<R: Read + Seek, W: Write>(
    archive: &mut Archive<R>,
    manifest: &Manifest,
    application: &Json,
    report: &mut Report<'_, W>,
) -> io::Result<()> {
    let mut is_there = false;
    let files = manifest.files.iter().map(|file| file.path.as_str());
    for path in files.filter(|path| path.starts_with("filed/")) {
        let says = read(archive, path);
        let is_own = *at(&says, "/application_id") == *at(application, "/application_id");
        is_there |= is_own;
        let mut agrees = has_hash(manifest, at(&says, "/signed"), at(&says, "/signed_sha256"));
        if is_own {
            agrees &= *at(&says, "/signed_sha256") == *at(application, "/agreement_sha256");
        }
        told(
            report,
            &plain(path),
            agrees,
            "names the hash of what was signed",
        )?;
    }
    told(
        report,
        "filed",
        is_there,
        "has what the application of the case filed",
    )
}

/// Each extract is the one that was formed of its version.
fn extracts<R: Read + Seek, W: Write>(
    archive: &mut Archive<R>,
    manifest: &Manifest,
    report: &mut Report<'_, W>,
) -> io::Result<()> {
    let versions = read(archive, "entry-versions.json");
    for version in versions.as_array().into_iter().flatten() {
        let file = at(version, "/extract_file");
        if file.is_null() {
            continue;
        }
        let agrees = has_hash(manifest, file, at(version, "/extract/sha256"));
        let file = plain(file.as_str().unwrap_or_default());
        told(report, &file, agrees, "is the extract of its version")?;
    }
    Ok(())
}

/// The text of the refusal is the one that was decided.
fn refusal<R: Read + Seek, W: Write>(
    archive: &mut Archive<R>,
    report: &mut Report<'_, W>,
) -> io::Result<()> {
    let decision = read(archive, "decision.json");
    let text = at(&decision, "/refusal/text");
    for language in ["kk", "ru", "en"] {
        let path = format!("decision/refusal-{language}.txt");
        let file = archive.whole(&path, JSON_BYTES_MAX).ok().flatten();
        let decided = text[language]
            .as_str()
            .map(|text| format!("{text}\n").into_bytes());
        if file.is_none() && decided.is_none() {
            continue;
        }
        told(report, &path, file == decided, "is the decided text")?;
    }
    Ok(())
}

fn told<W: Write>(
    report: &mut Report<'_, W>,
    what: &str,
    is_so: bool,
    says: &str,
) -> io::Result<()> {
    if is_so {
        report.good(what, says)
    } else {
        report.bad(what, &format!("it is not so that it {says}"))
    }
}

/// Whether a file of the manifest has a hash.
fn has_hash(manifest: &Manifest, path: &Json, sha256: &Json) -> bool {
    let file = manifest
        .files
        .iter()
        .find(|file| *path == file.path.as_str());
    file.is_some_and(|file| *sha256 == file.sha256.as_str())
}

/// What stands at a place of a file; nothing if that is not there.
fn at<'a>(json: &'a Json, place: &str) -> &'a Json {
    json.pointer(place).unwrap_or(&Json::Null)
}

/// Nothing if it is not there or no JSON.
fn read<R: Read + Seek>(archive: &mut Archive<R>, path: &str) -> Json {
    let bytes = archive.whole(path, JSON_BYTES_MAX).ok().flatten();
    let json = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    json.unwrap_or_default()
}
